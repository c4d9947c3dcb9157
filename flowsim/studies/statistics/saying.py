"""How the statistics say a figure: three digits, a sign for a difference, points for shares."""

from __future__ import annotations

import math

SHARES = ("%", "share")
"""Units of figures that are kept as fractions and told as percentages."""
NOTHING = "–"


def said(value: float, unit: str = "") -> str:
    """A figure with three digits and its unit: `12.3 min`, `61.5%`."""
    if math.isnan(value):
        return NOTHING
    return f"{_digits(100 * value)}%" if unit in SHARES else _with(unit, _digits(value))


def change(value: float, unit: str = "") -> str:
    """A difference with its sign; of shares, in percentage points."""
    if math.isnan(value):
        return NOTHING
    return _with(_of_difference(unit), _signed(value, unit))


def span(low: float, high: float, unit: str = "") -> str:
    """Both ends of an interval of a figure."""
    if unit in SHARES:
        return f"{said(low, unit)} to {said(high, unit)}"
    return _with(unit, f"{said(low)} to {said(high)}")


def span_of_change(low: float, high: float, unit: str = "") -> str:
    """Both ends of an interval of a difference, each with its sign."""
    return _with(_of_difference(unit), f"{_signed(low, unit)} to {_signed(high, unit)}")


def size(value: float, unit: str = "") -> str:
    """How large a difference is, whichever way it goes."""
    return change(abs(value), unit).removeprefix("+")


def percent(share: float) -> str:
    """A share as people say it: `95%`, `99.5%`."""
    return f"{100 * share:.4g}%"


def count(number: int, what: str) -> str:
    """`1 replication`, `1,200 replications`."""
    return f"{number:,} {what}" + ("" if number == 1 else "s")


def _of_difference(unit: str) -> str:
    return "percentage points" if unit in SHARES else unit


def _signed(value: float, unit: str) -> str:
    if math.isnan(value):
        return NOTHING
    text = _digits(abs(100 * value if unit in SHARES else value))
    return text if text == "0" else ("+" if value > 0 else "−") + text


def _digits(value: float) -> str:
    """Three digits that mean something, and never an exponent."""
    if not math.isfinite(value):
        return "more than can be told" if value > 0 else "less than can be told"
    if value == 0:
        return "0"
    places = max(0, 2 - math.floor(math.log10(abs(value))))
    text = f"{abs(value):,.{places}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return ("−" if value < 0 else "") + text


def _with(unit: str, text: str) -> str:
    return f"{text} {unit}".rstrip()
