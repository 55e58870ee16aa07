"""Trains the classifiers from the data in this package: the same data give the same bytes. `make train`.

One thread, fixed seeds, numpy alone. How sure a classifier may be is measured on families that a classifier of the same
making had not seen: five of them, each trained without a fifth of the families.
"""

import random
from collections.abc import Callable, Iterable, Sequence
from importlib.resources import files
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from bot.understanding.classifier import FOLDER, Classifier
from bot.understanding.features import Features
from bot.understanding.training.augment import slipped
from bot.understanding.training.families import Line
from bot.understanding.training.learn import learn

SEED = 2026
SLIP_COUNTS = 0.5
"""How much the slipped copy counts that is made of every line."""
FOLDS = 5
RIGHT_WHEN_SURE = 0.97
FALSE_ALARMS = 0.03
"""Of the harmless lines, most of which were written to be mistaken; of ordinary talk it is a third of that."""
_TEMPERATURES = np.arange(0.6, 3.01, 0.1)

Reader = Callable[[str], Features]


class Lesson(msgspec.Struct, frozen=True, kw_only=True):
    """What a classifier learns: lines, what each means, and how much it counts.

    `buckets`: of the classifier, a power of two. `trust`: how much a line may move the weights; see `learn`.
    """

    name: str
    lines: Sequence[Line]
    meaning: Callable[[Line], str]
    buckets: int
    trust: float
    counts: Callable[[Line], float] = lambda _: 1.0
    alarm: str | None = None
    """For a classifier that calls somebody: the meaning that does. It is sure from where few harmless lines lie."""
    harmless: Callable[[Line], bool] = lambda _: False


def train(lesson: Lesson, read: Reader) -> Classifier:
    """The classifier, calibrated."""
    lines = _Read(lesson, read)
    temperature, sure = _calibration(lines)
    return lines.learnt(range(len(lesson.lines))).calibrated(temperature, sure)


def write(lesson: Lesson, read: Reader) -> Path:
    """Train, and put it where the package looks for it."""
    folder = Path(str(files("bot.understanding").joinpath(FOLDER)))
    folder.mkdir(exist_ok=True)
    path = folder / f"{lesson.name}.bin"
    path.write_bytes(train(lesson, read).packed())
    return path


class _Read:
    """The lines of a lesson, read once, each with its slipped copy."""

    def __init__(self, lesson: Lesson, read: Reader) -> None:
        chance = random.Random(SEED)
        self.lesson = lesson
        self.labels = sorted({lesson.meaning(line) for line in lesson.lines})
        self.wanted = np.array([self.labels.index(lesson.meaning(line)) for line in lesson.lines])
        self.families = [line.family.id for line in lesson.lines]
        self.counts = np.array([lesson.counts(line) for line in lesson.lines], np.float32)
        self.features = [read(line.text) for line in lesson.lines]
        self._slipped = [read(slipped(line.text, chance)) for line in lesson.lines]

    def learnt(self, chosen: Iterable[int]) -> Classifier:
        """The classifier that these lines make. Rare meanings count more, by the square root of how rare they are."""
        at = np.array(list(chosen))
        wanted = self.wanted[at]
        common = np.bincount(wanted, minlength=len(self.labels))
        rare = np.sqrt(common.mean() / np.maximum(common, 1)).astype(np.float32)
        heard = self.counts[at] * rare[wanted]
        return learn(
            [*(self.features[index] for index in at), *(self._slipped[index] for index in at)],
            [*wanted, *wanted],
            self.labels,
            buckets=self.lesson.buckets,
            trust=self.lesson.trust,
            heard=np.concatenate([heard, SLIP_COUNTS * heard]),
        )


def _calibration(read: _Read) -> tuple[float, float]:
    """The temperature with the best likelihood, and from what probability 97 in 100 are right, or hardly a harmless
    line would call somebody.
    """
    families = sorted(set(read.families))
    random.Random(SEED).shuffle(families)
    scores: list[NDArray[np.float32]] = []
    order: list[int] = []
    for fold in range(FOLDS):
        held = set(families[fold::FOLDS])
        classifier = read.learnt(index for index, family in enumerate(read.families) if family not in held)
        for index, family in enumerate(read.families):
            if family in held:
                scores.append(np.log(classifier.probabilities(read.features[index]) + 1e-9))
                order.append(index)
    logs, truth = np.array(scores), read.wanted[order]
    best = min(_TEMPERATURES, key=lambda temperature: _loss(logs, truth, float(temperature)))
    chances = _softened(logs, float(best))
    if read.lesson.alarm is not None:
        harmless = np.array([read.lesson.harmless(read.lesson.lines[index]) for index in order])
        calls = np.sort(chances[harmless, read.labels.index(read.lesson.alarm)])
        return float(best), float(calls[int(len(calls) * (1 - FALSE_ALARMS))])
    return float(best), _sure(chances, truth)


def _sure(chances: NDArray[np.float32], truth: NDArray[np.intp]) -> float:
    top, right = chances.max(axis=1), chances.argmax(axis=1) == truth
    order = np.argsort(-top, kind="stable")
    precision = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    enough = np.flatnonzero(precision >= RIGHT_WHEN_SURE)
    return float(top[order][enough[-1]]) if len(enough) else 1.0


def _softened(logs: NDArray[np.float32], temperature: float) -> NDArray[np.float32]:
    grown = np.exp((logs - logs.max(axis=1, keepdims=True)) / temperature)
    return np.asarray(grown / grown.sum(axis=1, keepdims=True), np.float32)


def _loss(logs: NDArray[np.float32], truth: NDArray[np.intp], temperature: float) -> float:
    chances = _softened(logs, temperature)
    return float(-np.log(chances[np.arange(len(truth)), truth] + 1e-9).mean())
