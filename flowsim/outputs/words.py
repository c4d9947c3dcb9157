"""Figures as people write them: `63%`, `1,234`, `22.4 min`, and intervals beside them."""

from __future__ import annotations

import math
from datetime import date, timedelta

from flowsim.pathway.observe import Kpi
from flowsim.program.timetables import DAY, HOUR, MINUTE

SHARES = ("%", "share")
SAID_BY_TITLE = (*SHARES, "", "patients", "people", "beds")
"""Units that a title says already."""
SPELT = {"ed": "ED", "gp": "GP", "utc": "UTC", "aec": "AEC", "miu": "MIU", "nhs": "NHS", "nhs111": "NHS 111"}
"""Words of names that are written otherwise."""
SMALL = ("and", "at", "in", "of", "the", "with")
WEEK_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
FEWEST = 3
"""With fewer replications an interval is so wide, and its width so uncertain, that showing it would mislead."""


def figure(value: float, unit: str = "") -> str:
    """A figure with as many digits as mean something."""
    if math.isnan(value):
        return "–"
    if unit in SHARES:
        return f"{100 * value:.1f}%"
    size = abs(value)
    if size >= 1000:
        return f"{value:,.0f}"
    if size >= 100:
        return f"{value:.0f}"
    if size < 0.005:
        return "0"
    return f"{value:.1f}" if size >= 10 else f"{value:.2f}"


def brief(value: float, unit: str = "") -> str:
    """A figure for a sentence: no more digits than are said aloud."""
    if math.isnan(value):
        return "–"
    if unit in SHARES:
        return f"{100 * value:.0f}%"
    return f"{value:,.0f}" if abs(value) >= 10 else f"{value:.1f}".removesuffix(".0")


def interval(low: float, high: float, unit: str = "") -> str:
    """The ends of an interval; nothing if one replication gave none.

    What cannot be is not shown: no figure is below nothing, and no share above 100%. (Files keep the ends as they
    were worked out.)
    """
    if math.isnan(low) or math.isnan(high):
        return ""
    low = max(low, 0.0) if high >= 0 else low
    if unit in SHARES and low <= 1:
        high = min(high, 1.0)
    return f"{figure(low, unit)} to {figure(high, unit)}"


def signed(value: float, unit: str = "") -> str:
    """A difference with its sign; of shares, in percentage points."""
    if math.isnan(value):
        return "–"
    text = figure(abs(value), unit)
    if unit in SHARES:
        text = f"{100 * abs(value):.1f} points"
    if text in ("0", "0.0 points"):
        return text
    return ("+" if value > 0 else "−") + text


def signed_interval(low: float, high: float, unit: str = "") -> str:
    """The ends of the interval of a difference."""
    if math.isnan(low) or math.isnan(high):
        return ""
    return f"{signed(low, unit).removesuffix(' points')} to {signed(high, unit).removesuffix(' points')}"


def label(kpi: Kpi) -> str:
    """A KPI's title with its unit, unless the title says it already."""
    if kpi.unit in SAID_BY_TITLE:
        return kpi.title
    return f"{kpi.title}, {kpi.unit}" if kpi.unit.startswith("a ") else f"{kpi.title} ({kpi.unit})"


def title_of(name: str) -> str:
    """A name as words: `south_worcestershire` as `South Worcestershire`."""
    words = name.split("_")
    return " ".join(word if at and word in SMALL else word.capitalize() for at, word in enumerate(words))


def several(number: int, what: str) -> str:
    """`1 day`, `3 days`."""
    return f"{number} {what}" + ("" if number == 1 else "s")


def plain(name: str) -> str:
    """A name as words: `ed_arrival` as `ED arrival`."""
    return " ".join(SPELT.get(word, word) for word in name.split("_"))


def span(ms: int) -> str:
    """A length of time in the two largest units that matter."""
    if ms < MINUTE:
        return f"{ms / 1000:.0f} s"
    if ms < HOUR:
        return f"{ms / MINUTE:.0f} min"
    if ms < 2 * DAY:
        return f"{ms // HOUR} h {ms % HOUR // MINUTE} min"
    return f"{ms // DAY} days {ms % DAY // HOUR} h"


def clock(start: date, time: int) -> str:
    """A time as a date and hour; years have 365 days, so 29 February is passed over."""
    day, within = divmod(time, DAY)
    years, day_of_year = divmod(start.timetuple().tm_yday - 1 - _after_leap_day(start) + day, 365)
    at = date(2001, 1, 1) + timedelta(days=day_of_year)
    week_day = WEEK_DAYS[(start.weekday() + day) % 7]
    return f"{week_day} {at:%d %b} {start.year + years} {within // HOUR:02}:{within % HOUR // MINUTE:02}"


def _after_leap_day(day: date) -> int:
    return int(day.month > 2 and date(day.year, 12, 31).timetuple().tm_yday == 366)
