"""Opening a conversation, and finding one again: by the code of a web chat, or by the address of a push channel."""

import contextlib
from datetime import datetime

import msgspec

from bot.channels.ports import UnknownCode, WrongTenant
from bot.clock import Clock
from bot.errors import AddressTaken, StorageUnavailable
from bot.house import SESSION, House
from bot.live import Live
from bot.privacy.pseudonyms import (
    address_index,
    address_indexes,
    code_index,
    code_indexes,
    new_code,
    new_id,
    read_code,
)
from bot.privacy.sealing import DataKey, new_key
from bot.rows import Rows
from bot.storage.ports import Loaded, NewConversation, Store
from dialogs.journal import Session, dump


class Started(msgspec.Struct, frozen=True):
    """A conversation that was just opened."""

    conversation: str
    code: str


class Resumed(msgspec.Struct, frozen=True):
    """A conversation found by its code."""

    conversation: str
    last_used: datetime | None


class Opening(Rows):
    """The way into conversations."""

    def __init__(self, *, store: Store, house: House, live: Live, clock: Clock) -> None:
        super().__init__(store, live)
        self.house = house
        self._clock = clock

    async def start(self, *, tenant: str, channel: str, session: Session | None = None) -> Started:
        """Open a conversation, with a fresh data key and resume code. Raises KeyError for an unknown tenant."""
        self.house.content.pack(tenant)
        keys = self.house.keyring.tenant(tenant)
        while True:
            new, key = self._new(tenant, channel, session)
            code = new_code()
            sealed = key.seal("resume_code", "sealed", new.id, code.encode())
            coded = msgspec.structs.replace(new, resume_index=code_index(keys, code), resume_code=sealed)
            try:
                await self._store.create(coded)
            except AddressTaken:
                continue
            return Started(conversation=new.id, code=code)

    async def at(self, address: str, *, tenant: str, channel: str) -> str | None:
        """The conversation with this address of a channel, if there is one."""
        keys = self.house.keyring.tenant(tenant)
        loaded = await self._store.by_binding(tenant, channel, address_indexes(keys, channel, address))
        return None if loaded is None else loaded.id

    async def start_at(self, address: str, *, tenant: str, channel: str) -> str:
        """Open a conversation that is reached at an address, or find the one that somebody opened just before. Raises
        KeyError for an unknown tenant.
        """
        self.house.content.pack(tenant)
        keys = self.house.keyring.tenant(tenant)
        while True:
            new, key = self._new(tenant, channel, None)
            sealed = key.seal("channel_binding", "address", new.id, address.encode())
            bound = msgspec.structs.replace(new, address_index=address_index(keys, channel, address), address=sealed)
            try:
                await self._store.create(bound)
            except AddressTaken:
                found = await self.at(address, tenant=tenant, channel=channel)
                if found is None:
                    continue  # erased meanwhile
                return found
            return new.id

    def _new(self, tenant: str, channel: str, session: Session | None) -> tuple[NewConversation, DataKey]:
        conversation = new_id()
        key, wrapped = new_key(self.house.keyring.tenant(tenant), conversation)
        sealed = key.seal(*SESSION, dump(session or Session()))
        new = NewConversation(
            id=conversation,
            tenant=tenant,
            channel=channel,
            kid=wrapped.kid,
            wrapped=wrapped.blob,
            session=sealed,
            at=self._clock.now(),
        )
        return new, key

    async def resume(self, *, tenant: str, code: str) -> Resumed:
        """Find a conversation by its code, and note that it was used. Raises UnknownCode, WrongTenant."""
        read = read_code(code)
        if read is None:
            raise UnknownCode
        loaded = await self._by_code(tenant, read)
        if loaded is None:
            for other in self.house.content.tenants:
                if other != tenant and await self._by_code(other, read) is not None:
                    raise WrongTenant
            raise UnknownCode
        before = loaded.last_used_at
        with contextlib.suppress(StorageUnavailable):  # a full disk keeps nobody from reading
            before = await self._store.touch(loaded.id, self._clock.now())
        return Resumed(conversation=loaded.id, last_used=before)

    async def holds(self, *, tenant: str, code: str, conversation: str) -> bool:
        """Whether this is the conversation's code now, as the database has it. Raises StorageUnavailable."""
        found = await self._by_code(tenant, code)
        return found is not None and found.id == conversation

    async def _by_code(self, tenant: str, code: str) -> Loaded | None:
        return await self._store.by_resume(code_indexes(self.house.keyring.tenant(tenant), code))
