"""Learning a linear classifier: softmax over sparse features, AdaGrad, in one thread, the same on every run.

Written with numpy alone, which the product installs anyway. The features are averaged by the square root of their
number, as `Classifier.probabilities` does it.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bot.understanding.classifier import Classifier
from bot.understanding.features import BUCKETS, Keys

EPOCHS = 14
BATCH = 32
RATE = 0.5
DROPPED = 0.25
"""Share of the features left out of each look at a line: no single one may decide."""
SHRUNK = 2e-5

Floats = NDArray[np.float32]


def learn(keys: Sequence[Keys], wanted: Sequence[int], labels: Sequence[str], *, seed: int, rare: Floats) -> Classifier:
    """`wanted` are indexes of `labels`; `rare` weighs each label."""
    chance = np.random.default_rng(seed)
    weights = np.zeros((BUCKETS, len(labels)), np.float32)
    squares = np.full((BUCKETS, len(labels)), 1e-3, np.float32)
    bias, bias_squares = np.zeros(len(labels), np.float32), np.full(len(labels), 1e-3, np.float32)
    order = np.arange(len(keys))
    for epoch in range(EPOCHS):
        chance.shuffle(order)
        rate = RATE * (1 - epoch / EPOCHS) + 0.02
        for start in range(0, len(order), BATCH):
            chosen = order[start : start + BATCH]
            kept = [_dropped(keys[index], chance) for index in chosen]
            scale = np.array([1 / np.sqrt(len(each)) for each in kept], np.float32)
            lengths = np.array([len(each) for each in kept])
            flat = np.concatenate(kept)
            offsets = np.concatenate(([0], np.cumsum(lengths)[:-1]))
            scores = np.add.reduceat(weights[flat], offsets, axis=0) * scale[:, None] + bias
            slope = (
                _slope(scores, np.array([wanted[index] for index in chosen]))
                * rare[np.array([wanted[index] for index in chosen])][:, None]
            )
            rows, place = np.unique(flat, return_inverse=True)
            change = np.zeros((len(rows), len(labels)), np.float32)
            np.add.at(change, place, np.repeat(slope * scale[:, None], lengths, axis=0))
            change = change / len(chosen) + SHRUNK * weights[rows]
            squares[rows] += change**2
            weights[rows] -= rate * change / np.sqrt(squares[rows])
            whole = slope.mean(axis=0)
            bias_squares += whole**2
            bias -= 0.1 * rate * whole / np.sqrt(bias_squares)
    return rounded(labels, weights, bias)


def rounded(labels: Sequence[str], weights: Floats, bias: Floats) -> Classifier:
    """The weights in whole numbers of eight bits."""
    factors = np.maximum(np.abs(weights).max(axis=0), 1e-9).astype(np.float32) / 127
    return Classifier(labels, np.rint(weights / factors).astype(np.int8), factors, bias)


def _dropped(keys: Keys, chance: np.random.Generator) -> Keys:
    kept = keys[chance.random(len(keys)) >= DROPPED]
    return kept if len(kept) else keys


def _slope(scores: Floats, wanted: NDArray[np.int64]) -> Floats:
    grown = np.exp(scores - scores.max(axis=1, keepdims=True))
    chances: Floats = grown / grown.sum(axis=1, keepdims=True)
    chances[np.arange(len(wanted)), wanted] -= 1
    return chances
