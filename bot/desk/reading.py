"""Opening what was sealed: who may, from which line on, and with personal data masked."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

import msgspec

from bot import messages
from bot.desk.values import Line, ScreeningResult
from bot.errors import SealedTalk
from bot.privacy.sealing import DataKey
from bot.staff import Actor
from bot.storage import desk as rows
from bot.storage.ports import Loaded, Sender, Store, StoredMessage
from dialogs.heard import Understanding
from dialogs.journal import Session

READABLE_FOR = timedelta(minutes=30)
"""So long after holding a talk, or after breaking the glass, it may still be read."""
PAGE = 500
_RESULT: Final = ScreeningResult.__struct_fields__
WRITTEN_BY_US = frozenset({Sender.COUNSELOR, Sender.SYSTEM})


async def first_readable(store: Store, actor: Actor, loaded: Loaded, now: datetime) -> int:
    """The number of the first line that the actor may read now. Raises SealedTalk.

    With a written reason all of it. For who holds the talk, or held it until lately, all of it if the citizen shares
    it; else what was written since the human was asked for.
    """
    since = now - READABLE_FOR
    if await store.read(lambda c: rows.broke_glass(c, loaded.id, actor.id, since=since)):
        return 1
    if not await store.read(lambda c: rows.may_read(c, loaded.id, actor.id, since=since)):
        raise SealedTalk
    told = await store.read(lambda c: rows.last_handoff(c, loaded.id))
    if told is None or told.since_seq is None:
        return loaded.seq
    return 1 if told.shared else told.since_seq


async def lines_after(store: Store, loaded: Loaded, after: int) -> list[StoredMessage]:
    """Every stored line after that number, up to the last of the loaded row."""
    found: list[StoredMessage] = []
    while True:
        some = await store.messages(loaded.id, after=after, limit=PAGE)
        found += [message for message in some if message.seq <= loaded.seq]
        if len(some) < PAGE:
            return found
        after = some[-1].seq


def results_of(session: Session) -> tuple[ScreeningResult, ...]:
    """The screenings' results: of dialogs that have ended, and of the one that runs."""
    values = [*session.past, *(result.value for result in session.results if not result.superseded)]
    return tuple(
        msgspec.convert({name: value[name] for name in _RESULT if name in value}, ScreeningResult)
        for value in values
        if isinstance(value, dict) and "instrument" in value
    )


class Mask:
    """Opens lines with personal data replaced by what kind it is. `words` names the kinds.

    Until the understanding is loaded nobody knows where it is, so what others than us wrote is masked whole.
    """

    def __init__(self, hear: Understanding | None, words: Mapping[str, str], now: datetime) -> None:
        self._hear = hear
        self._words = words
        self._now = now

    def line(self, stored: StoredMessage, key: DataKey) -> Line:
        """The line as it may be shown. Raises DecryptError."""
        text = messages.open_body(stored, key).text
        masked = 0
        if stored.sender not in WRITTEN_BY_US:
            text, masked = self._masked(text)
        return Line(seq=stored.seq, sender=stored.sender.value, text=text, at=stored.at, masked=masked)

    def _masked(self, text: str) -> tuple[str, int]:
        if self._hear is None:
            return f"[{self._words['all']}]", 1
        spans = self._hear.hear(text, now=self._now).personal_data
        for span in reversed(spans):
            text = f"{text[: span.start]}[{self._words.get(span.label, span.label)}]{text[span.end :]}"
        return text, len(spans)
