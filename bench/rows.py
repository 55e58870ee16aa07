"""All rows of the benchmark: what is measured, against which server, with how many clients."""

from dataclasses import dataclass
from enum import StrEnum

from bench.load.walk import Typing

CROWDS = (1, 50, 200)
ON_DISK = ("--scratch", "{scratch}")


class Group(StrEnum):
    SERVED = "over a WebSocket"
    ALONE = "in one process, no network"
    TELEGRAM = "on Telegram, in processor time"


@dataclass(frozen=True, slots=True)
class Server:
    """A measured server; `command` is what follows `python -m`, with `{port}` and `{scratch}` to fill in."""

    name: str
    command: tuple[str, ...]
    path: str
    answers: str | None = None
    """A path that answers 200 once the server answers at all; without one, an open port is enough."""
    ready: str | None = None
    """A path that answers 200 once the server can do all it does."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; `command` is filled in like a server's.

    `clients` is 0 where there is no server: the citizens then live in the same process.
    """

    name: str
    title: str
    group: Group
    command: tuple[str, ...]
    server: str | None = None
    clients: int = 0

    @property
    def key(self) -> tuple[str, int]:
        return self.name, self.clients


def _ceiling(kind: str, loop: str = "uvloop") -> Server:
    command = ("bench.ceilings", kind, "--port", "{port}", "--loop", loop, *ON_DISK)
    return Server(kind if loop == "uvloop" else f"{kind}_{loop}", command, "/ws")


DOERTRIN = "doertrin"
HOUSE = Server(DOERTRIN, ("doertrin", "serve"), "/chat/kolding/ws", answers="/", ready="/readyz")
SERVERS = (
    _ceiling("echo"),
    _ceiling("single"),
    _ceiling("grouped"),
    _ceiling("grouped", "asyncio"),
    HOUSE,
)


def _served(
    name: str, title: str, dialect: str, *, server: str | None = None, options: tuple[str, ...] = ()
) -> list[Row]:
    command = ("bench.load", dialect, *options)
    return [Row(name, title, Group.SERVED, command, server or name, clients) for clients in CROWDS]


def _alone(name: str, title: str, command: tuple[str, ...]) -> Row:
    return Row(name, title, Group.ALONE, command)


TALKS = (
    *_served("echo", "bare echo", "echo"),
    *_served("single", "echo, one commit per message", "echo"),
    *_served("grouped", "echo, group commit", "echo"),
    *_served("grouped_asyncio", "echo, group commit, asyncio's own loop", "echo"),
    *_served("buttons", "**Dørtrin**, buttons and one typed text in ten", "chat", server=DOERTRIN),
    *_served("typed", "**Dørtrin**, all typed", "chat", server=DOERTRIN, options=("--typed", Typing.ALL)),
    _alone("engine", "**Dørtrin's engine**: open, replay, seal, write back", ("bench.engine",)),
    _alone("understanding", "one message understood, models and all", ("bench.understanding",)),
    _alone("telegram_bot", "python-telegram-bot, in memory", ("bench.peers", "telegram_bot")),
    _alone(
        "telegram_bot_delivered",
        "python-telegram-bot, in memory, update as JSON, presses answered",
        ("bench.peers", "telegram_bot_delivered"),
    ),
    _alone("aiogram", "aiogram FSM, in memory", ("bench.peers", "aiogram")),
    _alone(
        "telegram_bot_pickle",
        "python-telegram-bot, PicklePersistence after each update (not synced)",
        ("bench.peers", "telegram_bot_pickle", *ON_DISK),
    ),
    _alone(
        "aiogram_sqlite",
        "aiogram FSM on SQLite, one FULL commit per update",
        ("bench.peers", "aiogram_sqlite", *ON_DISK),
    ),
)
TELEGRAM = (
    Row("telegram_echo", "python-telegram-bot, echo handler", Group.TELEGRAM, ("bench.telegram", "echo")),
    Row(
        "telegram_turn",
        "**Dørtrin**, durable turn on Telegram",
        Group.TELEGRAM,
        ("bench.telegram", "service", *ON_DISK),
    ),
)
ROWS = (*TALKS, *TELEGRAM)
IN_MEMORY_PEERS = ("telegram_bot", "telegram_bot_delivered", "aiogram")
DURABLE_PEERS = ("telegram_bot_pickle", "aiogram_sqlite")
