"""Fifty citizens who talk with one peer in turn, and the check that each gets the right reply with its buttons."""

import gc
import time
from array import array
from dataclasses import dataclass
from typing import Protocol

from bench.samples import Sample
from bench.screening import QUESTIONS, TURNS, reply_to

CITIZENS = 50
WARM_UP = 0.3


@dataclass(frozen=True, slots=True)
class Reply:
    text: str
    buttons: int


class WrongReply(Exception):
    """A peer said something else than the next question."""


class Peer(Protocol):
    async def start(self, citizens: int) -> None: ...
    async def turn(self, citizen: int, step: int) -> Reply: ...
    async def stop(self) -> None: ...


async def measure(peer: Peer, seconds: float) -> Sample:
    """Whole screenings of all citizens, a turn of each after the other, until time is up. Only turns count as time."""
    await peer.start(CITIZENS)
    expected = [[_expected(citizen, step) for citizen in range(CITIZENS)] for step in range(TURNS)]
    latencies = array("d")
    gc.collect()
    gc.freeze()
    opened = time.perf_counter() + WARM_UP
    while time.perf_counter() < opened:
        await _screen_all(peer, expected, array("d"))
    began, processor = time.perf_counter(), time.process_time()
    while time.perf_counter() < began + seconds:
        await _screen_all(peer, expected, latencies)
    wall, used = time.perf_counter() - began, time.process_time() - processor
    await peer.stop()
    return Sample.of(latencies, sum(latencies), used / wall)


async def _screen_all(peer: Peer, expected: list[list[Reply]], latencies: "array[float]") -> None:
    clock = time.perf_counter
    for step in range(TURNS):
        for citizen in range(CITIZENS):
            sent = clock()
            reply = await peer.turn(citizen, step)
            latencies.append(clock() - sent)
            if reply != expected[step][citizen]:
                raise WrongReply(f"citizen {citizen}, step {step}: {reply} instead of {expected[step][citizen]}")


def _expected(citizen: int, step: int) -> Reply:
    return Reply(reply_to(step, citizen), len(QUESTIONS[step].options) if step < len(QUESTIONS) else 0)
