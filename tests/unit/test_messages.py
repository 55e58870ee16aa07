"""How texts are written, and how the catalog hands them out."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from content.errors import ContentError, MissingText
from content.messages import Catalog, Texts, read_messages, split


def texts(**files: str) -> Texts:
    """Texts by place: `da_plain`, `da_easy`, `en_plain`, `en_easy`."""
    found: Texts = {}
    for name, toml in files.items():
        language, reading = name.split("_")
        found[language, reading] = read_messages(tomllib.loads(toml), file=f"{name}.toml", prefix="f")
    return found


def test_a_table_path_is_the_key_and_a_text_may_have_texts_below_it() -> None:
    catalog = Catalog(texts(da_plain='[safe]\ntext = "Ja"\n[safe.question]\ntext = "Er du?"'))
    assert catalog.text("f.safe") == "Ja"
    assert catalog.text("f.safe.question") == "Er du?"
    assert catalog.keys() == {"f.safe", "f.safe.question"}


def test_fields_are_filled_and_doubled_braces_are_braces() -> None:
    catalog = Catalog(texts(da_plain='[a]\ntext = "{{{name}}}: {number}, {name}"'))
    assert catalog.text("f.a", fields={"name": "A{b}", "number": "1", "more": "x"}) == "{A{b}}: 1, A{b}"
    assert catalog.fields("f.a") == {"name", "number"}


@pytest.mark.parametrize("fields", [None, {}, {"name": "x"}])
def test_a_field_not_given_is_told_never_left_blank(fields: dict[str, str] | None) -> None:
    catalog = Catalog(texts(da_plain='[a]\ntext = "{name} {number}"'))
    with pytest.raises(MissingText, match=r"f\.a: field .*number"):
        catalog.text("f.a", fields=fields)


@pytest.mark.parametrize("place", [{}, {"language": "en"}, {"reading": "easy"}, {"channel": "web"}])
def test_an_unknown_key_is_told_everywhere(place: dict[str, Any]) -> None:
    with pytest.raises(MissingText, match="no such text"):
        Catalog(texts(da_plain='[a]\ntext = "x"')).text("f.b", **place)


def test_an_unknown_language_is_told() -> None:
    with pytest.raises(MissingText):
        Catalog(texts(da_plain='[a]\ntext = "x"')).text("f.a", language="de")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (("da_plain",), "da_plain"),
        (("da_plain", "da_easy"), "da_easy"),
        (("da_plain", "da_easy", "en_plain"), "en_plain"),
        (("da_plain", "da_easy", "en_plain", "en_easy"), "en_easy"),
    ],
)
def test_where_easy_english_is_missing_the_nearest_text_is_used(written: tuple[str, ...], expected: str) -> None:
    catalog = Catalog(texts(**{name: f'[a]\ntext = "{name}"' for name in written}))
    assert catalog.text("f.a", language="en", reading="easy") == expected


def test_a_channel_may_have_its_own_words() -> None:
    catalog = Catalog(texts(da_plain='[a]\ntext = "alle"\ntelegram = "her {name}"', da_easy='[a]\ntext = "let"'))
    assert catalog.text("f.a", channel="telegram", fields={"name": "x"}) == "her x"
    assert catalog.text("f.a", channel="web") == "alle"
    assert catalog.text("f.a", channel="telegram", reading="easy") == "let"
    assert catalog.fields("f.a") == {"name"}


def test_a_pack_replaces_texts_for_its_own_citizens_only() -> None:
    catalog = Catalog(
        texts(
            da_plain='[a]\ntext = "vi"\n[b]\ntext = "b"', da_easy='[a]\ntext = "vi let"', en_plain='[a]\ntext = "we"'
        ),
        {"kolding": texts(da_plain='[a]\ntext = "Kolding"\n[c]\ntext = "kun her"')},
    )
    kolding = catalog.for_pack("kolding")
    assert catalog.text("f.a") == catalog.for_pack("randers").text("f.a") == "vi"
    assert kolding.text("f.a") == "Kolding"
    assert kolding.text("f.b") == "b"
    # Its facts are right at the easy level too; its Danish does not displace English that there is.
    assert kolding.text("f.a", reading="easy") == "Kolding"
    assert kolding.text("f.a", language="en") == "we"
    assert kolding.text("f.c", language="en", reading="easy") == "kun her"
    assert "f.c" not in catalog


@pytest.mark.parametrize(
    ("toml", "what"),
    [
        ('[a]\ntext = ""', "blank"),
        ('[a]\ntext = "  \\n"', "blank"),
        ("[a]\ntext = 4", "no text"),
        ('[a]\ntext = "x"\nweb = ""', "web is blank"),
        ('[a]\nweb = "x"', "has no text"),
        ('[a]\ntext = "x"\ntekst = "y"', "unknown key 'tekst'"),
        ('[a]\ntext = "{navn"', "field cannot be read"),
        ('[a]\ntext = "{}"', "field cannot be read"),
        ('[a]\ntext = "{0}"', "field cannot be read"),
        ('[a]\ntext = "{a.b}"', "field cannot be read"),
        ('[a]\ntext = "{a!r}"', "field cannot be read"),
        ('[a]\ntext = "{a:>9}"', "field cannot be read"),
        ('[a]\ntext = "x"\nvalid_until = "snart"', "no date"),
    ],
)
def test_a_text_that_cannot_be_used_names_file_key_and_remedy(toml: str, what: str) -> None:
    with pytest.raises(ContentError, match=rf"da_plain\.toml: f\.a: .*{what}") as raised:
        texts(da_plain=toml)
    assert raised.value.remedy


def test_a_text_without_fields_is_not_taken_apart() -> None:
    assert split("Hej") == "Hej"
    assert split("{{}}") == "{}"
    assert split("{a} b {c}") == ("", "a", " b ", "c", "")
