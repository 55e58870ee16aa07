"""All that is wrong with content, collected and told at once: file, key, what, remedy. `doertrin content check`.

Loading refuses only what cannot be used. This holds texts to DESIGN §9 (two levels, two languages, readable, without
blame) and facts to their dates. Nothing here reads the clock: the caller says which day it is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import pairwise

from content import hours
from content.checks_languages import check_languages
from content.checks_packs import check_dates, check_pack
from content.instruments import Instrument
from content.lexicon import Lexicon, is_label, is_long, lix, longest_sentence, sentences, words
from content.loading import Content
from content.messages import LANGUAGES, READINGS, Catalog, Message
from content.packs import LOCAL_FIELDS, Pack
from content.problems import Problem, listed
from content.reviews import FILE as REVIEWS
from content.reviews import outdated

MOST_LIX = {"plain": 30.0, "easy": 20.0}
MOST_WORDS = {"plain": 18, "easy": 12}
WHOLE_TEXT = 40
"""Text of so many words is held to LIX, joined or single; in fewer, one long word would decide alone."""

_LANGUAGE = {"da": "Danish", "en": "English"}
_Place = tuple[str, str]


def check(
    content: Content,
    *,
    today: dt.date | None = None,
    dialogs_texts: Mapping[str, Collection[str]] | None = None,
) -> list[Problem]:
    """Every problem and warning, sorted. `today` None: dates are not looked at.

    `dialogs_texts` are the keys each dialog uses: then every used key must exist, and
    readability is measured on each dialog's texts joined instead of each file's.
    """
    found: set[Problem] = set()
    found.update(_missing(content.messages, _keys(content.messages), ""))
    found.update(_fields(content.messages))
    found.update(_pictures(content))
    found.update(check_languages(content.messages))
    found.update(_readable(content.messages, content.lexicon, dialogs_texts))
    found.update(_reviews(content))
    for file, key in content.unknown_overrides:
        if key:
            found.add(Problem(file, key, "replaces no text", "Check the key's spelling, or remove it."))
        else:
            found.add(Problem(file, "", "is in a folder that nobody reads", "See content/loading.py for the layout."))
    for name, versions in content.instruments.items():
        for instrument in versions.values():
            found.update(_instrument(instrument))
        found.update(_wording(content.messages, content.instrument(name)))
    for pack in content.packs.values():
        found.update(_pack_texts(content, pack))
        found.update(check_pack(content, pack, today))
    if today is not None:
        found.update(check_dates(content, today))
    if dialogs_texts is not None:
        found.update(_uses(content, dialogs_texts))
    return sorted(found)


def report(
    content: Content,
    *,
    today: dt.date | None = None,
    dialogs_texts: Mapping[str, Collection[str]] | None = None,
) -> tuple[list[Problem], list[Problem]]:
    """What `doertrin content check` prints: problems, which fail it, and warnings, which do not."""
    found = check(content, today=today, dialogs_texts=dialogs_texts)
    return [problem for problem in found if not problem.warning], [problem for problem in found if problem.warning]


# -- texts --


def _places() -> Iterator[_Place]:
    return ((language, reading) for language in LANGUAGES for reading in READINGS)


def _keys(catalog: Catalog) -> dict[str, Message]:
    """Every key written anywhere in this catalog, with one of its texts."""
    found: dict[str, Message] = {}
    for language, reading in _places():
        for message in catalog.messages(language=language, reading=reading):
            found.setdefault(message.key, message)
    return found


def _missing(catalog: Catalog, keys: Mapping[str, Message], prefix: str) -> Iterator[Problem]:
    """Each text exists plain and easy, Danish and English. An instrument's gaps are told by `_wording`."""
    for key, example in keys.items():
        if "/instruments/" in example.file:
            continue
        for language, reading in _places():
            if catalog.message(key, language=language, reading=reading) is None:
                folder = "messages" if reading == "plain" else "easy"
                file = f"{prefix}{language}/{folder}/{example.file.rpartition('/')[2]}"
                wrong = f"has no {reading} {_LANGUAGE[language]} text"
                yield Problem(file, key, wrong, f"Write it, as in {example.file}.")


