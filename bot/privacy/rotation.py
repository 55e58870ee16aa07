"""Rotation: after `keys add` every data key is wrapped anew by the active master key. No content is touched."""

import msgspec

from bot.privacy.keys import Keyring
from bot.privacy.sealing import Wrapped, rewrap
from bot.storage.ports import TurnStore, WrappedKey

_AT_ONCE = 500


async def rewrap_all(store: TurnStore, keyring: Keyring) -> int:
    """Wrap anew what an older master key wraps; how many. After it, an older key is needed for indexes only.

    May be stopped and run again at any time. Raises UnknownKey or DecryptError, that round unchanged.
    """
    done = 0
    while stale := await store.stale_keys([keyring.active], limit=_AT_ONCE):
        count = await store.replace_keys([(old, _fresh(keyring, old)) for old in stale])
        if not count:
            break  # all of them were erased meanwhile
        done += count
    return done


def _fresh(keyring: Keyring, old: WrappedKey) -> WrappedKey:
    new = rewrap(keyring.tenant(old.tenant), old.conversation, Wrapped(kid=old.kid, blob=old.blob))
    return msgspec.structs.replace(old, kid=new.kid, blob=new.blob)
