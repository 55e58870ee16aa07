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
from bot.understanding.features import Keys
from bot.understanding.training.augment import slipped
from bot.understanding.training.families import Line
from bot.understanding.training.learn import learn

SEED = 2026
SLIPS = 2
"""Slipped copies of every line that is learnt from."""
FOLDS = 5
RIGHT_WHEN_SURE = 0.97
FALSE_ALARMS = 0.02
_TEMPERATURES = np.arange(0.6, 3.01, 0.1)

Reader = Callable[[str], Keys]


class Lesson(msgspec.Struct, frozen=True, kw_only=True):
    """What a classifier learns: lines, what each means, and how a line is read."""

    name: str
    lines: Sequence[Line]
    meaning: Callable[[Line], str]
    read: Reader
    alarming: Callable[[str], bool] | None = None
    """For a classifier that calls somebody: which meanings do. It is sure from where hardly any calm line lies."""


def train(lesson: Lesson) -> Classifier:
    """The classifier, calibrated."""
    labels = sorted({lesson.meaning(line) for line in lesson.lines})
    read = _Read(lesson, labels)
    everything = read.learnt(range(len(lesson.lines)))
    temperature, sure = _calibration(read, lesson.alarming)
    return everything.calibrated(temperature, sure)


def write(lesson: Lesson) -> Path:
    """Train, and put it where the package looks for it."""
    folder = Path(str(files("bot.understanding").joinpath(FOLDER)))
    folder.mkdir(exist_ok=True)
    path = folder / f"{lesson.name}.bin"
    path.write_bytes(train(lesson).packed())
    return path


class _Read:
    """The lines of a lesson, read once, with their slips."""

    def __init__(self, lesson: Lesson, labels: Sequence[str]) -> None:
        chance = random.Random(SEED)
        self.labels = labels
        self.wanted = [labels.index(lesson.meaning(line)) for line in lesson.lines]
        self.families = [line.family.id for line in lesson.lines]
        self.keys = [
            [lesson.read(text) for text in (line.text, *(slipped(line.text, chance) for _ in range(SLIPS)))]
            for line in lesson.lines
        ]

    def learnt(self, chosen: Iterable[int]) -> Classifier:
        keys: list[Keys] = []
        wanted: list[int] = []
        for index in chosen:
            keys += self.keys[index]
            wanted += [self.wanted[index]] * len(self.keys[index])
        counts = np.bincount(wanted, minlength=len(self.labels))
        rare = np.sqrt(counts.mean() / np.maximum(counts, 1)).astype(np.float32)
        return learn(keys, wanted, self.labels, seed=SEED, rare=rare)


def _calibration(read: _Read, alarming: Callable[[str], bool] | None) -> tuple[float, float]:
    """The temperature with the best likelihood, and from what probability 97 in 100 are right, or one calm line in 100
    would call somebody.
    """
    families = sorted(set(read.families))
    random.Random(SEED).shuffle(families)
    scores: list[NDArray[np.float32]] = []
    wanted: list[int] = []
    for fold in range(FOLDS):
        held = set(families[fold::FOLDS])
        classifier = read.learnt(index for index, family in enumerate(read.families) if family not in held)
        for index, family in enumerate(read.families):
            if family in held:
                scores.append(np.log(classifier.probabilities(read.keys[index][0]) + 1e-9))
                wanted.append(read.wanted[index])
    logs, truth = np.array(scores), np.array(wanted)
    best = min(_TEMPERATURES, key=lambda temperature: _loss(logs, truth, float(temperature)))
    chances = _softened(logs, float(best))
    if alarming is not None:
        calls = np.array([alarming(label) for label in read.labels])
        calm = np.sort(chances[~calls[truth]][:, calls].sum(axis=1))
        return float(best), float(calm[int(len(calm) * (1 - FALSE_ALARMS))])
    top, right = chances.max(axis=1), chances.argmax(axis=1) == truth
    order = np.argsort(-top)
    precision = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    enough = np.flatnonzero(precision >= RIGHT_WHEN_SURE)
    return float(best), float(top[order][enough[-1]]) if len(enough) else 1.0


def _softened(logs: NDArray[np.float32], temperature: float) -> NDArray[np.float32]:
    grown = np.exp((logs - logs.max(axis=1, keepdims=True)) / temperature)
    return np.asarray(grown / grown.sum(axis=1, keepdims=True), np.float32)


def _loss(logs: NDArray[np.float32], truth: NDArray[np.int64], temperature: float) -> float:
    chances = _softened(logs, temperature)
    return float(-np.log(chances[np.arange(len(truth)), truth] + 1e-9).mean())