def _pictures(content: Content) -> Iterator[Problem]:
    """A pictogram is drawn, has words for who cannot see it, and is named once for all languages."""
    for language, reading in _places():
        for message in content.messages.messages(language=language, reading=reading):
            name = message.picture
            if name is None:
                continue
            if (language, reading) != ("da", "easy"):
                remedy = "Name it in the easy Danish text: it stands beside the easy text of every language."
                yield Problem(message.file, message.key, "names a picture", remedy)
            elif f"{name}.svg" not in content.pictures:
                known = listed(sorted(each.removesuffix(".svg") for each in content.pictures))
                yield Problem(message.file, message.key, f"there is no picture {name!r}", f"Use one of {known}.")
            elif f"pictogram.{name}" not in content.messages:
                remedy = f"Write pictogram.{name}: what the picture shows, in both languages and levels."
                yield Problem(message.file, message.key, f"the picture {name!r} has no words", remedy)


TIMES = ("hours.", "desk.when.")
"""Texts that a moment fills in."""


def _fields(catalog: Catalog) -> Iterator[Problem]:
    """No variant has a field that the plain Danish text lacks: dialogs give those, and nobody else's."""
    for view in (catalog, *catalog.packs().values()):
        for language, reading in _places():
            for message in view.messages(language=language, reading=reading):
                model = catalog.message(message.key)
                if model is None:
                    continue
                given = model.fields() | LOCAL_FIELDS | (hours.FIELDS if message.key.startswith(TIMES) else set())
                for name in sorted(message.fields() - given):
                    remedy = f"Use {listed(given)}, or correct {model.file}."
                    yield Problem(message.file, message.key, f"has the unknown field {{{name}}}", remedy)


def _readable(
    catalog: Catalog, lexicon: Lexicon, dialogs_texts: Mapping[str, Collection[str]] | None
) -> Iterator[Problem]:
    """DESIGN §9: LIX, sentence length, long words in easy texts, no forbidden word."""
    for view in (catalog, *catalog.packs().values()):
        own = view.own_messages()
        for language, reading in _places():
            messages = own.get((language, reading), {})
            groups: dict[str, list[Message]] = {}
            for message in messages.values():
                groups.setdefault(message.file, []).append(message)
                yield from _one_text(message, language, reading, lexicon)
            if dialogs_texts is not None and view is catalog:
                groups = {
                    dialog: [messages[key] for key in sorted(keys) if key in messages]
                    for dialog, keys in dialogs_texts.items()
                }
            if language == "da":
                for name, group in groups.items():
                    yield from _joined(name, group, reading, lexicon)


def _joined(name: str, group: Iterable[Message], reading: str, lexicon: Lexicon) -> Iterator[Problem]:
    prose = "\n".join(text for message in group for text in message.variants() if not is_label(text))
    value = lix(prose, lexicon.names)
    if _length(prose) >= WHOLE_TEXT and value > MOST_LIX[reading]:
        wrong = f"LIX of all {reading} texts is {value:.1f}, at most {MOST_LIX[reading]:.0f}"
        yield Problem(name, "", wrong, "Shorten sentences and split or replace long words.")


def _one_text(message: Message, language: str, reading: str, lexicon: Lexicon) -> Iterator[Problem]:
    for text in message.variants():
        length, sentence = longest_sentence(text)
        if length > MOST_WORDS[reading]:
            wrong = f"a sentence has {length} words, at most {MOST_WORDS[reading]} in {reading} texts: »{sentence}«"
            yield Problem(message.file, message.key, wrong, "Make it two sentences.")
        if language == "da" and _length(text) >= WHOLE_TEXT:
            value = lix(text, lexicon.names)
            if value > MOST_LIX[reading]:
                wrong = f"LIX is {value:.1f}, at most {MOST_LIX[reading]:.0f} in {reading} texts"
                yield Problem(message.file, message.key, wrong, "Shorten sentences and split or replace long words.")
        if reading == "easy" and not is_label(text):
            yield from _long_words(message, text, lexicon, language)
        for forbidden in lexicon.forbidden_in(text, language):
            wrong = f"says »{forbidden.word}«: {forbidden.why}"
            yield Problem(message.file, message.key, wrong, f"Say »{forbidden.say}«.")


