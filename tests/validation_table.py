"""What was expected beside what flowsim gave: every comparison of a validation case leaves a row.

A test asks for the fixture `compare` and calls it once a measure. Rows go to
`build/validation/<case>/<test>.json` (another folder: the environment's FLOWSIM_VALIDATION_DIR), one file
a test, so that tests may run side by side; `docs/validation_page.py` makes the page of them. A test in which
a row was not accepted fails, after all its rows were written.
"""

from __future__ import annotations

import json
import math
import os
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, NoReturn

import pytest

ROOT = Path(__file__).parent.parent
CASES = ROOT / "tests" / "cases"
STANDARD_ERRORS = 4  # the cases' own rule


def folder() -> Path:
    """Where the rows go."""
    return Path(os.environ.get("FLOWSIM_VALIDATION_DIR") or ROOT / "build" / "validation")


def case_file(case: str) -> dict[str, Any]:
    """A case as published: `case_file("A07")`."""
    (path,) = CASES.glob(f"{case}-*.json")
    return json.loads(path.read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Row:
    """One measure of a case. `se` is the standard error that the difference is judged by."""

    case: str
    measure: str
    expected: Any
    got: Any
    se: float | None
    accepted: bool | None  # None: skipped, `note` says why
    note: str
    slow: bool
    test: str


@dataclass
class Compare:
    """Compare a measure with what a case expects, and keep the row."""

    test: str
    slow: bool
    rows: list[Row] = field(default_factory=list)

    def __call__(
        self,
        case: str,
        measure: str,
        expected: Any,
        got: Any,
        se: float | None = None,
        accepted: bool | None = None,
        note: str = "",
    ) -> bool:
        """Keep the row; unless said, accepted means equal, or with `se` within 4 standard errors."""
        expected, got = _plain(expected), _plain(got)
        if accepted is None:
            accepted = expected == got if se is None else abs(got - expected) <= STANDARD_ERRORS * se
        if isinstance(got, float) and not math.isfinite(got):
            accepted = False
        self._keep(Row(case, measure, expected, got, _plain(se), bool(accepted), note, self.slow, self.test))
        return bool(accepted)

    def skip(self, case: str, measure: str, reason: str) -> NoReturn:
        """Say why this part of the case is not done, and skip the test."""
        self._keep(Row(case, measure, None, None, None, None, reason, self.slow, self.test))
        pytest.skip(reason)

    def _keep(self, row: Row) -> None:
        self.rows.append(row)
        name = re.sub(r"[^A-Za-z0-9_.-]+", "_", self.test.rsplit("/", 1)[-1]).strip("_")
        path = folder() / row.case / f"{name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        mine = [asdict(kept) for kept in self.rows if kept.case == row.case]
        path.write_text(json.dumps(mine, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


@pytest.fixture
def compare(request: pytest.FixtureRequest) -> Iterator[Compare]:
    """`compare(case, measure, expected, got, se=None, accepted=None, note="")`, or `compare.skip(...)`."""
    table = Compare(request.node.nodeid, request.node.get_closest_marker("slow") is not None)
    yield table
    wrong = [row for row in table.rows if row.accepted is False]
    if wrong:
        pytest.fail(
            "\n".join(
                f"{row.case} {row.measure}: expected {row.expected}, flowsim {row.got}"
                + (f", {(row.got - row.expected) / row.se:+.1f} standard errors" if row.se else "")
                for row in wrong
            ),
            pytrace=False,
        )


def _plain(value: Any) -> Any:
    """Numpy's numbers and arrays as Python's, so that they can be written down."""
    if hasattr(value, "tolist"):
        return value.tolist()
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    return value
