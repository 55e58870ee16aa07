"""What it costs to understand one message: the lines that intents and dangers are measured with, one by one.

python -m bench.understanding --seconds 2
"""

import argparse
import gc
import time
from array import array
from datetime import UTC, datetime

from bench.samples import Sample
from bot.understanding import load
from bot.understanding.training.families import lines

NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)


def measure(seconds: float) -> Sample:
    """Whole rounds of all lines, after one that is not counted. What is heard must be the same in every round."""
    understanding = load()
    texts = [line.text for subject in ("intents", "crisis") for line in lines(subject, "test")]
    first = [understanding.hear(text, now=NOW) for text in texts]
    latencies = array("d")
    clock = time.perf_counter
    gc.collect()
    gc.freeze()
    began, processor = clock(), time.process_time()
    while clock() - began < seconds:
        for text, known in zip(texts, first, strict=True):
            sent = clock()
            heard = understanding.hear(text, now=NOW)
            latencies.append(clock() - sent)
            if heard != known:
                raise RuntimeError("the same line was heard otherwise the second time")
    share = (time.process_time() - processor) / (clock() - began)
    return Sample.of(latencies, sum(latencies), share)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.understanding", description=__doc__)
    parser.add_argument("--seconds", type=float, default=2.0)
    print(measure(parser.parse_args().seconds).dump(), flush=True)


if __name__ == "__main__":
    main()
