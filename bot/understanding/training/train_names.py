"""Trains the recogniser of names: an averaged perceptron, in plain Python, so that it comes out the same everywhere.

So that it learns from the neighbours and not from the lists alone, every line is also read with the lists' names and
some ordinary words hidden, and in lower case: names nobody listed are what it is for.
"""

import json
import random
from collections.abc import Iterator
from pathlib import Path

from bot.understanding.lexicon import read_toml
from bot.understanding.personal.names import Features, Names, Seen
from bot.understanding.personal.words import FIRST_NAMES, Words, split
from bot.understanding.training import marks
from bot.understanding.training.marks import Marked
from dialogs.heard import Span

MODEL = Path(__file__).parent.parent / "model" / "names.json"
_PASSES = 6
_OTHER_NAMES = 3  # copies of each line with other people in it
_HIDDEN_WORDS = 0.3  # the share of ordinary words taken for unknown in a copy
_SLIPS = 0.5  # the share of ordinary words with a slip in a copy
_SHORTEST_SLIP = 3  # letters; longer words may get one
_LETTERS = "adefgijklmnoprstuvåæø"
_NONE: frozenset[str] = frozenset()
_SMALLEST = 0.2  # weights below are left out


def train() -> None:
    """Write the model from the data's train lines. Takes seconds."""
    MODEL.parent.mkdir(exist_ok=True)
    MODEL.write_text(trained(), encoding="utf-8")


def trained() -> str:
    """The model as its file holds it: JSON, features in order. The same data and lists give the same bytes."""
    words = Words()
    names = Names(words, {})
    chance = random.Random(4)
    lessons = [lesson for line in marks.lines("train") for lesson in _lessons(line, words, names, chance)]
    weights = _learnt(lessons, chance)
    kept = {feature: round(weight, 2) for feature, weight in sorted(weights.items()) if abs(weight) >= _SMALLEST}
    return json.dumps({"weights": kept}, ensure_ascii=False, indent=0) + "\n"


_Lesson = list[tuple[Features, Features, bool]]  # of each word: its features, the same after a name, whether it is one


def _lessons(line: Marked, words: Words, names: Names, chance: random.Random) -> Iterator[_Lesson]:
    yield _lesson(line, words, names)
    persons = [line.text[span.start : span.end].lower() for span in line.spans if span.label == "PERSON"]
    hidden = frozenset(part for person in persons for part in (*person.split(), *person.replace("-", " ").split()))
    unknown = frozenset(token[2] for token in split(line.text) if chance.random() < _HIDDEN_WORDS)
    yield _lesson(line, words, names, _NONE, unknown)
    yield _lesson(_misspelt(line, words, chance), words, names)
    if not persons:
        yield _lesson(Marked(line.text.lower(), line.spans, line.family), words, names)
        return
    yield _lesson(line, words, names, hidden, unknown | hidden)
    pool = [name for group in FIRST_NAMES for name in read_toml("da", "first_names")[group].split()]
    plain = [name for name in sorted(set(pool)) if name not in words.also_words]
    for copy in range(_OTHER_NAMES):
        other = _renamed(line, plain, chance, lower=copy % 2 == 0)
        yield _lesson(other, words, names)
        if copy == 0:
            shown = frozenset(token[2] for token in split(other.text))
            yield _lesson(other, words, names, shown & words.names, unknown)


def _misspelt(line: Marked, words: Words, chance: random.Random) -> Marked:
    """The same line with slips of the pen in its ordinary words, of the same length so that the marks still fit."""
    text = line.text
    for start, end, word in split(line.text):
        marked = any(start < span.end and end > span.start for span in line.spans)
        if end - start > _SHORTEST_SLIP and not marked and words.plain(word) and chance.random() < _SLIPS:
            at = chance.randrange(start + 1, end - 1)
            wrong = text[at + 1] + text[at] if chance.random() < 0.5 else chance.choice(_LETTERS) + text[at + 1]
            text = text[:at] + wrong + text[at + 2 :]
    return Marked(text, line.spans, line.family)


def _renamed(line: Marked, pool: list[str], chance: random.Random, *, lower: bool) -> Marked:
    """The same line about somebody else."""
    parts: list[str] = []
    spans: list[Span] = []
    at = length = 0
    for span in line.spans:
        parts.append(line.text[at : span.start])
        length += len(parts[-1])
        name = line.text[span.start : span.end]
        if span.label == "PERSON" and " " not in name:
            name = chance.choice(pool)
            name = name if line.text[span.start].islower() else name.title()
        spans.append(Span(length, length + len(name), span.label))
        parts.append(name)
        length += len(name)
        at = span.end
    text = "".join(parts) + line.text[at:]
    return Marked(text.lower() if lower and len(text.lower()) == len(text) else text, tuple(spans), line.family)


def _lesson(
    line: Marked,
    words: Words,
    names: Names,
    unlisted: frozenset[str] = frozenset(),
    unknown: frozenset[str] = frozenset(),
) -> _Lesson:
    tokens = split(line.text)
    seen = Seen(line.text, words, tokens, names.signs, unlisted, unknown)
    public = names.public.places(line.text, tokens)
    others = [span for span in line.spans if span.label != "PERSON"]
    found: _Lesson = []
    for at, (start, end, _) in enumerate(tokens):
        if at in public or not seen.possible(at) or any(start < span.end and end > span.start for span in others):
            found.append(([], [], False))
            continue
        person = any(span.start <= start and end <= span.end for span in line.spans)
        found.append((seen.features(at, after_name=False), seen.features(at, after_name=True), person))
    return found


def _learnt(lessons: list[_Lesson], chance: random.Random) -> dict[str, float]:
    weights: dict[str, float] = {}
    summed: dict[str, float] = {}
    step = 1
    for _ in range(_PASSES):
        chance.shuffle(lessons)
        for lesson in lessons:
            before = False
            for plain, after, person in lesson:
                if not plain:
                    before = False
                    continue
                features = after if before else plain
                score = sum(weights.get(feature, 0.0) for feature in features)
                if (score if person else -score) <= 1.0:
                    for feature in features:
                        weights[feature] = weights.get(feature, 0.0) + (1 if person else -1)
                        summed[feature] = summed.get(feature, 0.0) + (step if person else -step)
                before = person
                step += 1
    return {feature: weight - summed[feature] / step for feature, weight in weights.items()}
