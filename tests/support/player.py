"""Plays golden transcripts: conversations in a text file that a counselor can read and correct.

    # rings low, no advice forced
    dialog: quick_check   tenant: kolding   reading: plain   language: da   now: 2026-11-25T10:00
    arguments: {"instrument": "audit_c"}
    world: {"Desk": {"state": "open"}}
    own: {"plan": {"reasons": "Ro"}}
    < Må jeg stille tre korte spørgsmål?          [Ja] [Nej]
    > Ja
    < (quick.low)
    = finished, {"score": 0}

`<` is one message of the bot, with the question's own options; line ends inside it are written ⏎. `(key)` checks the
key only. `own` is what the citizen keeps. `>` is a label, a typed text, or an option id after `#` (`> #cmd.back`). The
last line is the root's result, or `= open` where the transcript stops in the middle. `granted: all` lets the tenant
serve every instrument. The player saves and reloads the session at every line, compares whole lists, and plays every
file with buttons and as plain text.
"""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from bot.channels.rendering import Scene, render
from content.hours import COPENHAGEN
from content.loading import Content, lexicon_table, load
from dialogs import engine
from dialogs.commands import Command, phrases
from dialogs.engine import Answered, Begin, Choice, Input, Rules, Step, Text
from dialogs.heard import NOTHING_HEARD, Heard, Understanding
from dialogs.house import REGISTRY
from dialogs.journal import Session, dump
from dialogs.journal import load as load_session
from dialogs.outcomes import Asked, Ended, Output
from dialogs.registry import Registry
from dialogs.steps import Kept, Request

NEW_LINE = " ⏎ "


@cache
def content() -> Content:
    """The built-in content, loaded once."""
    return load()


@cache
def understanding() -> Understanding:
    """The product's own understanding, loaded once."""
    from bot.understanding import load as load_understanding

    return load_understanding()


@cache
def known_phrases() -> dict[str, Command]:
    """Typed commands, read once."""
    return phrases(lexicon_table(language, "commands") for language in ("da", "en"))


def rules(
    tenant: str = "kolding", now: datetime | None = None, registry: Registry = REGISTRY, *, granted: bool = False
) -> Rules:
    """The engine's world; with `granted` the tenant serves every instrument there is, with all owners' permission."""
    at = now or datetime(2026, 11, 25, 10, tzinfo=COPENHAGEN)
    pack, every = content().pack(tenant), tuple(content().instruments)
    return Rules(
        content=content(),
        pack=msgspec.structs.replace(pack, instruments=every, granted=every) if granted else pack,
        registry=registry,
        today=at.date(),
        phrases=known_phrases(),
    )


class Transcript(msgspec.Struct, frozen=True):
    """One file: what stands before the talk, and its lines."""

    title: str
    header: dict[str, str]
    arguments: dict[str, Any]
    world: dict[str, Any]
    lines: tuple[str, ...]
    own: dict[str, Any] = {}

    @property
    def dialog(self) -> str:
        return self.header["dialog"]

    @property
    def now(self) -> datetime:
        return datetime.fromisoformat(self.header.get("now", "2026-11-25T10:00")).replace(tzinfo=COPENHAGEN)

    def inputs(self) -> list[str]:
        """What the citizen sends."""
        return [line[2:] for line in self.lines if line.startswith("> ")]


def read(path: Path) -> Transcript:
    """A transcript from its file."""
    title = ""
    header: dict[str, str] = {}
    arguments: dict[str, Any] = {}
    world: dict[str, Any] = {}
    own: dict[str, Any] = {}
    lines: list[str] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            title = title or line[1:].strip()
        elif line.startswith("arguments:"):
            arguments = json.loads(line.partition(":")[2])
        elif line.startswith("world:"):
            world = json.loads(line.partition(":")[2])
        elif line.startswith("own:"):
            own = json.loads(line.partition(":")[2])
        elif line[:2] in ("< ", "> ", "= "):
            lines.append(line.rstrip())
        elif ":" in line:
            header |= dict(re.findall(r"(\w+): *(\S+)", line))
    return Transcript(title=title, header=header, arguments=arguments, world=world, lines=tuple(lines), own=own)