def _long_words(message: Message, text: str, lexicon: Lexicon, language: str) -> Iterator[Problem]:
    for sentence in sentences(text):
        long = [
            word
            for word in words(sentence)
            if is_long(word, lexicon.names) and word.lower() not in lexicon.known.get(language, ())
        ]
        if len(long) > 1:
            wrong = f"an easy sentence has more than one long word: {', '.join(long)}"
            remedy = f"Say it in shorter words; words every reader knows go into {language}/lexicon/known_words.toml."
            yield Problem(message.file, message.key, wrong, remedy)


def _reviews(content: Content) -> Iterator[Problem]:
    for language, key, review in outdated(content.reviews, content.messages):
        if review is None:
            yield Problem(REVIEWS, f"{language}.{key}", "is of no text", "Check the key's spelling, or remove it.")
        else:
            wrong = f"was worded otherwise when {review.by} read it on {review.on}"
            yield Problem(REVIEWS, f"{language}.{key}", wrong, "Have it read again.", warning=True)


def _uses(content: Content, dialogs_texts: Mapping[str, Collection[str]]) -> Iterator[Problem]:
    for dialog, keys in dialogs_texts.items():
        for key in sorted(set(keys) - content.messages.keys()):
            if not key.startswith("offers."):
                yield Problem(f"dialog {dialog}", key, "uses a text that is not written", "Write it, or mend the key.")


# -- instruments --


def _instrument(instrument: Instrument) -> Iterator[Problem]:
    """Bands cover every possible total exactly once for everybody they are for; answers can be told apart."""
    groups: dict[tuple[object, ...], list[tuple[int, int]]] = {}
    for band in instrument.bands:
        who = (band.sexes, band.age_min, band.age_max, band.substances)
        groups.setdefault(who, []).append((band.low, band.high))
    for spans in groups.values():
        spans.sort()
        # A substance may have a lower maximum than the form as a whole (ASSIST: tobacco), never a higher one.
        if spans[0][0] != 0 or spans[-1][1] < instrument.highest:
            wrong = f"bands cover {spans[0][0]}-{spans[-1][1]}, totals are 0-{instrument.highest}"
            yield Problem(instrument.file, "bands", wrong, "Let the first begin at 0 and the last end at the highest.")
        for (_, high), (low, _) in pairwise(spans):
            if low != high + 1:
                yield Problem(instrument.file, "bands", f"gap or overlap at {high}", "Let each begin where one ends.")
    for item in instrument.items:
        ids = [option.id for option in item.options]
        if len(set(ids)) != len(ids):
            yield Problem(instrument.file, item.text, "two answers share an id", "Give them other points or labels.")
    for field in ("copyright", "licence", "source_url"):
        if not getattr(instrument, field).strip():
            yield Problem(instrument.file, field, "is blank", "State it; `permission` says whether it may be served.")


def _wording(catalog: Catalog, instrument: Instrument) -> Iterator[Problem]:
    """An instrument has every text in both levels and languages, also before anybody may serve it."""
    for language, reading in _places():
        folder = f"{language}/instruments" if reading == "plain" else f"{language}/easy/instruments"
        file = f"{folder}/{instrument.file.rpartition('/')[2]}"
        for key in instrument.text_keys():
            if catalog.message(key, language=language, reading=reading) is None:
                wrong = f"has no {reading} {_LANGUAGE[language]} text"
                yield Problem(file, key, wrong, f"Write it, as in {instrument.file}.")
        wanted = set(instrument.text_keys())
        for message in catalog.messages(language=language, reading=reading):
            if message.file == file and message.key.startswith(f"{instrument.texts}.") and message.key not in wanted:
                yield Problem(file, message.key, "is a text nobody asks for", "Mend the name of the item or result.")


# -- packs --


def _pack_texts(content: Content, pack: Pack) -> Iterator[Problem]:
    """A pack's own texts replace ours or are of its offers, in both levels and languages."""
    view = content.messages.for_pack(pack.id)
    if view is content.messages:
        return
    own = {key: text for table in view.own_messages().values() for key, text in table.items()}
    offered = {key for offer in pack.offers for key in (offer.key, offer.name_key)}
    offered |= {f"offers.{name}" for name in pack.gone}
    for key, message in own.items():
        if key not in content.messages and key not in offered:
            yield Problem(message.file, key, "replaces no text", "Check the key's spelling, or remove it.")
    yield from _missing(view, own, f"packs/{pack.id}/")


def _length(text: str) -> int:
    return sum(len(words(sentence)) for sentence in sentences(text))
