"""Validated questionnaires as data: items, options with points, skip rules, bands and cut-offs with their sources.

Types only; `scoring` computes, `loading` reads. Every clinical number is in the TOML file beside its source, and so
are owner, licence and whether it may be served. Wording is our own. The easy wording is an adaptation, not validated.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from functools import cached_property

import msgspec

EASY_VERSION = "easy"
"""The version of every easy wording: an adaptation that no study has validated; statistics tell it apart."""


class Permission(enum.StrEnum):
    """Whether a questionnaire may be served to citizens."""

    FREE = "free"
    NON_COMMERCIAL = "non_commercial"
    NEEDED = "needed"
    GRANTED = "granted"


class Option(msgspec.Struct, frozen=True):
    """One answer. `id` is its points as text, `yes` or `no`, or with equal points `2a`, `2b` (CONTRACTS §2)."""

    id: str
    points: int
    key: str
    """Catalog key of the label."""


class Item(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """One question of an instrument."""

    id: str
    """`q1`, `q2` … as published."""
    key: str
    """The key its answer is stored under, as in `audit_c.q1`; the same in every version."""
    text: str
    """Catalog key of the wording: `audit_c.q1`, and `audit_c@1.q1` once there is a later version."""
    identity: str
    """The same for items that are one and the same question in two instruments: `audit.q1` for both."""
    version: str
    """Version of the instrument that `identity` names."""
    window: str
    """The time asked about: `year`, `half_year`, `two_weeks` …"""
    options: tuple[Option, ...]
    option_set: str
    """Name of the set of answers in the instrument's file, shared by items and by wordings."""
    yes_no: bool = False
    counted_from: int | None = None
    """Where set, the value itself is no score: it counts 1 from this value on, else 0."""

    def option(self, option_id: str) -> Option | None:
        """The option with this id."""
        for option in self.options:
            if option.id == option_id:
                return option
        return None

    def counts(self, points: int) -> int:
        """What an answer adds to the sum."""
        return points if self.counted_from is None else int(points >= self.counted_from)

    @cached_property
    def allowed(self) -> frozenset[int]:
        """Every possible value."""
        return frozenset(option.points for option in self.options)


class Skip(msgspec.Struct, frozen=True, kw_only=True):
    """Items that are not asked when `items` together give at most `at_most`, or for these substances. They count 0."""

    skip: tuple[str, ...]
    source: str
    items: tuple[str, ...] = ()
    at_most: int = 0
    substances: tuple[str, ...] = ()
    ours: bool = False
    """A rule of ours that only saves questions: an answer given all the same counts, as in the published scoring."""


class Who(msgspec.Struct, frozen=True, kw_only=True):
    """For whom a reading was published. Ages in years, both ends included; None is open, no sexes is all."""

    sexes: tuple[str, ...] = ()
    age_min: int = 0
    age_max: int | None = None
    substances: tuple[str, ...] = ()


class CutOff(Who, frozen=True, kw_only=True):
    """When a result is positive. With neither bound there is no published reading for these people: null.

    `of` names the subscores that are looked at, any of which suffices; empty is the total.
    """

    source: str
    at_least: int | None = None
    at_most: int | None = None
    of: tuple[str, ...] = ()


class Band(Who, frozen=True, kw_only=True):
    """A verbal result: totals from `low` to `high`, both included."""

    id: str
    low: int
    high: int
    source: str


class Caution(msgspec.Struct, frozen=True, kw_only=True):
    """Advice that depends on single answers, whatever the total: every item at least so many points, in a band."""

    id: str
    at_least: Mapping[str, int]
    source: str
    bands: tuple[str, ...] = ()


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """A computed result, CONTRACTS §2. `total`, `band`, `positive` are None where they cannot be said honestly."""

    total: int | None
    subscores: dict[str, int]
    band: str | None
    positive: bool | None
    complete: bool
    asked: tuple[str, ...]
    error: str | None


