"""Every error of the runtime, one tree. The docstring is the message; it never holds what a citizen wrote.

    DoertrinError
    ├── SettingsError
    ├── KeyringError
    │   ├── KeyringMissing
    │   ├── KeyringUnsafe
    │   ├── KeyringBroken
    │   └── UnknownKey
    ├── DecryptError
    ├── AuditBroken
    ├── BrokenMessage
    ├── StoreError
    │   ├── StorageUnavailable
    │   ├── SchemaMismatch
    │   ├── TurnTaken
    │   ├── DuplicateInbound
    │   ├── AddressTaken
    │   ├── UnknownConversation
    │   ├── ConversationErased
    │   └── LeaseLost
    ├── ChannelError
    │   ├── RetryLater
    │   └── Undeliverable
    ├── StaffError
    │   ├── Forbidden
    │   ├── NotSignedIn
    │   ├── PasswordRefused
    │   │   └── PasswordCommon
    │   ├── NameRefused
    │   └── UnknownStaff
    └── DeskError
        ├── TalkGone
        ├── TalkTaken
        ├── NotHeld
        ├── SealedTalk
        ├── TextRefused
        ├── UnknownLabel
        └── AlertFailed

A test compares the drawing with the classes, so add to both.
"""

import inspect


class DoertrinError(Exception):
    """Something went wrong in Dørtrin."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message if message is not None else (inspect.getdoc(type(self)) or "").split("\n\n")[0])


class SettingsError(DoertrinError):
    """A setting is missing or wrong; `doertrin settings` prints all of them with their meaning."""


class KeyringError(DoertrinError):
    """The keyring cannot be used."""


class KeyringMissing(KeyringError):
    """There is no keyring file; `doertrin keys create PATH` makes one."""


class KeyringUnsafe(KeyringError):
    """The keyring file can be read by others; `chmod 400 PATH` mends it."""


class KeyringBroken(KeyringError):
    """The keyring file is not a keyring; restore it from its backup: without it nothing stored can be read."""


class UnknownKey(KeyringError):
    """A row is sealed with a key that is not in the keyring; restore the keyring that holds it."""


class DecryptError(DoertrinError):
    """A sealed value cannot be opened: wrong key, wrong place, unknown version, cut short or changed."""


class AuditBroken(DoertrinError):
    """The audit was changed by somebody without the keyring."""


class BrokenMessage(DoertrinError):
    """A stored message cannot be opened; it is marked failed, and those after it are taken."""


class StoreError(DoertrinError):
    """The store refused."""


class StorageUnavailable(StoreError):
    """The database cannot be written or read just now; nothing may be acknowledged. Try again later.

    If the connection broke during the commit itself the write may have been stored: writing the same turn or inbound
    id again then gives TurnTaken or DuplicateInbound, never a second one.
    """


class SchemaMismatch(StoreError):
    """The database has another schema than this release; run `doertrin migrate`."""


class TurnTaken(StoreError):
    """Another writer changed the conversation first; nothing was stored. Load it again and recompute."""


class DuplicateInbound(StoreError):
    """The inbound id is stored already; nothing was stored again."""

    def __init__(self, *, seq: int, turn: int | None) -> None:
        super().__init__()
        self.seq = seq
        self.turn = turn


class AddressTaken(StoreError):
    """The address or code already has a conversation; nothing was stored. Look it up again."""


class UnknownConversation(StoreError):
    """There is no such conversation."""


class ConversationErased(StoreError):
    """The conversation is erased; nothing can be added to it."""


class LeaseLost(StoreError):
    """The lease on this job ran out and the job belongs to somebody else now; nothing was stored."""


class ChannelError(DoertrinError):
    """A channel could not send."""


class RetryLater(ChannelError):
    """The channel cannot take the message now; try again later."""

    def __init__(self, *, after: float | None = None) -> None:
        super().__init__()
        self.after = after
        """Seconds to wait as the channel demands; None: the usual backoff."""


class Undeliverable(ChannelError):
    """The message can never be delivered."""

    def __init__(self, *, gone: bool = True) -> None:
        super().__init__()
        self.gone = gone
        """Whether the address is dead (blocked, deleted), or only this one message is refused."""


class StaffError(DoertrinError):
    """Something about the accounts of the staff is refused."""


class Forbidden(StaffError):
    """Your role may not do that, or not for this municipality."""


class NotSignedIn(StaffError):
    """Name, password and one-time code do not fit together; which of them is never said. Or too many tries: wait."""


class PasswordRefused(StaffError):
    """The password is too short, too long or too simple; write at least 12 characters, a sentence is good."""


class PasswordCommon(PasswordRefused):
    """The password is among the first that anybody guesses; write a sentence of your own."""


class NameRefused(StaffError):
    """The name is taken or cannot be used; write 2 to 64 of a-z, 0-9, dot, dash, underscore and @."""


class UnknownStaff(StaffError):
    """There is no such account; `doertrin counselor list` shows them."""


class DeskError(DoertrinError):
    """The desk refused; nothing was changed."""


class TalkGone(DeskError):
    """There is no such talk any more: it was erased, closed or handed back. Look at the queue again."""


class TalkTaken(DeskError):
    """Somebody was first, or the talk has just changed; look at it again."""


class NotHeld(DeskError):
    """The talk is not yours; take it from the queue first."""


class SealedTalk(DeskError):
    """The talk may not be opened: take it from the queue, or give a written reason."""


class TextRefused(DeskError):
    """A text must have something in it, and at most 4,000 characters."""


class UnknownLabel(DeskError):
    """A reason or an outcome that is not on the list; choose one of `Desk.forms`."""


class AlertFailed(DeskError):
    """Nobody could be told that somebody in danger waits; it is tried again. Check the alert settings."""
