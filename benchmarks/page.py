"""Fill the tables of docs/background/performance.md from a file of results. The script adds no figure of its own.

python -m benchmarks.page [RESULTS.json]      (the newest of a whole run)
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from benchmarks import results
from benchmarks.tables import as_markdown, tables

PAGE = Path(__file__).resolve().parent.parent / "docs" / "background" / "performance.md"
BEGIN = "<!-- figures: begin (written by `python -m benchmarks.page`) -->"
END = "<!-- figures: end -->"


def figures(found: dict[str, Any]) -> str:
    """The machine, then every table."""
    parts = [about(found), *(as_markdown(table) for table in tables(found))]
    return "\n".join((BEGIN, "", "\n".join(parts), END))


def about(found: dict[str, Any]) -> str:
    """What the figures were measured on, in a sentence or two."""
    here = found["machine"]
    packages = ", ".join(f"{name} {version}" for name, version in here["packages"].items())
    loads = [", ".join(map(str, loads)) for loads in (here["load"], found["load_at_the_end"])]
    return (
        f"Measured on {found['made']} at commit {here['commit'] or 'unknown'}: {here['processor']}, "
        f"{here['cores']} cores, {here['memory_gb']} GB, {here['system']}; Python {here['python']}, {packages}; "
        f"{here['g++'] or 'no g++'}. {found['rounds']} rounds. Load averages (1, 5, 15 minutes) "
        f"{loads[0]} at the start and {loads[1]} at the end.\n"
    )


def filled(page: str, found: dict[str, Any]) -> str:
    """The page with what stands between the two markers replaced."""
    before, begun, rest = page.partition(BEGIN)
    _, ended, after = rest.partition(END)
    if not begun or not ended:
        raise SystemExit(f"{PAGE.name} has lost its markers: {BEGIN} and {END}")
    return before + figures(found) + after


def main() -> None:
    """Read results, write the page."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.page", description=__doc__)
    parser.add_argument("results", nargs="?", type=Path, default=results.newest())
    path = parser.parse_args().results
    if path is None or not path.is_file():
        sys.exit("There are no results yet: make bench")
    found = results.load(path)
    if found["quick"]:
        sys.exit(f"{path.name} is of a quick run, whose figures mean nothing.")
    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8"), found), encoding="utf-8")


if __name__ == "__main__":
    main()
