"""`python -m bench.ceilings echo|single|threaded|grouped`: serves one ceiling until it is told to end."""

import argparse
import asyncio
import signal
from pathlib import Path
from tempfile import TemporaryDirectory

from aiohttp import web

from bench.ceilings.echo import Keeper, Nowhere, echo_application
from bench.ceilings.grouped import GroupCommit
from bench.ceilings.single import InlineCommit, ThreadedCommit
from bench.loops import Loop, run

KINDS = ("echo", "single", "threaded", "grouped")


def make_keeper(kind: str, path: Path) -> Keeper:
    match kind:
        case "single":
            return InlineCommit(path)
        case "threaded":
            return ThreadedCommit(path)
        case "grouped":
            return GroupCommit(path)
        case _:
            return Nowhere()


async def serve(kind: str, port: int, path: Path) -> None:
    keeper = make_keeper(kind, path)
    runner = web.AppRunner(echo_application(keeper), access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    print("ready", flush=True)
    told = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    await told.wait()
    await runner.cleanup()
    keeper.close()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.ceilings", description=__doc__)
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("--port", type=int, default=8090)
    parser.add_argument("--scratch", type=Path, help="a folder on a real disk, for the database")
    parser.add_argument("--loop", choices=list(Loop), type=Loop, default=Loop.UVLOOP)
    arguments = parser.parse_args()
    with TemporaryDirectory(dir=arguments.scratch) as folder:
        run(serve(arguments.kind, arguments.port, Path(folder, "ceiling.db")), arguments.loop)


if __name__ == "__main__":
    main()
