"""Every test carries exactly one kind, so that it is known what a green suite has shown."""

from __future__ import annotations

import signal

import pytest

from tests.validation_table import compare

__all__ = ["compare"]  # a fixture for every test

KINDS = frozenset({"unit", "contract", "theory", "exact", "published", "golden", "architecture"})


def pytest_configure() -> None:
    """A shell that starts the tests in the background has Ctrl-C ignored, and so would all that they start."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    wrong = []
    for item in items:
        kinds = sorted({mark.name for mark in item.iter_markers()} & KINDS)
        if len(kinds) != 1:
            wrong.append(f"  {item.nodeid}: {' and '.join(kinds) if kinds else 'none'}")
    if wrong:
        wanted = ", ".join(sorted(KINDS))
        raise pytest.UsageError(
            f"Each test carries exactly one kind of {wanted}\n"
            "(write `pytestmark = pytest.mark.unit`, say).\n" + "\n".join(wrong)
        )
