"""Dørtrin's engine alone: conversation id and what the citizen said in, reply and buttons out; no disk, no network.

Every turn unwraps the conversation's key, opens the stored bytes, replays, advances, writes the reply out with its
buttons, seals the new session and puts it back. Only the store is missing, a dictionary here, and the understanding of
free text, which is handed in as "nothing special heard": a typed label is matched by the engine itself.
"""

import argparse
import gc
import secrets
import time
from array import array
from dataclasses import dataclass
from datetime import UTC, datetime

import dialogs.house  # noqa: F401  registers the dialogs
from bench.load.walk import Answer, Choice, Typing, Walk
from bench.peers.talk import CITIZENS, WARM_UP
from bench.samples import Sample
from bot.channels.rendering import Rendered, Scene, render
from bot.privacy.keys import Keyring
from bot.privacy.sealing import Wrapped, new_key, unwrap
from content.loading import load as load_content
from dialogs import engine, journal
from dialogs.heard import Heard
from dialogs.registry import REGISTRY

TENANT = "kolding"
_NOTHING_HEARD = Heard()
_AT = datetime(2026, 1, 5, 10, tzinfo=UTC)


@dataclass(slots=True)
class Stored:
    """What is kept of one conversation."""

    key: Wrapped
    session: bytes
    turn: int


class EngineAlone:
    """The turn without the database. It repeats what the runtime does around the engine, in the same order."""

    def __init__(self) -> None:
        content = load_content()
        pack = content.pack(TENANT)
        self._rules = engine.Rules(content=content, pack=pack, registry=REGISTRY, today=_AT.date())
        self._catalog = content.messages.for_pack(pack.id)
        self._keys = Keyring(active="k1", keys={"k1": secrets.token_bytes(32)}).tenant(TENANT)
        self._stored: dict[str, Stored] = {}

    def open(self, conversation: str) -> list[Rendered]:
        key, wrapped = new_key(self._keys, conversation)
        sealed = key.seal("conversation", "session", 0, journal.dump(journal.Session()))
        self._stored[conversation] = Stored(wrapped, sealed, 0)
        return self._turn(conversation, engine.Begin())

    def hear(self, conversation: str, question: str, answer: Answer) -> list[Rendered]:
        if answer.option is None:
            return self._turn(conversation, engine.Text(answer.text, _NOTHING_HEARD))
        return self._turn(conversation, engine.Choice(answer.option, question))

    def _turn(self, conversation: str, given: engine.Input) -> list[Rendered]:
        stored = self._stored[conversation]
        key = unwrap(self._keys, conversation, stored.key)
        session = journal.load(key.open("conversation", "session", stored.turn, stored.session))
        step = engine.advance(session, given, self._rules)
        if step.request is not None:
            raise RuntimeError(f"the screening asks nothing of the world, yet it asked for {step.request}")
        after = step.session
        scene = Scene(
            catalog=self._catalog,
            pack=self._rules.pack,
            at=_AT,
            language=after.language,
            reading=after.reading,
            age_group=after.age_group,
        )
        reply = render(step.outputs, scene)
        stored.turn += 1
        stored.session = key.seal("conversation", "session", stored.turn, journal.dump(after))
        return reply


class Citizen:
    """Walks the screening again and again; every reply must be the next question of it."""

    def __init__(self, engine_alone: EngineAlone, number: int) -> None:
        self._engine = engine_alone
        self._conversation = f"conversation-{number}"
        self._walk = Walk(number, Typing.ONE_IN_TEN)
        self._question = ""
        self._next = Answer(None, "")
        self._look_at(engine_alone.open(self._conversation))

    @property
    def finished(self) -> int:
        """Whole screenings so far."""
        return self._walk.finished

    def turn(self) -> list[Rendered]:
        """The measured part."""
        return self._engine.hear(self._conversation, self._question, self._next)

    def check(self, reply: list[Rendered]) -> None:
        """Decides on the next answer; raises WrongQuestion unless the reply asks what must be asked now."""
        self._look_at(reply)

    def _look_at(self, reply: list[Rendered]) -> None:
        asked = reply[-1]
        if asked.question is None:
            raise RuntimeError(f"no question was asked: {asked}")
        self._question = asked.question
        self._next = self._walk.answer(asked.question, [Choice(each.id, each.label) for each in asked.choices])


def measure(seconds: float) -> Sample:
    """Fifty citizens, one turn of each after the other. Only the turns count as time, as with the peers."""
    house = EngineAlone()
    citizens = [Citizen(house, number) for number in range(CITIZENS)]
    latencies = array("d")
    clock = time.perf_counter
    gc.collect()
    gc.freeze()
    opened = clock() + WARM_UP
    ends = opened + seconds
    processor = time.process_time()
    while clock() < ends or not all(citizen.finished for citizen in citizens):
        for citizen in citizens:
            sent = clock()
            reply = citizen.turn()
            took = clock() - sent
            citizen.check(reply)
            if sent > opened:
                latencies.append(took)
    share = (time.process_time() - processor) / (clock() - opened + WARM_UP)
    return Sample.of(latencies, sum(latencies), share)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.engine", description=__doc__)
    parser.add_argument("--seconds", type=float, default=2.0)
    print(measure(parser.parse_args().seconds).dump(), flush=True)


if __name__ == "__main__":
    main()