class Player:
    """A talk, saved and reloaded at every line."""

    def __init__(
        self, transcript: Transcript, *, typed: bool, registry: Registry = REGISTRY, channel: str = "web"
    ) -> None:
        header = transcript.header
        self.transcript, self.typed, self.channel = transcript, typed, channel
        granted = header.get("granted") == "all"
        self.rules = rules(header.get("tenant", "kolding"), transcript.now, registry, granted=granted)
        session = Session(easy=header.get("reading") == "easy", language=header.get("language", "da"))
        facts = {name: header.get(name) for name in ("role", "age_group")}
        relative = header.get("relative")
        facts["relative"] = relative.replace("+", " ") if relative else None
        self.stored = dump(msgspec.structs.replace(session, own=transcript.own, **facts))
        self.asked: Asked | None = None
        self.ended: Ended | None = None
        self.chosen: set[tuple[str, str]] = set()
        self.offered: set[tuple[str, str]] = set()

    @property
    def session(self) -> Session:
        return load_session(self.stored)

    def begin(self) -> list[Output]:
        return self.send(Begin(root=self.transcript.dialog, arguments=self.transcript.arguments))

    def say(self, line: str) -> list[Output]:
        """One `>` line."""
        return self.send(self._input(line))

    def send(self, given: Input) -> list[Output]:
        """One input, with the world's answers; what was said until the root ended."""
        outputs: list[Output] = []
        step = engine.advance(self.session, given, self.rules)
        while True:
            self._note(step, len(outputs))
            outputs += step.outputs
            self.stored = dump(step.session)
            if step.request is None:
                break
            step = engine.advance(self.session, Answered(self._world(step.request.request)), self.rules)
        if self.ended is not None:
            outputs = outputs[: self.ended.said]
        asked = [output for output in outputs if isinstance(output, Asked)]
        if asked:
            self.asked = asked[-1]
            items = asked[-1].ask.identity is not None
            self.offered |= {(asked[-1].ask.key, option.id) for option in asked[-1].ask.options if not items}
        return outputs

    def _note(self, step: Step, before: int) -> None:
        for event in step.events:
            if isinstance(event, Ended) and self.ended is None:
                self.ended = msgspec.structs.replace(event, said=event.said + before)

    def _world(self, asked: Request) -> Any:
        if isinstance(asked, Kept):
            return self.session.own.get(asked.name)
        return self.transcript.world.get(type(asked).__name__, asked.samples[0])

    def _input(self, line: str) -> Input:
        if line.startswith("#"):
            return Choice(option=line[1:], question=None)
        if self.asked is not None:
            labels = {button.label: button.id for button in self.shown([self.asked])[0].choices}
            if line in labels:
                self.chosen.add((self.asked.ask.key, labels[line]))
                if not self.typed or labels[line].startswith(("cmd.", "edit.")):
                    return Choice(option=labels[line], question=self.asked.question.id)
        return Text(text=line, heard=self.hear(line))

    def hear(self, text: str) -> Heard:
        if not text:
            return NOTHING_HEARD
        return understanding().hear(text, now=self.transcript.now, expect=self.session.expect)

    def shown(self, outputs: list[Output]) -> list[Any]:
        session, pack = self.session, self.rules.pack
        return render(
            outputs,
            Scene(
                catalog=content().messages.for_pack(pack.id),
                pack=pack,
                at=self.transcript.now,
                channel=self.channel,
                language=session.language,
                reading=session.reading,
                age_group=session.age_group,
            ),
        )

    def written(self, outputs: list[Output]) -> Iterator[tuple[str, str]]:
        """Each message as a `<` line in full, and as one with only its key."""
        for output, shown in zip(outputs, self.shown(outputs), strict=True):
            key = output.ask.message if isinstance(output, Asked) else output.message
            own = [choice.label for choice in shown.choices if not choice.id.startswith("cmd.")]
            options = ("      " + " ".join(f"[{label}]" for label in own)) if own else ""
            yield f"< {shown.text.replace(chr(10), NEW_LINE)}{options}", f"< ({key}){options}"

    def end(self) -> str:
        """The `=` line."""
        if self.ended is None:
            return "= open"
        return f"= finished, {json.dumps(msgspec.to_builtins(self.ended.result), ensure_ascii=False)}"


def play(transcript: Transcript, *, typed: bool, registry: Registry = REGISTRY) -> tuple[list[str], Player]:
    """The whole conversation as lines, keeping `(key)` lines as they stand in the file."""
    player = Player(transcript, typed=typed, registry=registry)
    expected = iter([line for line in transcript.lines if line.startswith("< ")])
    lines: list[str] = []

    def add(outputs: list[Output]) -> None:
        for full, short in player.written(outputs):
            wanted = next(expected, "")
            lines.append(short if wanted.startswith("< (") else full)

    add(player.begin())
    for line in transcript.inputs():
        lines.append(f"> {line}")
        add(player.say(line))
    lines.append(player.end())
    return lines, player


def record(path: Path) -> None:
    """Write the file anew from its header and its `>` lines: the diff is what a reviewer reads."""
    transcript = read(path)
    lines, _ = play(transcript, typed=False)
    head = [line for line in path.read_text(encoding="utf-8").splitlines() if line[:2] not in ("< ", "> ", "= ")]
    path.write_text("\n".join([*head, *lines]).rstrip() + "\n", encoding="utf-8")
