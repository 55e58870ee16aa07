"""Learning a linear classifier: softmax over sparse features with small weights, in one thread, the same on every run.

Written with numpy alone, which the product installs anyway: the loss has one lowest point, and L-BFGS walks down to it.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from bot.understanding.classifier import Classifier
from bot.understanding.features import Features

STEPS = 60
REMEMBERED = 8
_ENOUGH = 1e-4
"""Falling by less than this share of the loss ends the walk."""
_SHORTEST_STEP = 1e-4

Floats = NDArray[np.float32]


def learn(
    described: Sequence[Features],
    wanted: Sequence[int],
    labels: Sequence[str],
    *,
    buckets: int,
    trust: float,
    heard: Floats,
) -> Classifier:
    """`wanted` are indexes of `labels`; `heard`: how much each line counts; `trust`: how much lines count against small
    weights.
    """
    keys = np.concatenate([each.keys for each in described]) & np.uint32(buckets - 1)
    used, columns = np.unique(keys, return_inverse=True)
    counts = np.concatenate([each.counts for each in described])
    lengths = np.array([len(each.keys) for each in described])
    loss = _loss(columns, counts, lengths, np.array(wanted), len(labels), len(used), trust * heard)
    found = _lowest(loss, np.zeros((len(used) + 1, len(labels)), np.float32))
    weights = np.zeros((buckets, len(labels)), np.float32)
    weights[used] = found[:-1]
    return rounded(labels, weights, found[-1])


def rounded(labels: Sequence[str], weights: Floats, bias: Floats) -> Classifier:
    """The weights in whole numbers of eight bits."""
    factors = np.maximum(np.abs(weights).max(axis=0), 1e-9).astype(np.float32) / 127
    return Classifier(labels, np.rint(weights / factors).astype(np.int8), factors, bias)


Loss = Callable[[Floats], tuple[float, Floats]]
"""How bad weights are, and in which direction they get worse."""


def _loss(
    columns: NDArray[np.intp],
    counts: Floats,
    lengths: NDArray[np.intp],
    wanted: NDArray[np.intp],
    labels: int,
    features: int,
    heard: Floats,
) -> Loss:
    starts = np.concatenate(([0], np.cumsum(lengths)[:-1]))
    lines = np.repeat(np.arange(len(lengths)), lengths)
    rows = np.arange(len(wanted))

    def loss(weights: Floats) -> tuple[float, Floats]:
        scores = np.empty((len(rows), labels), np.float32)
        for label in range(labels):
            scores[:, label] = np.add.reduceat(weights[columns, label] * counts, starts) + weights[-1, label]
        scores -= scores.max(axis=1, keepdims=True)
        logs = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
        slope = np.exp(logs)
        slope[rows, wanted] -= 1
        slope *= heard[:, None]
        change = np.empty_like(weights)
        for label in range(labels):
            change[:-1, label] = np.bincount(columns, slope[lines, label] * counts, minlength=features)
        change[-1] = slope.sum(axis=0)
        bad = -float((logs[rows, wanted] * heard).sum(dtype=np.float64)) + 0.5 * float((weights[:-1] ** 2).sum())
        change[:-1] += weights[:-1]
        return bad, change

    return loss


def _lowest(loss: Loss, weights: Floats) -> Floats:
    """Where the loss is lowest, nearly."""
    bad, slope = loss(weights)
    moves: list[tuple[Floats, Floats]] = []
    for _ in range(STEPS):
        direction = _direction(slope, moves)
        falls = float((direction * slope).sum(dtype=np.float64))
        step = 1.0 if moves else 1.0 / max(float(np.abs(slope).sum()), 1.0)
        while True:
            tried = weights + np.float32(step) * direction
            worse, steeper = loss(tried)
            if worse <= bad + 1e-4 * step * falls or step < _SHORTEST_STEP**3:
                break
            step /= 2
        moves = [*moves, (tried - weights, steeper - slope)][-REMEMBERED:]
        fallen = bad - worse
        weights, bad, slope = tried, worse, steeper
        if fallen < _ENOUGH * abs(bad):
            break
    return weights


def _direction(slope: Floats, moves: Sequence[tuple[Floats, Floats]]) -> Floats:
    """Downhill, bent by what the last moves told of the ground: the two loops of L-BFGS."""
    direction = -slope
    shares: list[float] = []
    for move, turned in reversed(moves):
        share = float((move * direction).sum(dtype=np.float64)) / float((move * turned).sum(dtype=np.float64))
        shares.append(share)
        direction = direction - np.float32(share) * turned
    if moves:
        move, turned = moves[-1]
        flat = float((move * turned).sum(dtype=np.float64)) / float((turned * turned).sum(dtype=np.float64))
        direction = np.float32(flat) * direction
    for (move, turned), share in zip(moves, reversed(shares), strict=True):
        back = float((turned * direction).sum(dtype=np.float64)) / float((move * turned).sum(dtype=np.float64))
        direction = direction + np.float32(share - back) * move
    return direction
