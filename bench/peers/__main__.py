"""`python -m bench.peers NAME --seconds S`: one measurement of one peer, printed as one line of JSON."""

import argparse
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.loops import run
from bench.peers.talk import Peer, measure


class Name(StrEnum):
    TELEGRAM_BOT = "telegram_bot"
    TELEGRAM_BOT_DELIVERED = "telegram_bot_delivered"
    TELEGRAM_BOT_PICKLE = "telegram_bot_pickle"
    AIOGRAM = "aiogram"
    AIOGRAM_SQLITE = "aiogram_sqlite"


def make_peer(name: Name, folder: Path) -> Peer:
    """Imports one library only: each peer has its process to itself."""
    if name in {Name.TELEGRAM_BOT, Name.TELEGRAM_BOT_DELIVERED, Name.TELEGRAM_BOT_PICKLE}:
        from bench.peers.telegram_bot import TelegramBot

        pickles = folder / "bot.pickle" if name is Name.TELEGRAM_BOT_PICKLE else None
        return TelegramBot(pickles, delivered=name is Name.TELEGRAM_BOT_DELIVERED)
    from bench.peers.aiogram_bot import AiogramBot

    return AiogramBot(folder / "fsm.db" if name is Name.AIOGRAM_SQLITE else None)


async def once(name: Name, seconds: float, scratch: Path | None) -> str:
    with TemporaryDirectory(dir=scratch) as folder:
        return (await measure(make_peer(name, Path(folder)), seconds)).dump()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.peers", description=__doc__)
    parser.add_argument("name", choices=list(Name), type=Name)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--scratch", type=Path, help="a folder on a real disk, for what the durable ones write")
    arguments = parser.parse_args()
    print(run(once(arguments.name, arguments.seconds, arguments.scratch)), flush=True)


if __name__ == "__main__":
    main()
