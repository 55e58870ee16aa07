"""English held to Danish: the same fields, the same channels, the same numbers in every text (keys: `checks`).

A translation that says 8 days for 14 reads as well as a right one, so it is found by comparing, not by reading.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from content.messages import READINGS, Catalog, Message
from content.problems import Problem, listed

_NUMBER = re.compile(r"\d+(?:[ .,:/–-]\d+)*")
_APART = re.compile(r"\D")
_FULL_HOUR = re.compile(r"(?<=\d)[.:]00\b")
_WORDS = {
    "1": ("once", "one"),
    "2": ("twice", "two"),
    "12": ("once or twice",),
}
"""How English says what Danish writes in digits: "1 gang" is "once", "1-2 gange" is "once or twice"."""
_SAME = {"clock": "hour"}
"""Fields that say the same, each as its language writes it."""


def check_languages(catalog: Catalog) -> Iterator[Problem]:
    """Every English text whose fields, channels or numbers are not those of the Danish one of the same level."""
    for view in (catalog, *catalog.packs().values()):
        own = view.own_messages()
        for reading in READINGS:
            english = own.get(("en", reading), {})
            for key, danish in own.get(("da", reading), {}).items():
                if key in english:
                    yield from _one(danish, english[key])


def _one(danish: Message, english: Message) -> Iterator[Problem]:
    forgotten = _fields(danish) - _fields(english)
    if forgotten:
        remedy = "Fill in what the Danish text does."
        yield Problem(english.file, english.key, f"does not fill in {listed(forgotten)}", remedy)
    if danish.channels.keys() != english.channels.keys():
        own = listed(danish.channels) or "none"
        yield Problem(english.file, english.key, f"the Danish text has words of its own for {own}", "Do the same here.")
    for channel, text in {"": danish.text, **danish.channels}.items():
        other = english.channels.get(channel, english.text)
        differing = _differing(text, other)
        if differing:
            said = f"says another number than the Danish text: {listed(differing)}"
            yield Problem(english.file, english.key, said, f"Say the same as {danish.file}, in digits where it does.")


def _fields(message: Message) -> frozenset[str]:
    return frozenset(_SAME.get(name, name) for name in message.fields())


def _differing(danish: str, english: str) -> set[str]:
    here, there = _numbers(danish), _numbers(english)
    spoken = {number for number in here - there if any(word in english.casefold() for word in _WORDS.get(number, ()))}
    return (here ^ there) - spoken


def _numbers(text: str) -> set[str]:
    """The numbers of a text, however its language sets them apart: "70 201 201" and "70-201-201" are one."""
    return {_APART.sub("", found) for found in _NUMBER.findall(_FULL_HOUR.sub("", text))}
