"""What a turn needs of the running program."""

from collections.abc import Callable, Mapping
from datetime import datetime

import msgspec

from bot.guesses import Guesses
from bot.privacy.keys import Keyring
from bot.privacy.sealing import DataKey, Wrapped, unwrap
from bot.storage.ports import (
    Loaded,
)
from content.hours import COPENHAGEN
from content.loading import Content
from dialogs.commands import Command
from dialogs.engine import Rules
from dialogs.heard import Understanding
from dialogs.registry import Registry
from dialogs.steps import Json

SESSION = ("conversation", "session", "session")
"""Table, column and row a session is sealed for."""


class House(msgspec.Struct, frozen=True, kw_only=True):
    """What a turn needs of the running program."""

    content: Content
    registry: Registry
    phrases: dict[str, Command]
    keyring: Keyring
    hear: Understanding | None
    desk: Callable[[str, datetime], Json]
    guesses: Guesses = msgspec.field(default_factory=Guesses)
    desk_words: Mapping[str, Mapping[str, str]] = {}
    """What codes are called at the desk."""
    _worlds: dict[str, Rules] = {}
    """By tenant: every turn of a day is in the same world."""

    def __post_init__(self) -> None:
        msgspec.structs.force_setattr(self, "_worlds", {})

    def rules(self, tenant: str, now: datetime) -> Rules:
        """The engine's world for this tenant on this local day."""
        today = now.astimezone(COPENHAGEN).date()
        kept = self._worlds.get(tenant)
        if kept is None or kept.today != today:
            kept = self._worlds[tenant] = Rules(
                content=self.content,
                pack=self.content.pack(tenant),
                registry=self.registry,
                today=today,
                phrases=self.phrases,
            )
        return kept

    def key(self, loaded: Loaded) -> DataKey:
        """The conversation's data key. Raises DecryptError, UnknownKey."""
        wrapped = Wrapped(kid=loaded.kid, blob=loaded.wrapped)
        return unwrap(self.keyring.tenant(loaded.tenant), loaded.id, wrapped)
