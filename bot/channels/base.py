"""A push channel, as the relay sees it. Channels that are fetched from (web chat, terminal) need none of this."""

from typing import Protocol

from bot.storage.ports import StoredMessage


class Channel(Protocol):
    """Sends one message to one address."""

    @property
    def name(self) -> str:
        """What conversations and outbox rows call it; unchanging."""
        ...

    @property
    def tenant(self) -> str | None:
        """Whose messages alone it sends; None: everybody's. A Telegram bot belongs to one tenant."""
        ...

    async def send(self, address: bytes, message: StoredMessage) -> None:
        """Send it and wait for the confirmation. `message.body` has been opened for it.

        Raises RetryLater (not now) or Undeliverable (never). Anything else counts as not known, and is tried again.
        """
        ...
