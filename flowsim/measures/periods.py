"""Periods by name or by date, as whole weeks of a run."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from flowsim.errors import ConfigError, Problem, did_you_mean

FIRST_DAYS = (0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334)


def days_between(first: date, second: date) -> int:
    """Days from one date to another when every year has 365."""
    return _day_number(second) - _day_number(first)


def _day_number(day: date) -> int:
    return day.year * 365 + FIRST_DAYS[day.month - 1] + min(day.day, 28 if day.month == 2 else 31) - 1


def weeks_between(start: date, first: date, last: date) -> slice:
    """Weeks of a run from date `start` that lie for the greater part from `first` to `last` (inclusive)."""
    begins, ends = days_between(start, first), days_between(start, last) + 1
    return slice((begins + 3) // 7, (ends + 3) // 7)


def weeks_of(period: str, config: Any) -> slice:
    """The weeks of a period that the config names, of a financial year (`2018/19`), or of two dates.

    "" and "all" are everything from time 0 on.
    """
    if period in ("", "all"):
        return slice(0, None)
    if period in config.periods:
        return weeks_between(config.start, *config.periods[period])
    if found := re.fullmatch(r"(\d{4})/(\d{2})", period):
        year = int(found[1])
        return weeks_between(config.start, date(year, 4, 1), date(year + 1, 3, 31))
    if found := re.fullmatch(r"(\d{4}-\d{2}-\d{2}) to (\d{4}-\d{2}-\d{2})", period):
        return weeks_between(config.start, date.fromisoformat(found[1]), date.fromisoformat(found[2]))
    raise ConfigError([Problem(
        field="periods", value=period, what="This period is not known.",
        remedy=did_you_mean(period, config.periods, "Name it under `periods` with its first and last day."),
    )])  # fmt: skip
