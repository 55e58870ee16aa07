"""Journals of released dialog versions: what was asked and answered, and how it ended.

`python -m tests.support.journals` writes one for every golden transcript that has none for the dialog's version. It
never rewrites one: a change that breaks a journal needs a new version of the dialog (DESIGN §3, versions).
"""

import json
import sys
from pathlib import Path
from typing import Any

import msgspec

from dialogs.engine import Begin, Choice
from dialogs.house import REGISTRY
from dialogs.journal import EntryKind
from dialogs.registry import Registry
from dialogs.steps import Json
from dialogs.walking import typed
from tests.support.player import Player, Transcript, read

TESTS = Path(__file__).parents[1]
JOURNALS = TESTS / "journals"
TRANSCRIPTS = TESTS / "transcripts"


class Answer(msgspec.Struct):
    """One question and what was answered; `value` None: skipped."""

    key: str
    occurrence: int
    value: Json


class Journal(msgspec.Struct):
    """One talk through one version of a dialog."""

    dialog: str
    version: int
    header: dict[str, str]
    arguments: dict[str, Any]
    world: dict[str, Any]
    answers: list[Answer]
    result: Json
    own: dict[str, Any] = {}


def record(transcript: Transcript) -> Journal | None:
    """The journal of a transcript; None if something else than answers happens in it."""
    player = Player(transcript, typed=False)
    player.begin()
    answers: list[Answer] = []
    for line in transcript.inputs():
        asked = player.asked
        before = player.session
        if asked is None or line.startswith("#"):
            return None
        player.say(line)
        if player.ended is not None:
            value = _last_value(player, line)
            if asked.ask.options and value == line and asked.ask.option(line) is None:
                return None  # typed in other words than a label: what it was read as is in no frame any more
        else:
            fresh = [
                entry
                for frame in player.session.frames.values()
                for entry in frame.entries
                if entry.number >= before.next_entry and entry.kind is EntryKind.ANSWER
            ]
            if len(fresh) != 1 or fresh[0].key != asked.ask.key:
                return None
            value = fresh[0].value
        answers.append(Answer(key=asked.ask.key, occurrence=asked.question.occurrence, value=value))
    if player.ended is None:
        return None
    return Journal(
        dialog=transcript.dialog,
        version=REGISTRY.script(transcript.dialog).version,
        header=transcript.header,
        arguments=transcript.arguments,
        world=transcript.world,
        answers=answers,
        result=msgspec.to_builtins(player.ended.result),
        own=transcript.own,
    )


def _last_value(player: Player, line: str) -> Json:
    assert player.asked is not None
    for button in player.shown([player.asked])[0].choices:
        if button.label == line:
            return None if button.id == "cmd.skip" else button.id
    return line


def replay(journal: Journal) -> tuple[list[tuple[str, int]], Json]:
    """The questions asked and the result, when the journal's answers are given to this release."""
    transcript = Transcript(
        title="", header=journal.header, arguments=journal.arguments, world=journal.world, own=journal.own, lines=()
    )
    player = Player(transcript, typed=False, registry=_as_of(journal))
    player.send(Begin(root=journal.dialog, arguments=journal.arguments))
    asked = []
    for answer in journal.answers:
        assert player.asked is not None
        asked.append((player.asked.ask.key, player.asked.question.occurrence))
        if answer.value is None:
            player.send(Choice(option="cmd.skip"))
        elif player.asked.ask.option(str(answer.value)) is not None:
            player.send(Choice(option=str(answer.value)))
        else:
            player.send(typed(player.asked.ask, answer.value))
    assert player.ended is not None, f"after {asked} the dialog had not ended"
    return asked, msgspec.to_builtins(player.ended.result)


def _as_of(journal: Journal) -> Registry:
    """The dialogs as a session meets them that began with the journal's version of this one; its own child with it."""
    registry = Registry()
    for script in REGISTRY.scripts():
        if script.name not in (journal.dialog, f"{journal.dialog}_run") or script.version <= journal.version:
            registry.add(script)
    return registry


def load(path: Path) -> Journal:
    """A recorded journal."""
    return msgspec.json.decode(path.read_bytes(), type=Journal)


def main() -> None:
    """Record what is not recorded yet."""
    for path in sorted(TRANSCRIPTS.glob("*/*.txt")):
        journal = record(read(path))
        if journal is None:
            continue
        target = JOURNALS / journal.dialog / f"v{journal.version}" / f"{path.stem}.json"
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            built = msgspec.to_builtins(journal)
            if not journal.own:
                del built["own"]
            target.write_text(json.dumps(built, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
            sys.stdout.write(f"recorded {target.relative_to(TESTS)}\n")


if __name__ == "__main__":
    main()
