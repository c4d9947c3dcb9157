"""What an experiment asks, in the words of whoever asked."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Standard:
    """A KPI that has to be at least, or at most, a figure; shares are between 0 and 1."""

    kpi: str
    at_least: float | None = None
    at_most: float | None = None

    def met(self, value: float) -> bool:
        """Does a figure meet it? One that has no value does not."""
        return (self.at_least is None or value >= self.at_least) and (
            self.at_most is None or value <= self.at_most
        )


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
