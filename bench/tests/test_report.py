"""Ratios are paired round by round, goals say what was measured, and the page has no hole."""

import pytest

from bench.goals import Ratios, goals
from bench.report import page
from bench.rounds import Run
from bench.rows import ROWS
from bench.samples import Sample, Summary, paired_ratio, quantile


def sample(rate: float, p50: float = 1.0) -> Sample:
    return Sample(count=int(2 * rate), seconds=2.0, p50=p50, p99=2 * p50, client_cpu=0.4, server_cpu=0.9)


def full_run() -> Run:
    run = Run()
    rates = {"single": 3000.0, "grouped": 20_000.0, "buttons": 9000.0, "engine": 30_000.0, "telegram_bot": 3000.0}
    for row in ROWS:
        for noise in (0.5, 1.0, 2.0):
            run.add(row, sample(noise * rates.get(row.name, 1000.0), 1.0 / noise))
    return run


def test_a_ratio_is_taken_within_a_round() -> None:
    assert paired_ratio([10, 100, 40], [5, 50, 10]) == 2
    with pytest.raises(ValueError, match="shorter"):
        paired_ratio([1, 2], [1])


def test_quantiles_are_measured_values() -> None:
    assert quantile([1, 2, 3], 0.5) == 2
    assert quantile(list(range(100)), 0.99) == 99
    assert Sample.of([0.001] * 10, 2.0, 0.5).rate == 5


def test_a_sample_survives_the_way_between_processes() -> None:
    assert Sample.load(sample(7).dump()) == sample(7)


def test_a_summary_holds_medians_and_the_spread() -> None:
    summary = Summary.of([sample(1), sample(5), sample(3)])
    assert (summary.rate, summary.slowest, summary.fastest) == (3, 1, 5)


def test_goals_are_judged_by_paired_ratios() -> None:
    judged = {goal.text: goal for goal in goals(full_run())}
    engine = judged["engine: at least 8 times the fastest in-memory peer"]
    assert engine.measured == "10.0 times (telegram_bot)"
    assert engine.met
    assert judged["50 clients: 40 % of echo with group commit"].measured == "45%"
    assert not judged["engine: p99 under 0.2 ms"].met


def test_goals_without_their_rows_are_not_judged() -> None:
    run = Run()
    run.add(ROWS[0], sample(1))
    assert goals(run) == []
    assert Ratios(run).fastest(["telegram_bot"]) is None


def test_the_page_is_filled() -> None:
    text = page(full_run(), {"Python": "3"})
    assert "<!--" not in text
    assert "| **Dørtrin**, all typed" in text
