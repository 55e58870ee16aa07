"""The run as tables, and as the page docs/performance.md."""

from pathlib import Path

from bench.goals import Ratios, goals
from bench.rounds import Run
from bench.rows import DURABLE_PEERS, IN_MEMORY_PEERS, ROWS, Group, Row
from bench.samples import Summary

TEMPLATE = Path(__file__).with_name("performance.md.in")
Cells = list[str]
FIGURES = ["lowest-highest", "p50 ms", "p99 ms"]
SERVED_HEADS = ["what", "clients", "messages/s", *FIGURES, "of echo and commit", "of group commit", "server's core"]
SERVED_HEADS += ["client's core"]
TELEGRAM_HEADS = ["what", "turns per processor second", "lowest-highest", "p50 ms of processor", "p99 ms"]
TELEGRAM_HEADS += ["times the echo"]
ALONE_HEADS = ["what", "turns/s", *FIGURES, "of the fastest in memory", "of the best durable"]


def tables(run: Run, environment: dict[str, str]) -> dict[str, str]:
    """The page's tables by their place in the template."""
    some = next(iter(run.samples.values()))
    return {
        "served": _table(SERVED_HEADS, [_served_line(run, row) for row in _measured(run, Group.SERVED)]),
        "alone": _table(ALONE_HEADS, [_alone_line(run, row) for row in _measured(run, Group.ALONE)]),
        "telegram": _table(TELEGRAM_HEADS, [_telegram_line(run, row) for row in _measured(run, Group.TELEGRAM)]),
        "goals": _table(
            ["goal", "measured", "met"],
            [[each.text, each.measured, "yes" if each.met else "**no**"] for each in goals(run)],
        ),
        "environment": _table(["", ""], [[name, value] for name, value in environment.items()]),
        "rounds": str(len(some)),
        "seconds": f"{some[0].seconds:.1f}",
        "missing": _missing(run),
    }


def page(run: Run, environment: dict[str, str]) -> str:
    """The whole page."""
    text = TEMPLATE.read_text(encoding="utf-8")
    for place, table in tables(run, environment).items():
        text = text.replace(f"<!-- {place} -->", table)
    return text


def _measured(run: Run, group: Group) -> list[Row]:
    return [row for row in ROWS if row.group is group and row.key in run.samples]


def _missing(run: Run) -> str:
    missing = sorted({row.name for row in ROWS if row.key not in run.samples})
    return f"Not measured in this run: {', '.join(missing)}.\n" if missing else ""


def _served_line(run: Run, row: Row) -> Cells:
    summary, ratios = Summary.of(run.samples[row.key]), Ratios(run)
    server = "" if summary.server_cpu is None else f"{summary.server_cpu:.0%}"
    return [
        row.title,
        str(row.clients),
        *_figures(summary),
        _times(ratios, row.key, ("single", row.clients)),
        _times(ratios, row.key, ("grouped", row.clients)),
        server,
        f"{summary.client_cpu:.0%}",
    ]


def _alone_line(run: Run, row: Row) -> Cells:
    summary, ratios = Summary.of(run.samples[row.key]), Ratios(run)
    memory, durable = ratios.fastest(IN_MEMORY_PEERS), ratios.fastest(DURABLE_PEERS)
    return [row.title, *_figures(summary), _times(ratios, row.key, memory), _times(ratios, row.key, durable)]


def _telegram_line(run: Run, row: Row) -> Cells:
    summary, ratios = Summary.of(run.samples[row.key]), Ratios(run)
    return [row.title, *_figures(summary), _times(ratios, ("telegram_echo", 0), row.key)]


def _figures(summary: Summary) -> Cells:
    spread = f"{summary.slowest:,.0f}-{summary.fastest:,.0f}"
    return [f"{summary.rate:,.0f}", spread, f"{summary.p50:.3f}", f"{summary.p99:.3f}"]


def _times(ratios: Ratios, mine: tuple[str, int], other: tuple[str, int] | None) -> str:
    return f"{ratios.rate(mine, other):.2f}" if other and ratios.has(mine, other) else ""


def _table(heads: Cells, lines: list[Cells]) -> str:
    """A Markdown table with columns in line, so that it reads in a terminal too."""
    widths = [max(len(line[column]) for line in (heads, *lines)) for column in range(len(heads))]

    def written(cells: Cells) -> str:
        padded = [
            cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(cells, widths, strict=True))
        ]
        return f"| {' | '.join(padded)} |"

    rule = [("-" * width if column == 0 else "-" * max(width - 1, 2) + ":") for column, width in enumerate(widths)]
    return "\n".join([written(heads), f"| {' | '.join(rule)} |", *(written(line) for line in lines)])
