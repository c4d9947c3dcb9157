"""Kill a sweep at many moments, and let it go on: `python -m tests.faults N=50`."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from tests.faults.sweeping import TOTAL, Sweep, killed


def main() -> None:
    many = int(dict(word.split("=") for word in sys.argv[1:]).get("N", "50"))
    with tempfile.TemporaryDirectory() as folder:
        sweep = Sweep(Path(folder) / "undisturbed")
        began = time.monotonic()
        first = sweep.run()
        assert first.code == 0, first.err
        seconds, expected = time.monotonic() - began, sweep.sha256
        print(f"undisturbed: {TOTAL} replications in {seconds:.1f} s, store {expected[:16]}", flush=True)
        kept = []
        for number in range(many):
            kept.append(killed(Path(folder), number, expected))
            print(
                f"killed {number + 1}: {kept[-1]} of {TOTAL} were kept; the same bytes after resuming",
                flush=True,
            )
        in_the_middle = sum(0 < one < TOTAL for one in kept)
        print(
            f"{many} kills, {in_the_middle} of them with a part done: nothing lost, nothing twice, the same bytes"
        )


main()
