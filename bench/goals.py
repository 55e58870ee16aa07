"""What DESIGN §8 asks for, and whether one run shows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from bench.rounds import Run
from bench.rows import DURABLE_PEERS, IN_MEMORY_PEERS
from bench.samples import paired_ratio


@dataclass(frozen=True, slots=True)
class Goal:
    text: str
    measured: str
    met: bool


class Ratios:
    """Ratios between rows of one run, round by round."""

    def __init__(self, run: Run) -> None:
        self._samples = run.samples

    def has(self, *keys: tuple[str, int]) -> bool:
        return all(key in self._samples for key in keys)

    def rate(self, mine: tuple[str, int], other: tuple[str, int]) -> float:
        return paired_ratio(
            (sample.rate for sample in self._samples[mine]), (sample.rate for sample in self._samples[other])
        )

    def p50(self, mine: tuple[str, int], other: tuple[str, int]) -> float:
        return paired_ratio(
            (sample.p50 for sample in self._samples[mine]), (sample.p50 for sample in self._samples[other])
        )

    def p50_of(self, key: tuple[str, int]) -> float:
        return median(sample.p50 for sample in self._samples[key])

    def p99(self, key: tuple[str, int]) -> float:
        return median(sample.p99 for sample in self._samples[key])

    def fastest(self, names: Sequence[str]) -> tuple[str, int] | None:
        """The row with the highest median among those that were measured."""
        measured = [(name, 0) for name in names if (name, 0) in self._samples]
        return max(measured, key=lambda key: median(sample.rate for sample in self._samples[key]), default=None)


def goals(run: Run) -> list[Goal]:
    """Every goal whose rows were measured."""
    ratios = Ratios(run)
    return [*_engine(ratios), *_understanding(ratios), *_durable(ratios), *_telegram(ratios), *_house(run)]


def _engine(ratios: Ratios) -> list[Goal]:
    peer, engine = ratios.fastest(IN_MEMORY_PEERS), ("engine", 0)
    if peer is None or not ratios.has(engine):
        return []
    times, p99 = ratios.rate(engine, peer), ratios.p99(engine)
    return [
        Goal("engine: at least 8 times the fastest in-memory peer", f"{times:.1f} times ({peer[0]})", times >= 8),
        Goal("engine: p99 under 0.2 ms", f"{p99:.3f} ms", p99 < 0.2),
    ]


def _understanding(ratios: Ratios) -> list[Goal]:
    row = ("understanding", 0)
    if not ratios.has(row):
        return []
    p50, p99 = ratios.p50_of(row), ratios.p99(row)
    return [
        Goal("one message understood: median under 0.3 ms", f"{p50:.3f} ms", p50 < 0.3),
        Goal("one message understood: p99 under 2 ms", f"{p99:.3f} ms", p99 < 2),
    ]


def _durable(ratios: Ratios) -> list[Goal]:
    found: list[Goal] = []
    for clients in (50, 200):
        mine, single, grouped = ("buttons", clients), ("single", clients), ("grouped", clients)
        if ratios.has(mine, single):
            times = ratios.rate(mine, single)
            text = f"{clients} clients: as many as echo with one commit per message"
            found.append(Goal(text, f"{times:.2f} times", times >= 1))
        if ratios.has(mine, grouped):
            share = ratios.rate(mine, grouped)
            found.append(Goal(f"{clients} clients: 40 % of echo with group commit", f"{share:.0%}", share >= 0.4))
        peer = ratios.fastest(DURABLE_PEERS)
        if ratios.has(mine) and peer is not None:
            times = ratios.rate(mine, peer)
            text = f"{clients} clients: 5 times the best durable peer"
            found.append(Goal(text, f"{times:.1f} times ({peer[0]})", times >= 5))
    if ratios.has(("buttons", 1), ("single", 1)):
        times = ratios.p50(("buttons", 1), ("single", 1))
        found.append(Goal("one client: p50 at most 1.5 times echo-and-commit", f"{times:.2f} times", times <= 1.5))
    return found


def _telegram(ratios: Ratios) -> list[Goal]:
    turn, echo = ("telegram_turn", 0), ("telegram_echo", 0)
    if not ratios.has(turn, echo):
        return []
    times = ratios.rate(echo, turn)
    return [Goal("Telegram: 1.25 times the processor of a bare echo at most", f"{times:.1f} times", times <= 1.25)]


def _house(run: Run) -> list[Goal]:
    found: list[Goal] = []
    if run.answers_seconds is not None:
        text = "page and buttons answer in under 3 s after the start"
        found.append(Goal(text, f"{run.answers_seconds:.1f} s", run.answers_seconds < 3))
    if run.ready_seconds is not None:
        text = "typed texts are answered in under 3 s after the start (until then they are kept)"
        found.append(Goal(text, f"{run.ready_seconds:.1f} s", run.ready_seconds < 3))
    if run.peak_megabytes:
        met = run.peak_megabytes <= 250
        found.append(Goal("250 MB of memory at most, after the whole run", f"{run.peak_megabytes:.0f} MB", met))
    return found
