"""Figures as people write them: `63%`, `1,234`, `22.4 min`, and intervals beside them."""

from __future__ import annotations

import math


def figure(value: float, unit: str = "") -> str:
    """A figure with as many digits as mean something."""
    if math.isnan(value):
        return "–"
    if unit in ("%", "share"):
        return f"{100 * value:.1f}%"
    size = abs(value)
    if size >= 1000:
        return f"{value:,.0f}"
    if size >= 100:
        return f"{value:.0f}"
    return f"{value:.1f}" if size >= 10 else f"{value:.2f}"


def interval(low: float, high: float, unit: str = "") -> str:
    """The ends of an interval; nothing if one replication gave none."""
    if math.isnan(low) or math.isnan(high):
        return ""
    return f"{figure(low, unit)} to {figure(high, unit)}"


def signed(value: float, unit: str = "") -> str:
    """A difference with its sign; of shares, in percentage points."""
    if math.isnan(value):
        return "–"
    text = figure(abs(value), unit)
    if unit in ("%", "share"):
        text = f"{100 * abs(value):.1f} pp"
    return ("+" if value > 0 else "−" if value < 0 else "") + text


def unit_label(unit: str) -> str:
    """A unit as a table shows it."""
    return {"share": "%", "": ""}.get(unit, unit)
