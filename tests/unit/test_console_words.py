"""The console's words: each is used somewhere, and each that is used is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from admin.plans import TOLD as TOLD_OF_PLANS
from admin.queue import TOLD
from admin.week import TOLD as TOLD_IN_THE_WEEK
from bot.staff import Role
from content.errors import ContentError
from content.loading import console_words

ADMIN = Path(__file__).resolve().parents[2] / "admin"
SOURCES = [*ADMIN.glob("*.py"), *ADMIN.glob("templates/*.html"), *ADMIN.glob("static/*.js")]
MADE_UP = {
    *(f"role.{role.value}" for role in Role),
    *(f"told.{code}" for code in TOLD),
    *(f"week.{code}" for code in TOLD_IN_THE_WEEK),
    *(f"plans.{code}" for code in TOLD_OF_PLANS),
    *(f"plans.wrong_{name}" for name in ("days", "start", "end", "minutes", "who", "place", "valid_to")),
    *(f"week.day{n}" for n in range(7)),
    *(f"week.{state}" for state in ("free", "held", "booked", "attended", "no_show", "closed")),
    *(f"severity.{n}" for n in range(4)),
    *(f"site.{room}" for room in ("queue", "bookings", "people", "audit", "account")),
    *(f"people.{state}" for state in ("active", "invited", "disabled")),
    *(f"talk.{sender}" for sender in ("citizen", "bot", "counselor", "system")),
    *(f"talk.reads_{reading}{language}" for reading in ("plain", "easy") for language in ("", "_en")),
    *(f"talk.crisis{n}" for n in (2, 3)),
    *(key for key in console_words() if key.startswith("did.")),  # what is done grows in other places
    *(f"problem.{key}" for key in ("missing", "trouble")),
}
"""Keys that the code puts together."""
BEGINNINGS = {"talk.reads_", "talk.crisis", "week.day", "plans.wrong_"}


def used() -> set[str]:
    tables = {key.split(".")[0] for key in console_words()}
    found = set()
    for source in SOURCES:
        for key in re.findall(r"""["'](\w+\.\w+)["']""", source.read_text()):
            if key.split(".")[0] in tables and key not in BEGINNINGS and not key.endswith((".html", ".js", ".css")):
                found.add(key)
    return found | MADE_UP


def test_every_word_that_is_used_is_there_and_none_lies_idle() -> None:
    assert used() == set(console_words())


def test_a_municipality_may_lay_its_own_words_over_them(tmp_path: Path) -> None:
    (tmp_path / "console.toml").write_text('[queue]\ntitle = "Ventelisten"\n')
    words = console_words(tmp_path)
    assert words["queue.title"] == "Ventelisten"
    assert words["queue.next"] == console_words()["queue.next"]


@pytest.mark.parametrize("wrong", ['[queue]\ntitel = "x"\n', "[queue]\ntitle = 3\n", 'title = "x"\n'])
def test_what_the_console_does_not_know_is_said(tmp_path: Path, wrong: str) -> None:
    (tmp_path / "console.toml").write_text(wrong)
    with pytest.raises(ContentError, match=r"console\.toml"):
        console_words(tmp_path)


def test_no_word_blames() -> None:
    assert [key for key, text in console_words().items() if re.search(r"misbrug|klient|patient", text, re.I)] == []
