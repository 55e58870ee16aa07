"""The store alone: turns of five rows (conversation, turn, two messages, inbox), committed by many clients at once.

    python -m bench.store [--clients 1 50 200] [--seconds 3] [--load] [--work MICROSECONDS] [--postgres]

SQLite is a file with synchronous=FULL in the current folder's file system; PostgreSQL is a durable server of its own.
`--load` reads the conversation before each turn; `--work` keeps the event loop busy for so long a turn, as the engine
would, which shows what the interpreter lock costs the writer's thread.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import os
import tempfile
import time

from bot.privacy.pseudonyms import new_id
from bot.storage.migrations import migrate
from bot.storage.ports import NewConversation, NewMessage, Received, Sender, State, TurnWrite
from bot.storage.store import open_store

SESSION, SAID, ANSWER = os.urandom(1024 + 29), os.urandom(256 + 29), os.urandom(512 + 29)


async def measure(url: str, clients: int, seconds: float, *, load: bool, work: float) -> str:
    await migrate(url)
    store = await open_store(url)
    names = [new_id() for _ in range(clients)]
    start = dt.datetime.now(dt.UTC)
    news = (
        NewConversation(
            id=name, tenant="kolding", channel="web", kid="k1", wrapped=bytes(61), session=SESSION, at=start
        )
        for name in names
    )
    await asyncio.gather(*(store.create(new) for new in news))
    waits: list[float] = []
    end = time.perf_counter() + seconds

    async def client(name: str) -> None:
        turn = seq = 0
        while (began := time.perf_counter()) < end:
            if load:
                loaded = await store.load(name)
                assert loaded is not None
                turn, seq = loaded.turn, loaded.seq
            busy = time.perf_counter() + work
            while time.perf_counter() < busy:
                pass
            at = dt.datetime.now(dt.UTC)
            turn, seq = turn + 1, seq + 2
            await store.commit(
                TurnWrite(
                    conversation=name,
                    tenant="kolding",
                    turn=turn,
                    at=at,
                    state=State.BOT,
                    seq=seq,
                    severity=0,
                    session=SESSION,
                    received=Received(conversation=name, inbound_id=f"c{turn}", seq=seq - 1, body=SAID, at=at),
                    messages=(NewMessage(seq=seq, sender=Sender.BOT, body=ANSWER),),
                )
            )
            waits.append(time.perf_counter() - began)

    began, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*(client(name) for name in names))
    took, cpu = time.perf_counter() - began, time.process_time() - cpu
    await store.close()
    waits.sort()
    count = len(waits)
    return (
        f"{url[:10]:<11}{clients:>4} clients {count / took:>7.0f} turns/s"
        f"  {cpu / count * 1e6:>4.0f} µs CPU/turn"
        f"  p50 {waits[count // 2] * 1e3:>6.2f} ms  p99 {waits[int(count * 0.99)] * 1e3:>6.2f} ms"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 50, 200])
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--load", action="store_true")
    parser.add_argument("--work", type=float, default=0.0)
    parser.add_argument("--postgres", action="store_true")
    given = parser.parse_args()
    how = {"load": given.load, "work": given.work / 1e6}
    if given.postgres:
        from tests.support.postgres import PostgresServer

        with PostgresServer(durable=True) as server:
            for clients in given.clients:
                print(asyncio.run(measure(server.databases.create(), clients, given.seconds, **how)))
        return
    for clients in given.clients:
        with tempfile.TemporaryDirectory(dir=".") as folder:
            print(asyncio.run(measure(f"sqlite:///{folder}/store.db", clients, given.seconds, **how)))


if __name__ == "__main__":
    main()
