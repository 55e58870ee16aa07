"""Plays one dialog: feeds it stored answers, then a new one, and collects what it says meanwhile.

A dialog that asks something else than its journal holds has diverged. It is never guessed at.
"""

import hashlib
from datetime import date
from typing import Any, cast

import msgspec

from dialogs.journal import Entry, EntryKind
from dialogs.steps import Alert, Ask, Call, Dialog, Json, Keep, Kind, Learn, Record, Request, Say

MAX_STEPS = 200
"""Steps without an answer, after which a dialog is taken to run in circles."""

Waiting = Ask | Call | Request | Record | Keep


class Diverged(Exception):
    """The dialog no longer asks what its journal answers."""


class Runaway(Exception):
    """The dialog went past a limit on steps, answers or depth."""


class DialogError(Exception):
    """The dialog raised: its author's mistake. The cause is chained; the citizen's text is not in it."""


_arguments = msgspec.msgpack.Encoder(order="sorted")


def fingerprint(asked: Request) -> str:
    """A short hash of a Request's arguments: the same arguments, the same Request."""
    return hashlib.blake2b(_arguments.encode(asked), digest_size=8).hexdigest()


def kind_of(step: Waiting) -> EntryKind:
    """Which kind of entry answers a step."""
    if isinstance(step, Ask):
        return EntryKind.ANSWER
    if isinstance(step, Call):
        return EntryKind.CHILD
    if isinstance(step, Keep):
        return EntryKind.KEPT
    return EntryKind.RECORD if isinstance(step, Record) else EntryKind.REQUEST


def key_of(step: Waiting) -> str:
    """The journal key of a step; a Request's is its type."""
    return type(step).__name__ if isinstance(step, Request) else step.key


def valid(ask: Ask, value: Json) -> bool:
    """Is this a value the question can have?"""
    if value is None:
        return ask.optional
    if ask.kind is Kind.CHOICE:
        return isinstance(value, str) and ask.option(value) is not None
    if ask.kind is Kind.NUMBER:
        return isinstance(value, int) and not isinstance(value, bool) and ask.minimum <= value <= ask.maximum
    if ask.kind is Kind.DATE:
        return isinstance(value, str) and (ask.option(value) is not None or is_date(value))
    return isinstance(value, str) and ask.minimum <= len(value) <= ask.maximum


def is_date(value: str) -> bool:
    """Is this a day, as ISO writes it?"""
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


class Live:
    """A dialog that is running right now, stopped at `pending` or ended with `result`."""

    __slots__ = ("_dialog", "_key", "_seen", "alerts", "ended", "learned", "occurrence", "pending", "result", "said")

    def __init__(self, dialog: Dialog[Any]) -> None:
        self._dialog = dialog
        self._key = ""
        self._seen: dict[str, int] = {}
        self.said: list[Say] = []
        self.learned: dict[str, str] = {}
        self.alerts: list[Alert] = []
        self.ended = False
        self.result: Json = None
        self.occurrence = 0
        self._go(None)

    def give(self, value: Json) -> None:
        """Answer the pending step and run on to the next. `said` then holds what was said since."""
        self.said, self.alerts = [], []
        self._go(value)

    def _go(self, value: Json) -> None:
        send, said = self._dialog.send, self.said
        try:
            for _ in range(MAX_STEPS):
                step = send(value)
                value = None
                if type(step) is Say:
                    said.append(step)
                elif type(step) is Learn:
                    self.learned[step.fact] = step.value
                elif type(step) is Alert:
                    self.alerts.append(step)
                else:
                    self._wait(cast(Waiting, step))
                    return
        except StopIteration as end:
            self.ended, self.result = True, end.value
            return
        except (Diverged, Runaway):
            raise
        except Exception as error:
            raise DialogError(type(error).__name__) from error
        raise Runaway(f"{MAX_STEPS} steps without a question")

    def _wait(self, step: Waiting) -> None:
        self._key = key = step.key if type(step) is Ask else key_of(step)
        self.pending = step
        self.occurrence = self._seen[key] = self._seen.get(key, 0) + 1

    def fits(self, entry: Entry) -> bool:
        """Does this stored entry answer the pending step?"""
        step = self.pending
        if entry.key != self._key or entry.occurrence != self.occurrence:
            return False
        if type(step) is Ask:
            return entry.kind is EntryKind.ANSWER and valid(step, entry.value)
        return entry.kind is kind_of(step) and (not isinstance(step, Request) or entry.ref == fingerprint(step))

    def replay(self, entries: list[Entry]) -> None:
        """Feed the whole path. Raises Diverged."""
        for entry in entries:
            if self.ended or not self.fits(entry):
                raise Diverged(entry.key)
            self.give(entry.value)
