"""One measurement of one row, and what several of them say together."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Self


@dataclass(frozen=True, slots=True)
class Sample:
    """What one process measured in one window: every reply counted here was checked against what was expected."""

    count: int
    seconds: float
    p50: float
    """Milliseconds from message to reply."""
    p99: float
    client_cpu: float
    """Share of one core that the measuring process used itself."""
    server_cpu: float | None = None
    """Share of one core that the measured server used, all its threads together; None where there is no server."""

    @property
    def rate(self) -> float:
        return self.count / self.seconds

    @classmethod
    def of(cls, latencies: Sequence[float], seconds: float, client_cpu: float, server_cpu: float | None = None) -> Self:
        """A sample from latencies in seconds."""
        if not latencies:
            raise ValueError("nothing was answered inside the window: make it longer with --seconds")
        ordered = sorted(latencies)
        return cls(
            count=len(ordered),
            seconds=seconds,
            p50=1000 * quantile(ordered, 0.50),
            p99=1000 * quantile(ordered, 0.99),
            client_cpu=client_cpu,
            server_cpu=server_cpu,
        )

    def dump(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def load(cls, line: str) -> Self:
        return cls(**json.loads(line))


@dataclass(frozen=True, slots=True)
class Summary:
    """The medians of one row over all rounds."""

    rounds: int
    rate: float
    slowest: float
    fastest: float
    p50: float
    p99: float
    client_cpu: float
    server_cpu: float | None

    @classmethod
    def of(cls, samples: Sequence[Sample]) -> Self:
        rates = [sample.rate for sample in samples]
        server = [sample.server_cpu for sample in samples if sample.server_cpu is not None]
        return cls(
            rounds=len(samples),
            rate=median(rates),
            slowest=min(rates),
            fastest=max(rates),
            p50=median(sample.p50 for sample in samples),
            p99=median(sample.p99 for sample in samples),
            client_cpu=median(sample.client_cpu for sample in samples),
            server_cpu=median(server) if server else None,
        )


def quantile(ordered: Sequence[float], share: float) -> float:
    """The nearest-rank quantile of a sorted, non-empty sequence."""
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def paired_ratio(ours: Iterable[float], theirs: Iterable[float]) -> float:
    """The median of the ratios round by round: both sides of a ratio met the same noise."""
    return median(mine / other for mine, other in zip(ours, theirs, strict=True))
