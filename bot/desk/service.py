"""Everything a counselor does to a talk. Each method asks `authorize` first, and Forbidden comes before all else.

Every change takes the conversation's next turn number and moves the handoff with one conditional UPDATE, in one
transaction: two counselors cannot both have a talk, and a line is stored by whoever holds the talk at that moment, or
not at all. What is read is written in the audit before it is handed out, what is changed after it is stored.

All methods raise StorageUnavailable; those with a conversation TalkGone if it is erased or never was.
"""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager

from bot.desk.values import Canned, CloseForm, DeskEvent, Forms, Note, QueueItem, Sent, Talk
from bot.staff import Actor


class Desk:
    """The desk of all tenants of this process; every actor sees the own tenant's only."""

    # being there

    async def heartbeat(self, actor: Actor) -> None:
        """The actor's console is open; to be called every 20 seconds. After 60 without, the actor's talks go back to
        the queue and the citizens are told.
        """
        raise NotImplementedError

    async def leave(self, actor: Actor) -> None:
        """The actor signs out or goes: their talks go back to the queue at once."""
        raise NotImplementedError

    # the queue

    async def queue(self, actor: Actor) -> list[QueueItem]:
        """Who waits: most severe first, then by deadline, then by how long."""
        raise NotImplementedError

    async def held(self, actor: Actor) -> list[QueueItem]:
        """The talks that the actor holds, in the same order."""
        raise NotImplementedError

    async def next(self, actor: Actor) -> QueueItem | None:
        """Take the first of the queue ("tag den næste"); None if nobody waits."""
        raise NotImplementedError

    async def claim(self, actor: Actor, handoff: str) -> QueueItem:
        """Take this one. Raises TalkTaken if somebody was first, TalkGone if it waits no longer."""
        raise NotImplementedError

    async def acknowledge(self, actor: Actor, handoff: str) -> None:
        """The actor has seen the alert of a handoff. While they are present it is not escalated further."""
        raise NotImplementedError

    # reading

    async def transcript(self, actor: Actor, conversation: str, *, after: int = 0) -> Talk:
        """The lines after that number, in order and without a gap, personal data masked. For the holder, for 30 minutes
        after, and after `break_glass`. Without the citizen's consent it begins where the human was asked for. An audit
        entry for each call that hands out a line. Raises SealedTalk.
        """
        raise NotImplementedError

    async def reveal(self, actor: Actor, conversation: str, seq: int) -> str:
        """One line unmasked, for whoever may read it; audited. Raises SealedTalk, TalkGone if there is no such line."""
        raise NotImplementedError

    async def break_glass(self, actor: Actor, conversation: str, reason: str) -> None:
        """Open a talk that is not the actor's, whole and for 30 minutes, for a written reason of at least ten
        characters; audited. Raises TextRefused.
        """
        raise NotImplementedError

    def subscribe(self, actor: Actor, conversation: str) -> AbstractAsyncContextManager[AsyncIterator[DeskEvent]]:
        """What happens in a talk, until the block ends. Events carry no content: on `TALK` read on after the last
        number. Subscribe first and read then, and nothing is missed.
        """
        raise NotImplementedError

    def subscribe_queue(self, actor: Actor) -> AbstractAsyncContextManager[AsyncIterator[DeskEvent]]:
        """`QUEUE` when the queue changed, `ALERT` when somebody in danger waits."""
        raise NotImplementedError

    # talking

    async def send(self, actor: Actor, conversation: str, client_id: str, text: str) -> Sent:
        """Store a line for the citizen; its draft is gone with it. The same `client_id` (1 to 64 characters) again gives
        the same line and has no other effect. Raises NotHeld, TextRefused, TalkTaken after too many changes at once.
        """
        raise NotImplementedError

    async def typing(self, actor: Actor, conversation: str) -> None:
        """The citizen is shown that somebody writes. Raises NotHeld."""
        raise NotImplementedError

    async def seen(self, actor: Actor, conversation: str, seq: int) -> None:
        """The holder has read up to `seq`; never back. Raises NotHeld."""
        raise NotImplementedError

    async def save_draft(self, actor: Actor, conversation: str, text: str) -> None:
        """Keep what is half written, sealed; an empty text removes it. Raises NotHeld, TextRefused."""
        raise NotImplementedError

    async def draft(self, actor: Actor, conversation: str) -> str:
        """What the actor kept; empty if nothing."""
        raise NotImplementedError

    async def canned(self, actor: Actor, conversation: str) -> list[Canned]:
        """The tenant's ready replies, in this citizen's language and reading level. Raises NotHeld."""
        raise NotImplementedError

    # noting

    async def add_note(self, actor: Actor, conversation: str, text: str) -> Note:
        """Note something for colleagues, sealed. For the holder and whoever may read. Raises SealedTalk, TextRefused."""
        raise NotImplementedError

    async def notes(self, actor: Actor, conversation: str) -> list[Note]:
        """The notes, oldest first; audited like lines. Raises SealedTalk."""
        raise NotImplementedError

    # ending

    async def release_to_bot(self, actor: Actor, conversation: str) -> None:
        """Hand back to the bot, which asks again exactly what it had asked. Raises NotHeld."""
        raise NotImplementedError

    async def release_to_queue(self, actor: Actor, conversation: str) -> None:
        """Give back to the queue, with its old place; the citizen is told. Raises NotHeld."""
        raise NotImplementedError

    def forms(self) -> Forms:
        """What can be chosen in the form that closes a talk."""
        raise NotImplementedError

    async def close(self, actor: Actor, conversation: str, form: CloseForm) -> None:
        """End the talk; the citizen's next message is the bot's again. Raises NotHeld, UnknownLabel."""
        raise NotImplementedError

    async def lower_severity(self, actor: Actor, conversation: str, severity: int) -> None:
        """Say that the danger is less: on the conversation, the handoff and the bot's own memory. Only down, only by the
        holder; audited. Raises NotHeld, ValueError for what is not lower.
        """
        raise NotImplementedError
