"""Count what there is: `make count`."""

from __future__ import annotations

import re
from pathlib import Path

from tests.architecture.source import PACKAGE, ROOT, code_lines, modules, name


def row(label: str, *counts: object) -> None:
    print(f"{label:<28}" + "".join(f"{count:>10}" for count in counts))


def main() -> None:
    """Code lines by room, then tests, models, numbers and pages."""
    by_room: dict[str, list[int]] = {}
    for path in modules():
        room = name(path).split("/")[0]
        by_room.setdefault(room, []).append(code_lines(path.read_text(encoding="utf-8")))
    row("room", "modules", "lines", "longest")
    for room, lines in sorted(by_room.items()):
        row(room, len(lines), sum(lines), max(lines))
    row(PACKAGE.name, len(modules()), sum(map(sum, by_room.values())), max(map(max, by_room.values())))
    print()
    tests = [path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("*.py")]
    row("test functions", sum(len(re.findall(r"^\s*def test_", text, re.MULTILINE)) for text in tests))
    row("test code lines", sum(code_lines(text) for text in tests))
    row("model code lines", lines_under(ROOT / "models"))
    for folder in ("configs", "experiments"):
        row(folder, sum(1 for _ in (ROOT / folder).rglob("*.yaml")))
    row(
        "pages of documentation",
        sum(1 for path in (ROOT / "docs").rglob("*.md") if "_build" not in path.parts),
    )


def lines_under(folder: Path) -> int:
    """Code lines of every Python file of a folder."""
    return sum(code_lines(path.read_text(encoding="utf-8")) for path in folder.rglob("*.py"))


if __name__ == "__main__":
    main()