class Instrument(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """One questionnaire in one version."""

    name: str
    version: str
    window: str
    age_min: int
    age_max: int | None
    items: tuple[Item, ...]
    copyright: str
    licence: str
    permission: Permission
    source_url: str
    multiply: int = 1
    """The headline total is the sum of counted points times this (WHO-5: 4)."""
    subscores: Mapping[str, tuple[str, ...]] = {}
    raw_subscore: str | None = None
    """Name under which the sum before multiplying is given too."""
    skips: tuple[Skip, ...] = ()
    bands: tuple[Band, ...] = ()
    cutoffs: tuple[CutOff, ...] = ()
    cautions: tuple[Caution, ...] = ()
    substances: tuple[str, ...] = ()
    """Where a run is about one substance: which ones it can be."""
    texts: str = ""
    """What all its catalog keys begin with: its name, and name@version once there is a later version."""
    file: str = ""

    def __hash__(self) -> int:
        return hash((self.name, self.version))

    def superseded(self) -> Instrument:
        """The same beside a later version: its wording keeps keys of its own, for those who have begun it."""
        texts = f"{self.name}@{self.version}"

        def own(key: str) -> str:
            return texts + key.removeprefix(self.texts)

        items = [
            msgspec.structs.replace(
                item,
                text=own(item.text),
                options=tuple(msgspec.structs.replace(option, key=own(option.key)) for option in item.options),
            )
            for item in self.items
        ]
        return msgspec.structs.replace(self, texts=texts, items=tuple(items))

    @property
    def title_key(self) -> str:
        """Catalog key of the name a citizen sees."""
        return f"{self.texts}.title"

    @property
    def window_key(self) -> str:
        """Catalog key of the sentence that tells which time is asked about."""
        return f"{self.texts}.window"

    @property
    def intro_key(self) -> str:
        """Catalog key of the sentence before the first question."""
        return f"{self.texts}.intro"

    def item(self, item_id: str) -> Item | None:
        """The item with this id."""
        return self._by_id.get(item_id)

    @cached_property
    def _by_id(self) -> Mapping[str, Item]:
        return {item.id: item for item in self.items}

    @cached_property
    def highest(self) -> int:
        """The highest possible total."""
        return self.multiply * sum(max(item.counts(points) for points in item.allowed) for item in self.items)

    def skipped(self, answers: Mapping[str, int | None], *, substance: str | None = None) -> frozenset[str]:
        """Items that are not asked after these answers. A rule over an unanswered item says nothing yet."""
        return frozenset(_skipped(self.skips, answers, substance))

    def next_item(self, answers: Mapping[str, int | None], *, substance: str | None = None) -> Item | None:
        """The next question, None when all is asked. A key with None is a question the citizen passed over."""
        for item in self.items:
            if item.id not in answers:
                rules = self._deciding[item.id]
                if not rules or item.id not in _skipped(rules, answers, substance):
                    return item
        return None

    @cached_property
    def _deciding(self) -> Mapping[str, Sequence[Skip]]:
        """For each item the rules up to the last one that names it: no other has a say in whether it is skipped."""
        named = {item_id: place for place, rule in enumerate(self.skips, 1) for item_id in rule.skip}
        return {item.id: self.skips[: named.get(item.id, 0)] for item in self.items}

    def result_key(self, score: Score) -> str:
        """Catalog key of the result in words: the band, else positive, negative, unclear or incomplete."""
        if not score.complete:
            return f"{self.texts}.result.incomplete"
        if score.band is not None:
            return f"{self.texts}.result.{score.band}"
        word = {True: "positive", False: "negative", None: "unclear"}[score.positive]
        return f"{self.texts}.result.{word}"

    def caution_keys(self, answers: Mapping[str, int | None], score: Score) -> tuple[str, ...]:
        """Catalog keys of safety advice that these answers call for, whatever the total says."""
        return tuple(
            f"{self.texts}.caution.{caution.id}"
            for caution in self.cautions
            if all((answers.get(item_id) or 0) >= points for item_id, points in caution.at_least.items())
            and (not caution.bands or score.band in caution.bands)
        )

    def text_keys(self) -> tuple[str, ...]:
        """Every text this instrument needs, in the order of its life."""
        keys = [self.title_key, self.window_key, self.intro_key]
        for item in self.items:
            keys += [item.text, *(option.key for option in item.options)]
        results = dict.fromkeys(band.id for band in self.bands)
        keys += [f"{self.texts}.result.{name}" for name in (*results, "positive", "negative", "unclear", "incomplete")]
        keys += [f"{self.texts}.caution.{caution.id}" for caution in self.cautions]
        return tuple(keys)


def _skipped(rules: Sequence[Skip], answers: Mapping[str, int | None], substance: str | None) -> set[str]:
    skipped: set[str] = set()
    for rule in rules:
        by_substance = substance is not None and substance in rule.substances
        if by_substance or (rule.items and _at_most(rule, answers, skipped)):
            skipped.update(item_id for item_id in rule.skip if not (rule.ours and answers.get(item_id) is not None))
    return skipped


def _at_most(rule: Skip, answers: Mapping[str, int | None], skipped: set[str]) -> bool:
    left = rule.at_most
    for item_id in rule.items:
        if item_id in skipped:
            continue
        points = answers.get(item_id)
        if points is None or points > left:  # points are never negative
            return False
        left -= points
    return left >= 0
