"""From every question of every dialog, as any role, there is a way to an end; nothing is answered with silence."""

from __future__ import annotations

from collections import defaultdict

import pytest

from bot.authoring import ROLES
from dialogs.asking import yes_no
from dialogs.house import REGISTRY
from dialogs.registry import Registry, dialog
from dialogs.steps import Dialog
from dialogs.visit import Visit
from dialogs.walking import Walk, walk
from tests.support.player import rules


def stuck(found: Walk) -> set[str]:
    """Places from which no end can be reached."""
    before: dict[str, set[str]] = defaultdict(set)
    for edge in found.edges:
        before[edge.to].add(edge.start)
    places = {edge.start for edge in found.edges} | set(before)
    reached = {place for place in places if place.startswith("→")}
    waiting = list(reached)
    while waiting:
        for place in before[waiting.pop()] - reached:
            reached.add(place)
            waiting.append(place)
    return places - reached


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", REGISTRY.names())
def test_from_every_question_there_is_a_way_to_an_end(name: str, role: str | None) -> None:
    for arguments in REGISTRY.script(name).samples:
        found = walk(name, arguments, rules(), role=role)
        assert found.open_ends == set(), arguments
        assert stuck(found) == set(), arguments


def test_a_question_that_never_ends_is_noticed() -> None:
    registry = Registry()

    @dialog("round", registry=registry)
    def round_and_round(_visit: Visit) -> Dialog[None]:
        for _ in range(1000):
            yield from yes_no("crisis.safe")

    found = walk("round", {}, rules(registry=registry))
    assert stuck(found) == {"start", "crisis.safe"}
