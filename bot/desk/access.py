"""Who may do what to which talk, and what codes are called: what every service of the desk stands on."""

from collections.abc import Mapping

from bot.clock import Clock
from bot.conversations import LONGEST_TEXT, Conversations
from bot.desk.ports import Audit
from bot.desk.reading import first_readable
from bot.desk.talks import Talks
from bot.desk.values import Label, QueueItem
from bot.errors import TextRefused
from bot.live import Live
from bot.staff import Action, Actor, authorize
from bot.storage.ports import Handoff, Loaded, Store


class Access:
    """The desk of all tenants of this process; every actor sees the own tenant's only."""

    def __init__(
        self,
        *,
        store: Store,
        conversations: Conversations,
        live: Live,
        clock: Clock,
        audit: Audit,
        words: Mapping[str, Mapping[str, str]],
    ) -> None:
        """`words`: what codes are called, from `lexicon/desk.toml`."""
        self._store = store
        self._conversations = conversations
        self._live = live
        self._clock = clock
        self._audit = audit
        self._words = words
        self._talks = Talks(store, conversations, live, clock)

    # who may

    async def _found(self, actor: Actor, conversation: str, action: Action) -> Loaded:
        """The talk, if the actor may do this at all."""
        authorize(actor, action, actor.tenant)
        loaded = await self._talks.find(conversation)
        authorize(actor, action, loaded.tenant)
        return loaded

    async def _holding(self, actor: Actor, conversation: str, action: Action) -> Loaded:
        loaded = await self._found(actor, conversation, action)
        await self._talks.held(actor, loaded)
        return loaded

    async def _readable(self, actor: Actor, conversation: str, action: Action) -> tuple[Loaded, int]:
        """The talk and the first line that the actor may read now."""
        loaded = await self._found(actor, conversation, action)
        return loaded, await first_readable(self._store, actor, loaded, self._clock.now())

    # words

    def _item(self, handoff: Handoff, place: int, *, alert: bool = False) -> QueueItem:
        return QueueItem(
            handoff=handoff.id,
            conversation=handoff.conversation,
            place=place,
            severity=handoff.severity,
            reason=self._label("reasons", handoff.reason),
            since=handoff.created_at,
            deadline=handoff.deadline,
            alert=alert,
            counselor=handoff.counselor,
        )

    def _label(self, table: str, code: str) -> Label:
        return Label(code, self._words[table].get(code, code))

    def _labels(self, table: str) -> tuple[Label, ...]:
        return tuple(Label(code, words) for code, words in self._words[table].items())


def line_of(text: str) -> str:
    """A text without the white space around it. Raises TextRefused."""
    stripped = text.strip()
    if not stripped or len(stripped) > LONGEST_TEXT:
        raise TextRefused
    return stripped
