"""`make bench`: all figures in one run, ours and the reference interleaved; writes docs/benchmarks.md and docs/benchmarks.json.

`BENCH_SECONDS` (default 6) is the length of one run, `BENCH_ROUNDS` (default 3) how often each is repeated.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from tests.benchmarks import measures
from tests.benchmarks.report import write_report

if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="takwin-bench-") as folder:
        found = measures.measure(
            Path(folder), seconds=float(os.environ.get("BENCH_SECONDS", "6")), rounds=int(os.environ.get("BENCH_ROUNDS", "3"))
        )
    write_report(found, Path(sys.argv[1]) if len(sys.argv) > 1 else Path("docs"))
