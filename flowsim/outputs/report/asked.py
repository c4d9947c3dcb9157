"""What an experiment asks, in the words of whoever asked."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Standard:
    """A KPI that has to be `at least`, or `at most`, a value in the KPI's own unit (shares: 0 to 1), for some group."""

    kpi: str
    side: str
    value: float
    group: str = "all"
    at: str = "all"


@dataclass(frozen=True)
class Asked:
    """A question, what was expected, what has to be met, what was decided: all of it may be left empty.

    `kpis` are those that the question is about; the answer names them first.
    """

    title: str = ""
    question: str = ""
    prediction: str = ""
    decision: str = ""
    kpis: tuple[str, ...] = ()
    standards: tuple[Standard, ...] = ()
