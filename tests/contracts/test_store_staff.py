from __future__ import annotations

import asyncio
import datetime as dt

import pytest
from sqlalchemy import func, select

from bot.errors import NameRefused, NotSignedIn, PasswordRefused, UnknownStaff
from bot.staff import Role
from bot.staff.ground import ABSOLUTE, ANSWER_AFTER, FREE_TRIES, IDLE, INVITED
from bot.storage import tables as t
from bot.storage.batches import table
from bot.storage.store import SqlStore
from tests.support.staffed import PASSWORD, Staffed

WRONG = "ikke det rigtige ord"


@pytest.fixture
def house(store: SqlStore) -> Staffed:
    return Staffed(store)


async def test_from_the_invitation_to_being_signed_in_and_out(house: Staffed) -> None:
    first = await house.hire("mette")
    who = await house.staff.who(first)
    assert who is not None
    assert (who.actor.tenant, who.actor.role, who.shown, who.has_factor) == ("kolding", Role.COUNSELOR, "Mette", True)
    token = await house.sign_in("mette")
    assert token != first
    await house.staff.sign_out(token)
    assert await house.staff.who(token) is None
    assert await house.staff.who(first) is not None


async def test_all_refusals_look_and_last_alike(house: Staffed) -> None:
    await house.hire("mette")
    await house.hire("gone")
    await house.staff.disable("gone", by="test")
    house.pass_time(seconds=60)
    code = house.code("mette")
    tries = [
        ("nobody", PASSWORD, code),
        ("mette", WRONG, code),
        ("mette", PASSWORD, "000000"),
        ("mette", PASSWORD, ""),
        ("gone", PASSWORD, house.code("gone")),
        ("", "", ""),
        ("æ\x00ø", "\x00" * 5000, "\N{FULLWIDTH DIGIT ONE}" * 6),
    ]
    for name, password, given in tries:
        with pytest.raises(NotSignedIn) as refused:
            await house.staff.sign_in(name, password, given)
        assert str(refused.value) == str(NotSignedIn())
    assert house.pause.asked == [ANSWER_AFTER] * len(tries)


async def test_a_code_is_good_once_even_for_two_at_the_same_moment(house: Staffed, another: SqlStore) -> None:
    await house.hire("mette")
    elsewhere = Staffed(another, clock=house.clock)
    house.pass_time(seconds=30)
    code = house.code("mette")
    both = await asyncio.gather(
        *(place.staff.sign_in("mette", PASSWORD, code) for place in (house, elsewhere)), return_exceptions=True
    )
    assert [type(one) for one in both].count(NotSignedIn) == 1
    with pytest.raises(NotSignedIn):
        await house.staff.sign_in("mette", PASSWORD, code)
    house.pass_time(seconds=-30)
    with pytest.raises(NotSignedIn):  # a clock set back brings no used code back
        await house.staff.sign_in("mette", PASSWORD, house.code("mette"))


async def test_after_five_wrong_tries_the_account_rests_and_others_do_not(house: Staffed) -> None:
    await house.hire("mette")
    await house.hire("ole")
    for _ in range(FREE_TRIES):
        with pytest.raises(NotSignedIn):
            await house.staff.sign_in("mette", WRONG, "")
    house.pass_time(seconds=25)
    for _ in range(10):  # tries while it rests do not make it rest longer
        with pytest.raises(NotSignedIn):
            await house.staff.sign_in("mette", PASSWORD, house.code("mette"))
    assert await house.staff.who(await house.staff.sign_in("ole", PASSWORD, _next(house, "ole"))) is not None
    house.pass_time(seconds=6)
    assert await house.staff.sign_in("mette", PASSWORD, house.code("mette"))


def _next(house: Staffed, name: str) -> str:
    return house.apps[name].at(house.clock.now() + dt.timedelta(seconds=30))


async def test_a_session_ends_by_itself_and_never_lives_again(house: Staffed, store: SqlStore) -> None:
    token = await house.hire("mette")
    house.pass_time(minutes=14)
    assert await house.staff.who(token, active=False) is not None
    house.pass_time(minutes=2)
    assert await house.staff.who(token) is None

    busy = await house.sign_in("mette")
    for _ in range(int(ABSOLUTE / dt.timedelta(minutes=10)) - 1):
        house.pass_time(minutes=10)
        assert await house.staff.who(busy) is not None
    house.pass_time(minutes=10)
    assert await house.staff.who(busy) is None

    back = await house.sign_in("mette")
    house.pass_time(hours=-2)
    assert await house.staff.who(back) is None
    house.pass_time(hours=2, seconds=IDLE.total_seconds())
    assert await house.staff.who(back) is None
    await house.sign_in("mette")
    left = await store.read(lambda c: c.execute(select(func.count()).select_from(table(t.StaffSession))).scalar_one())
    assert left == 1


