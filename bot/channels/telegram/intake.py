"""From an update to a committed turn. Whoever hands an update in may confirm it once `take` has returned.

An update is taken once: its number is the id of the message, which the store takes once, whatever order updates come in
and however often. Telegram's numbers may jump in either direction, so nothing is concluded from their order.
"""

import logging
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any, Final

from bot.alone import Queues
from bot.channels.ports import Busy, Erased, Incoming, UnknownQuestion
from bot.channels.rendering import Scene, write
from bot.channels.telegram.buttons import belongs, read_token
from bot.channels.telegram.farewells import Farewells
from bot.channels.telegram.haste import Haste
from bot.channels.telegram.replies import Replies
from bot.channels.telegram.sending import NAME
from bot.channels.telegram.updates import NOT_TEXT, Act, Marks, NotAlone, Pressed, Wrote, bared, chat_of, read
from bot.conversations import Conversations
from bot.errors import DecryptError, StorageUnavailable
from content.loading import Content

log = logging.getLogger(__name__)

REMEMBERED: Final = 10_000
"""Updates known to be stored, and chats whose conversation is known."""
TELL_AGAIN: Final = 600.0
"""Seconds before a chat is told once more that nothing can be stored."""


class Intake:
    """Takes the updates of one tenant's bot. `wake` is called when something may have to be sent."""

    def __init__(  # noqa: PLR0913  one collaborator each
        self,
        *,
        tenant: str,
        content: Content,
        conversations: Conversations,
        replies: Replies,
        wake: Callable[[], None],
        clock: Callable[[], float],
        unstored: Callable[[str, str], str | None],
        haste: Haste,
        farewells: Farewells,
    ) -> None:
        self._tenant = tenant
        self._content = content
        self._conversations = conversations
        self._replies = replies
        self._wake = wake
        self._clock = clock
        self._unstored = unstored
        self._haste = haste
        self._farewells = farewells
        self._marks = Marks(
            edited=self._text("telegram.edited.mark"),
            sent={kind: self._text(f"telegram.sent.{kind}") for kind in set(NOT_TEXT.values())},
        )
        self._done: OrderedDict[int, None] = OrderedDict()
        self._names: OrderedDict[int, str] = OrderedDict()
        self._told: OrderedDict[int, float] = OrderedDict()
        self._queues: Queues[int] = Queues()

    async def take(self, raw: Mapping[str, Any]) -> None:
        """Store what the update says with all it causes. Raises StorageUnavailable and Busy: then it is not to be
        confirmed, for nothing of it may be stored. Anything else that is raised is a fault of ours.
        """
        number = raw["update_id"]
        if number in self._done:
            return
        act = self._read(raw)
        if isinstance(act, NotAlone):
            self._replies.leave(act.chat, self._text("telegram.group"))
        elif act is not None:
            async with self._queues.alone_with(act.chat):  # there may be no conversation yet to be alone with
                if number not in self._done:
                    await self._store(act)
            self._wake()
        _remember(self._done, number, None)

    def give_up(self, raw: Mapping[str, Any]) -> None:
        """The update broke us again and again. It must not hold up all others; the citizen is told."""
        chat = chat_of(raw)
        if isinstance(chat, int) and chat > 0:
            self._replies.say(chat, self._text("engine.apology"))
        _remember(self._done, raw["update_id"], None)

    def _read(self, raw: Mapping[str, Any]) -> Act | None:
        try:
            return read(raw, self._marks)
        except Exception as problem:  # whatever the library makes of what it does not know
            log.warning("telegram_update_unread", extra={"problem": problem})
        bare = bared(raw)
        return None if bare is None else read(bare, self._marks)

    async def _store(self, act: Wrote | Pressed) -> None:
        try:
            if isinstance(act, Wrote):
                await self._wrote(act)
            else:
                await self._pressed(act)
        except StorageUnavailable:
            self._tell_of_trouble(act)
            raise

    # writing

    async def _wrote(self, act: Wrote) -> None:
        in_time = self._haste.may(act.chat)
        for _ in range(2):
            try:
                conversation = await self._conversation(act.chat)
                for incoming in await self._to_handle(conversation, act):
                    kept = incoming if in_time else self._haste.noted(act.chat, incoming)
                    await self._handle(act.chat, conversation, kept)
            except Erased:
                self._names.pop(act.chat, None)  # erased elsewhere meanwhile: a new one begins
            else:
                return
        raise Busy

    async def _conversation(self, chat: int) -> str:
        """The chat's conversation, greeted."""
        conversations = self._conversations
        name = await self._known(chat)
        if name is None:
            name = await conversations.start_at(str(chat), tenant=self._tenant, channel=NAME)
            _remember(self._names, chat, name)
        if (await conversations.loaded(name)).seq == 0:
            await conversations.greet(name)
        return name

    async def _known(self, chat: int) -> str | None:
        name = self._names.get(chat)
        if name is None:
            name = await self._conversations.at(str(chat), tenant=self._tenant, channel=NAME)
            if name is not None:
                _remember(self._names, chat, name)
        return name

    async def _to_handle(self, conversation: str, act: Wrote) -> tuple[Incoming, ...]:
        """`/start` is noted beside the greeting; later it asks the question at hand again and changes nothing."""
        if act.begins is None:
            return act.incoming
        greeted_now = (await self._conversations.loaded(conversation)).turn == 1
        if greeted_now:
            return (Incoming(act.begins, label="/start", remark=""),)
        return (Incoming(act.begins, option="cmd.repeat"),)

    async def _handle(self, chat: int, conversation: str, incoming: Incoming) -> None:
        if not self._conversations.ready.is_set() or (await self._conversations.loaded(conversation)).pending:
            self._farewells.watch(chat, conversation)
        handled = await self._conversations.handle(conversation, incoming)
        if handled.farewell is not None:
            self._names.pop(chat, None)
            self._farewells.told(conversation)
            self._replies.say(chat, handled.farewell)

    # pressing

    async def _pressed(self, act: Pressed) -> None:
        """Stored, or told why not; in any case the button stops spinning."""
        toast = None
        try:
            toast = await self._press(act)
        finally:
            self._replies.answer(act.query, toast)

    async def _press(self, act: Pressed) -> str | None:
        """What to show for a moment, if nothing came of it."""
        if not self._haste.may(act.chat):
            return self._text("page.error.rate_limited")
        ended = self._text("engine.old_button.ended")
        token = read_token(act.data)
        conversation = await self._known(act.chat)
        keys = self._conversations.house.keyring.tenant(self._tenant)
        if token is None or conversation is None or not belongs(token, keys, conversation):
            return ended
        try:
            body = await self._conversations.shown(conversation, token.seq)
            if body is None or body.question is None or token.place >= len(body.choices):
                return ended
            choice = body.choices[token.place]
            await self._handle(
                act.chat,
                conversation,
                Incoming(act.id, question=body.question, option=choice.id, label=choice.label),
            )
        except Erased:
            self._names.pop(act.chat, None)
            return ended
        except (UnknownQuestion, DecryptError):
            return self._text("engine.old_button.unknown")
        if act.message is not None:
            self._replies.chosen(act.message, choice.label)
        return None

    # around it

    def _tell_of_trouble(self, act: Wrote | Pressed) -> None:
        """Nothing can be stored: whoever is in danger must not wait for us, nor be silenced by what was told before."""
        now = self._clock()
        said = "\n".join(each.text or "" for each in act.incoming) if isinstance(act, Wrote) else ""
        danger = self._unstored(self._tenant, said) if said else None
        told = act.chat if danger is None else -act.chat
        if now - self._told.get(told, -TELL_AGAIN) >= TELL_AGAIN:
            _remember(self._told, told, now)
            self._replies.say(act.chat, danger or self._text("engine.read_only"))

    def _text(self, key: str) -> str:
        """A text for who has no conversation that could tell how they read."""
        content, tenant = self._content, self._tenant
        scene = Scene(
            catalog=content.messages.for_pack(tenant),
            pack=content.pack(tenant),
            at=self._conversations.now(),
            channel=NAME,
        )
        return write(key, scene)


def _remember(known: OrderedDict[int, Any], key: int, value: Any) -> None:
    known[key] = value
    known.move_to_end(key)
    if len(known) > REMEMBERED:
        known.popitem(last=False)
