"""What was acknowledged, written down by the client itself and on the disk before it goes on.

The judge between client and server: whatever the journal holds must be in the database, once, under that number.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path
from typing import NamedTuple


class Acknowledged(NamedTuple):
    """One acknowledgement as a client got it."""

    code: str
    id: str
    seq: int


class Journal:
    """Appends acknowledgements; each is on the disk when `write` comes back."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def write(self, code: str, name: str, seq: int) -> None:
        os.write(self._file, json.dumps([code, name, seq]).encode() + b"\n")
        os.fsync(self._file)

    def read(self) -> list[Acknowledged]:
        """All of them, in the order they came; a message sent again may be acknowledged again."""
        return [Acknowledged(*json.loads(line)) for line in self._path.read_text().splitlines()]

    def close(self) -> None:
        os.close(self._file)


class Verdict(NamedTuple):
    """What the journal says of a conversation's stored messages, as figures and as sentences."""

    acknowledged: int
    lost: int
    doubled: int
    wrong: list[str]


def judge(journal: list[Acknowledged], stored: dict[str, list[dict[str, object]]]) -> Verdict:
    """Compare what was acknowledged with the messages of each conversation, by its code."""
    acks: dict[tuple[str, str], set[int]] = {}
    for ack in journal:
        acks.setdefault((ack.code, ack.id), set()).add(ack.seq)
    wrong = [f"{name} was acknowledged as {sorted(seqs)}" for (_, name), seqs in acks.items() if len(seqs) > 1]
    lost = doubled = 0
    for code, messages in stored.items():
        seqs = [message["seq"] for message in messages]
        if seqs != list(range(1, len(seqs) + 1)):
            wrong.append(f"the numbers have a gap: {seqs}")
        own = Counter(str(message["id"]) for message in messages if message["from"] == "citizen")
        doubled += sum(count - 1 for count in own.values())
        places = {message.get("id"): message["seq"] for message in messages}
        for (whose, name), numbers in acks.items():
            if whose == code and places.get(name) not in numbers:
                lost += 1
                wrong.append(f"{name} was acknowledged as {sorted(numbers)} and is at {places.get(name)}")
    unknown = {code for code, _ in acks} - set(stored)
    wrong += [f"nobody asked for the messages of {len(unknown)} conversations"] if unknown else []
    return Verdict(acknowledged=len(acks), lost=lost, doubled=doubled, wrong=wrong)
