from __future__ import annotations

import itertools

import pytest

from bot.staff import ALLOWED, CONTENT, Action, Actor, Forbidden, Role, authorize

EVERY = list(itertools.product(Role, Action))


def actor(role: Role, tenant: str = "kolding") -> Actor:
    return Actor(id="someone", tenant=tenant, role=role)


@pytest.mark.parametrize(("role", "action"), EVERY, ids=lambda part: part.value)
def test_a_role_may_what_the_table_says_and_only_at_home(role: Role, action: Action) -> None:
    if action in ALLOWED[role]:
        authorize(actor(role), action, "kolding")
    else:
        with pytest.raises(Forbidden):
            authorize(actor(role), action, "kolding")
    with pytest.raises(Forbidden):
        authorize(actor(role), action, "randers")


@pytest.mark.parametrize("role", [Role.ADMIN, Role.MANAGER])
def test_admin_and_manager_have_no_way_to_what_citizens_wrote(role: Role) -> None:
    assert ALLOWED[role] & CONTENT == set()


def test_every_action_is_somebodys() -> None:
    assert set().union(*ALLOWED.values()) == set(Action)
