"""A linear classifier over hashed features, as trained by `training/train.py` and written as one small file.

The weights are rounded to whole numbers of eight bits, a factor a label: a quarter of the size, and the same answers.
"""

from collections.abc import Sequence
from importlib.resources import files
from io import BytesIO

import numpy as np
from numpy.typing import NDArray

from bot.understanding.features import BUCKETS, Features

FOLDER = "model"


class Classifier:
    """Gives each label a probability."""

    def __init__(
        self,
        labels: Sequence[str],
        weights: NDArray[np.int8],
        factors: NDArray[np.float32],
        bias: NDArray[np.float32],
        sure: float = 1.0,
    ) -> None:
        """`weights`: a row a bucket; of their number, a power of two, the keys are taken modulo.
        `sure`: from this probability on the likeliest label may be acted on.
        """
        self.labels = tuple(labels)
        self._weights, self._factors, self._bias = np.ascontiguousarray(weights), factors, bias
        self._scaled = (weights * factors).astype(np.float32)
        self._mask = np.uint32(len(weights) - 1)
        self.sure = sure

    def probabilities(self, features: Features) -> NDArray[np.float32]:
        """One for each label, together 1."""
        scores = features.counts @ self._scaled.take(features.keys & self._mask, axis=0) + self._bias
        grown = np.exp(scores - scores.max())
        return np.asarray(grown / grown.sum(), dtype=np.float32)

    def calibrated(self, temperature: float, sure: float) -> "Classifier":
        """The same with probabilities as often right as they say: divided by a temperature before they are."""
        factors = (self._factors / temperature).astype(np.float32)
        return Classifier(self.labels, self._weights, factors, (self._bias / temperature).astype(np.float32), sure)

    def packed(self) -> bytes:
        """As it is written; `unpacked` reads it. The same classifier gives the same bytes."""
        held = BytesIO()
        sure = np.array([self.sure], np.float32)
        for array in (np.array(self.labels), self._weights, self._factors, self._bias, sure):
            np.save(held, array, allow_pickle=False)
        return held.getvalue()


def unpacked(written: bytes) -> Classifier:
    """What `Classifier.packed` wrote. Raises ValueError for anything else."""
    held = BytesIO(written)
    labels, weights, factors, bias, sure = (np.load(held, allow_pickle=False) for _ in range(5))
    rows = len(weights)
    if weights.shape != (rows, len(labels)) or weights.dtype != np.int8 or rows & (rows - 1) or not 0 < rows <= BUCKETS:
        raise ValueError(f"the model has {weights.shape} weights for {len(labels)} labels: train")
    return Classifier([str(label) for label in labels], weights, factors, bias, float(sure[0]))


def load(name: str) -> Classifier:
    """The classifier that the package holds. Raises FileNotFoundError if it holds none: `make train` makes it."""
    return unpacked(files("bot.understanding").joinpath(FOLDER, f"{name}.bin").read_bytes())
