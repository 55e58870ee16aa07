from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import delete, select, update

from bot.audit import Audit, AuditBroken, Noted
from bot.clock import ManualClock
from bot.privacy.keys import Keyring
from bot.storage import tables as t
from bot.storage.batches import table
from bot.storage.store import SqlStore
from tests.support.staffed import KEYRING, NOON

_A, _H = table(t.AuditEntry), table(t.AuditHead)


def audit(store: SqlStore, keyring: Keyring = KEYRING) -> Audit:
    return Audit(store, keyring, ManualClock(NOON))


async def filled(store: SqlStore, entries: int = 5) -> Audit:
    kept = audit(store)
    for n in range(entries):
        await kept.record("kolding", "mette", "reveal", f"talk{n}")
    return kept


async def test_two_replicas_append_at_once_and_the_chain_is_whole(store: SqlStore, another: SqlStore) -> None:
    both = [audit(store), audit(another)]
    await asyncio.gather(
        *(both[n % 2].record(("kolding", "randers")[n % 3 == 0], "m", "claim", str(n)) for n in range(60))
    )
    ends = await both[0].verify()
    assert [(end.tenant, end.number) for end in ends] == [("kolding", 40), ("randers", 20)]
    newest = await both[1].newest("kolding", limit=3)
    assert [entry.number for entry in newest] == [40, 39, 38]


async def test_it_stands_or_falls_with_what_was_done(store: SqlStore) -> None:
    kept = await filled(store, 2)

    def half(connection: object) -> None:
        kept.append(connection, "kolding", "mette", "claim", "talk")  # type: ignore[arg-type]
        raise RuntimeError("what was to be done failed")

    with pytest.raises(RuntimeError):
        await store.run(half)
    assert [end.number for end in await kept.verify()] == [2]


BROKEN = {
    "changed": update(_A).where(_A.c.number == 3).values(object="another talk"),
    "by somebody else": update(_A).where(_A.c.number == 3).values(actor="ole"),
    "taken out": delete(_A).where(_A.c.number == 3),
    "the first taken out": delete(_A).where(_A.c.number == 1),
    "cut off": delete(_A).where(_A.c.number == 5),
    "all gone": delete(_A),
    "no head": delete(_H),
    "another key named": update(_A).where(_A.c.number == 3).values(kid="k9"),
    "moved to another tenant": update(_A).where(_A.c.number > 3).values(tenant="randers"),
}


@pytest.mark.parametrize("how", BROKEN)
async def test_what_was_touched_is_found(store: SqlStore, how: str) -> None:
    kept = await filled(store)
    await kept.verify()
    await store.run(lambda c: c.execute(BROKEN[how]))
    with pytest.raises(AuditBroken):
        await kept.verify()


async def test_an_entry_put_in_with_a_wrong_key_is_found(store: SqlStore) -> None:
    kept = await filled(store)
    await audit(store, Keyring(active="k1", keys={"k1": bytes(32)})).record("kolding", "mette", "reveal", "talk9")
    with pytest.raises(AuditBroken, match="kolding: entry 6"):
        await kept.verify()


async def test_an_end_that_was_noted_shows_a_chain_cut_off_cleanly(store: SqlStore) -> None:
    kept = await filled(store)
    noted = (await kept.verify())[0]
    assert Noted.read(str(noted)) == noted
    await kept.record("kolding", "mette", "reveal", "talk5")
    await kept.verify([noted])

    def cut(connection: object) -> None:
        """As somebody would who copied the head row yesterday."""
        c = connection
        link = c.execute(select(_A.c.chain).where(_A.c.number == 4)).scalar_one()  # type: ignore[attr-defined]
        c.execute(delete(_A).where(_A.c.number > 4))  # type: ignore[attr-defined]
        c.execute(update(_H).values(number=4, chain=link))  # type: ignore[attr-defined]

    await store.run(cut)
    await kept.verify()
    with pytest.raises(AuditBroken, match="cut off"):
        await kept.verify([noted])
    with pytest.raises(AuditBroken, match="gone"):
        await kept.verify([Noted(tenant="randers", number=1, link="0" * 16)])


async def test_a_rotated_key_goes_on_with_the_same_chain(store: SqlStore) -> None:
    await filled(store, 2)
    rotated = Keyring(active="k2", keys={"k1": bytes(range(32)), "k2": bytes(32)})
    kept = audit(store, rotated)
    await kept.record("kolding", "mette", "reveal", "talk")
    assert [end.number for end in await kept.verify()] == [3]
