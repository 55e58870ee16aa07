"""A review is of one wording; the book shows every text, and claims no review that nobody has made."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest

from bot.book import book
from content.checks import check
from content.errors import ContentError
from content.loading import Content, load
from content.reviews import standing, unreviewed, wording
from tests.support.content_files import write

TODAY = dt.date(2027, 1, 20)
KEY = "menu.goodbye"


def reviewed(folder: Path, mark: str) -> Content:
    row = f'[da."{KEY}"]\nby = "Mette Prøve, rådgiver"\non = 2027-01-15\nwording = "{mark}"\n'
    return load(write(folder, reviews=row))


def test_nobody_has_reviewed_what_ships() -> None:
    content = load()
    assert content.reviews == {}
    assert unreviewed(content.reviews, content.messages) == dict.fromkeys(("da", "en"), len(content.messages.keys()))


def test_a_review_holds_for_the_wording_that_was_read(tmp_path: Path) -> None:
    messages = load().messages
    content = reviewed(tmp_path, wording(messages, KEY, "da"))
    found = standing(content.reviews, content.messages, KEY, "da")
    assert found is not None
    assert found.by == "Mette Prøve, rådgiver"
    assert standing(content.reviews, content.messages, KEY, "en") is None
    total = len(content.messages.keys())
    assert unreviewed(content.reviews, content.messages) == {"da": total - 1, "en": total}
    assert not [problem for problem in check(content) if problem.file == "reviews.toml"]


@pytest.mark.parametrize("place", ["da.messages.menu", "da.easy.menu"])
def test_a_changed_word_ends_the_review(tmp_path: Path, place: str) -> None:
    mark = wording(load().messages, KEY, "da")
    content = reviewed(write(tmp_path, **{place: '[goodbye]\ntext = "Farvel."'}), mark)
    assert standing(content.reviews, content.messages, KEY, "da") is None
    [told] = [problem for problem in check(content) if problem.file == "reviews.toml"]
    assert "was worded otherwise when Mette Prøve, rådgiver read it on 2027-01-15" in told.wrong
    assert told.warning


def test_a_review_of_no_text_is_told(tmp_path: Path) -> None:
    row = '[da."menu.gone"]\nby = "M"\non = 2027-01-15\nwording = "00000000"\n'
    [told] = [problem for problem in check(load(write(tmp_path, reviews=row))) if problem.file == "reviews.toml"]
    assert (told.key, told.wrong) == ("da.menu.gone", "is of no text")


@pytest.mark.parametrize(
    "row",
    [
        '[no."menu.goodbye"]\nby = "M"\non = 2027-01-15\nwording = "0"',
        '[da."menu.goodbye"]\nby = "M"\non = 2027-01-15',
        '[da."menu.goodbye"]\nby = " "\non = 2027-01-15\nwording = "0"',
        '[da."menu.goodbye"]\nby = "M"\non = "i går"\nwording = "0"',
        "da = 3",
    ],
)
def test_half_a_review_is_refused_with_file_key_and_remedy(tmp_path: Path, row: str) -> None:
    with pytest.raises(ContentError, match=r"reviews\.toml"):
        load(write(tmp_path, reviews=row))


def test_the_book_holds_every_text_with_its_source_and_nothing_from_outside(tmp_path: Path) -> None:
    messages = load().messages
    content = reviewed(tmp_path, wording(messages, KEY, "da"))
    page = book(content, today=TODAY)
    keys = re.findall(r"<h3>([^<]+)</h3>", page)
    assert set(keys) >= content.messages.keys()
    assert page.count("Mette Prøve, rådgiver, 2027-01-15") == 1
    assert "src=" not in page
    assert "<script" not in page
    sourced = next(m for m in content.messages.messages(language="da", reading="plain") if m.source)
    assert str(sourced.source).split('"', maxsplit=1)[0].split("&", maxsplit=1)[0] in page