async def test_disabling_and_resetting_end_every_session_at_once(house: Staffed) -> None:
    tokens = [await house.hire("mette"), await house.sign_in("mette")]
    await house.staff.disable("mette", by="test")
    assert [await house.staff.who(token) for token in tokens] == [None, None]
    invitation = await house.staff.reset("mette", by="test")
    with pytest.raises(NotSignedIn):
        await house.sign_in("mette")
    assert await house.staff.who(await house.begin("mette", invitation)) is not None
    with pytest.raises(UnknownStaff):
        await house.staff.reset("mette", by="test", tenant="randers")
    with pytest.raises(UnknownStaff):
        await house.staff.disable("nobody", by="test")


async def test_an_invitation_is_good_once_and_for_three_days(house: Staffed) -> None:
    staff = house.staff
    invitation = await staff.add(tenant="kolding", name="mette", shown="Mette", role=Role.COUNSELOR, by="test")
    for name, code in (("mette", "0000-0000-0000-0000"), ("ole", invitation), ("mette", "")):
        with pytest.raises(NotSignedIn):
            await staff.begin(name, code)
    await house.begin("mette", invitation.lower().replace("-", " "))
    with pytest.raises(NotSignedIn):
        await staff.begin("mette", invitation)

    late = await staff.add(tenant="kolding", name="ole", shown="Ole", role=Role.MANAGER, by="test")
    house.pass_time(seconds=INVITED.total_seconds())
    with pytest.raises(NotSignedIn):
        await staff.begin("ole", late)


async def test_beginning_needs_a_fitting_code_and_a_password_that_is_one(house: Staffed) -> None:
    invitation = await house.staff.add(tenant="kolding", name="mette", shown="", role=Role.COUNSELOR, by="test")
    token = await house.staff.begin("mette", invitation)
    assert await house.staff.who(token) is None  # beginning is not being signed in
    for weak in ("kort", "aaaaaaaaaaaaaaaaaa", "x" * 500):
        with pytest.raises(PasswordRefused):
            await house.staff.finish(token, weak, "000000")
    with pytest.raises(NotSignedIn):
        await house.staff.finish(token, PASSWORD, "000000")
    house.pass_time(minutes=16)
    assert await house.staff.beginning(token) is None


async def test_a_changed_password_ends_the_other_sessions_and_gives_a_fresh_one(house: Staffed) -> None:
    first, mine = await house.hire("mette"), await house.sign_in("mette")
    house.pass_time(seconds=30)
    with pytest.raises(NotSignedIn):
        await house.staff.change_password(mine, WRONG, "endnu en stille morgen", house.code("mette"))
    fresh = await house.staff.change_password(mine, PASSWORD, "endnu en stille morgen", house.code("mette"))
    assert [await house.staff.who(token) is None for token in (first, mine, fresh)] == [True, True, False]


async def test_names_are_one_of_a_kind_and_plain(house: Staffed) -> None:
    await house.hire("mette")
    for name in ("mette", "Mette", "", "x", "<b>", "a b", "m" * 65):
        with pytest.raises(NameRefused):
            await house.staff.add(tenant="randers", name=name, shown="", role=Role.COUNSELOR, by="test")


async def test_accounts_are_listed_by_tenant(house: Staffed) -> None:
    await house.hire("mette")
    await house.hire("ida", tenant="randers", role=Role.ADMIN)
    await house.staff.add(tenant="kolding", name="ny", shown="Ny", role=Role.COUNSELOR, by="test")
    listed = [(one.name, one.state) for one in await house.staff.members("kolding")]
    assert listed == [("mette", "active"), ("ny", "invited")]
    assert [one.name for one in await house.staff.members()] == ["mette", "ny", "ida"]


async def test_what_happens_to_an_account_is_in_the_audit(house: Staffed) -> None:
    await house.hire("mette")
    await house.staff.sign_out(await house.sign_in("mette"))
    with pytest.raises(NotSignedIn):
        await house.staff.sign_in("mette", WRONG, "")
    await house.staff.disable("mette", by="chief")
    told = [entry.action for entry in reversed(await house.audit.newest("kolding"))]
    assert told == ["account_added", "account_begun", "sign_in", "sign_out", "sign_in_refused", "account_disabled"]
