"""A03: a nurse clinic, M/M/s: a grid of twenty scenarios and eight consultation times, against exact values.

The published waits exclude the exact ones (an unlucky set of seeds, the case says), so the exact ones hold.
What is compared is a steady state. It is reached within hours from an empty clinic, so a day of warm-up
serves for the case's 27.

A standard error of 1% of the wait is out of reach on one core in minutes where hardly anybody waits: the
estimate is held to 4 of its own standard errors, whatever they are, and left out where fewer than 200
patients of the run are expected to wait at all, because the error itself is then not known.
"""

from __future__ import annotations

import math

import pytest

from tests.published.from_log import Story, mean, within
from tests.published.models import nurse_clinic
from tests.published.replications import Mean, judge, replicate
from tests.validation_table import Compare, case_file

pytestmark = pytest.mark.published

EXPECTED = case_file("A03")["expected"]
WARM_UP, DAY = 1440, 1440
SEEN_BY = 240  # minutes to run on, so that whoever came in the window is seen
FEWEST_WAITERS = 200
GRID = [(between, nurses) for between in (3, 4, 5, 6, 7) for nurses in (5, 6, 7, 8)]


def share_who_wait(between: float, nurses: int, consultation: float) -> float:
    """Erlang's delay formula."""
    load = consultation / between
    last = load**nurses / math.factorial(nurses) * nurses / (nurses - load)
    return last / (sum(load**n / math.factorial(n) for n in range(nurses)) + last)


def run(between: float, nurses: int, consultation: float, days: int, replications: int) -> dict[str, Mean]:
    end = WARM_UP + days * DAY

    def measure(story: Story) -> dict[str, float]:
        visits = story.visits("nurse")
        return {
            "utilisation": story.mean_in_use("nurse", WARM_UP, end) / nurses,
            "mean_wait": mean(visits.wait[within(visits.joined, WARM_UP, end)]),
            "mean_queue_length": story.mean_waiting("nurse", WARM_UP, end),
        }

    config = nurse_clinic.config(between, nurses, consultation)
    return replicate(nurse_clinic.model(), config, f"{end + SEEN_BY} min", measure, replications)


def check(compare: Compare, label: str, exact: dict[str, float], between: float, nurses: int,
          consultation: float, *, days: int, replications: int) -> None:  # fmt: skip
    own = run(between, nurses, consultation, days, replications)
    waiters = share_who_wait(between, nurses, consultation) * replications * days * DAY / between
    for name, value in exact.items():
        if name == "utilisation" or waiters >= FEWEST_WAITERS:
            width = f"its standard error is {own[name].se / value:.1%} of the value"
            judge(compare, "A03", f"{label} {name}", own[name], value, note=width)


@pytest.mark.parametrize(("between", "nurses"), [(4, 5), (7, 8)])
def test_some_of_the_grid(compare: Compare, between: int, nurses: int) -> None:
    name = f"iat{between}_nurses{nurses}"
    check(compare, name, EXPECTED["exact_grid"][name], between, nurses, 10, days=1, replications=30)


@pytest.mark.slow
@pytest.mark.parametrize(("between", "nurses"), GRID)
def test_grid(compare: Compare, between: int, nurses: int) -> None:
    name = f"iat{between}_nurses{nurses}"
    check(compare, name, EXPECTED["exact_grid"][name], between, nurses, 10, days=7, replications=30)


@pytest.mark.slow
@pytest.mark.parametrize("consultation", list(EXPECTED["exact_by_consult_time"]))
def test_consultation_times(compare: Compare, consultation: str) -> None:
    exact = EXPECTED["exact_by_consult_time"][consultation]
    check(
        compare, f"consultation {consultation} min", exact, 4, 5, float(consultation), days=7, replications=30
    )
