"""`python -m bench`: all rows, interleaved, in one run; prints the tables and, with --write, docs/performance.md."""

import argparse
import sys
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.environment import environment, file_system, load
from bench.report import page, tables
from bench.rounds import Failed, chosen, measure
from bench.rows import CROWDS, ROWS

PAGE = Path(__file__).parents[1] / "docs" / "performance.md"
SCRATCH = Path("/var/tmp")


def main() -> int:
    arguments = _parser().parse_args()
    kind = file_system(arguments.scratch)
    if kind in {"tmpfs", "ramfs"}:
        print(f"--scratch is on {kind}, where a commit reaches no disk: name a folder on a disk", file=sys.stderr)
        return 2
    served = find_spec("doertrin") is not None
    if not served:
        print("Dørtrin's server is left out: there is no module doertrin yet", file=sys.stderr)
    load_before = load()
    rows = chosen(arguments.rows, arguments.crowds, served=served)
    try:
        with TemporaryDirectory(dir=arguments.scratch, prefix="doertrin-bench-") as scratch:
            run = measure(rows, arguments.rounds, arguments.seconds, Path(scratch))
            facts = environment(Path(scratch), load_before)
    except Failed as failure:
        print(f"a measurement failed, so nothing is reported: {failure}", file=sys.stderr)
        return 1
    for name, table in tables(run, facts).items():
        if name in {"served", "alone", "telegram", "goals", "environment", "missing"} and table:
            print(f"{table}\n")
    if arguments.write:
        PAGE.parent.mkdir(exist_ok=True)
        PAGE.write_text(page(run, facts), encoding="utf-8")
        print(f"written: {PAGE.relative_to(PAGE.parents[1])}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--seconds", type=float, default=2.0, help="the window of each measurement")
    parser.add_argument("--rows", nargs="+", default=[], choices=sorted({row.name for row in ROWS}), help="only these")
    parser.add_argument(
        "--crowds", nargs="+", type=int, default=list(CROWDS), choices=CROWDS, help="only so many clients"
    )
    parser.add_argument("--scratch", type=Path, default=SCRATCH, help="a folder on a real disk (default: %(default)s)")
    parser.add_argument("--write", action="store_true", help="write docs/performance.md")
    return parser


if __name__ == "__main__":
    sys.exit(main())
