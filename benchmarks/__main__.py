"""`make bench`: flowsim beside others on the same work, a place's year, growth, and how long a start takes.

    python -m benchmarks [--only reference,place,growth,start] [--rounds 5] [--quick]

Whoever is not installed is said to be missing. `--quick` only tries that everything runs: its figures mean nothing.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from datetime import datetime
from typing import Any

from benchmarks import growth, machine, place, results, side_by_side, starts
from benchmarks.children import Failed
from benchmarks.given import Given
from benchmarks.tables import as_text, tables

PARTS: dict[str, Callable[[Given], dict[str, Any]]] = {
    "reference": side_by_side.measure,
    "place": place.measure,
    "growth": growth.measure,
    "start": starts.measure,
}


def main() -> None:
    """Measure, print, and keep."""
    parts, given = read()
    found: dict[str, Any] = {
        "made": f"{datetime.now():%Y-%m-%d %H:%M}",
        "quick": given.quick,
        "rounds": given.rounds,
        "machine": machine.describe(),
    }
    try:
        for part in parts:
            found[part] = PARTS[part](given)
    except Failed as failed:
        sys.exit(f"{part}: {failed}")
    except KeyboardInterrupt:
        sys.exit("Stopped. Nothing was written.")
    found["load_at_the_end"] = machine.load()
    print(about(found))
    for table in tables(found):
        print(as_text(table))
    print(f"Written: benchmarks/results/{results.save(found, whole=set(parts) == set(PARTS)).name}")


def about(found: dict[str, Any]) -> str:
    """The machine in a line or two."""
    here = found["machine"]
    packages = ", ".join(f"{name} {version}" for name, version in here["packages"].items())
    return (
        f"{found['made']}; {here['processor']}, {here['cores']} cores, {here['memory_gb']} GB; {here['system']}\n"
        f"Python {here['python']}; {packages}; {here['g++'] or 'no g++'}; commit {here['commit'] or 'unknown'}\n"
        f"load averages {here['load']} at the start, {found['load_at_the_end']} at the end\n"
    )


def read() -> tuple[list[str], Given]:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", default=",".join(PARTS), help="parts, with commas between them")
    parser.add_argument("--rounds", type=int, default=5, help="turns of everybody; medians are taken")
    parser.add_argument("--quick", action="store_true", help="try that everything runs")
    asked = parser.parse_args()
    parts = [part for part in asked.only.split(",") if part]
    unknown = [part for part in parts if part not in PARTS]
    if unknown or not parts:
        parser.error(f"--only knows {', '.join(PARTS)}, not {', '.join(unknown) or 'nothing'}")
    if asked.rounds < 1:
        parser.error("--rounds is at least 1")
    return parts, Given(min(asked.rounds, 2) if asked.quick else asked.rounds, asked.quick)


if __name__ == "__main__":
    main()
