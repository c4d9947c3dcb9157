"""Hold every engine to the same bytes on new random models: `make fuzz N=5000`, or `FROM=...` for others."""

from __future__ import annotations

import sys
from collections.abc import Callable
from time import monotonic

from tests.engines.agreement import OTHERS, check_resumed, check_runs
from tests.engines.random_models import Built
from tests.engines.trying import check_models

AT_ONCE = 250


def check(model: Built) -> None:
    """Runs from beginning to end, and runs that are saved half-way."""
    for engine in OTHERS:
        check_runs(model, engine)
    check_resumed(model)


def main(many: int, first: int, checked: Callable[[Built], None] = check) -> int:
    """Check that many models from the first on; 1 if one fails, which is told."""
    began = monotonic()
    for begin in range(first, first + many, AT_ONCE):
        numbers = range(begin, min(begin + AT_ONCE, first + many))
        try:
            check_models(checked, numbers)
        except AssertionError as found:
            print(found)
            return 1
        print(f"models {numbers.start} to {numbers.stop - 1} agree, {monotonic() - began:.0f} s", flush=True)
    return 0


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:]]
    sys.exit(main(*(numbers + [1_000, 1_000_000][len(numbers) :])))
