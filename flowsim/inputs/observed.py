"""What was really seen in the place, and the named periods in which it was seen."""

from __future__ import annotations

from datetime import date

from flowsim.inputs.reading import Reading
from flowsim.inputs.tree import Spot
from flowsim.inputs.units import Written, parse_duration, parse_money, parse_number, parse_share
from flowsim.inputs.values import Observed


def read_date(reading: Reading, spot: Spot) -> date | None:
    """A date written 2018-04-01."""
    try:
        found = date.fromisoformat(str(spot.node.value))
    except ValueError:
        reading.refuse(spot, "This is not a date.", "Write it as 2018-04-01.")
        return None
    if (found.month, found.day) == (2, 29):
        reading.refuse(
            spot, "Years have 365 days here, so there is no 29 February.", "Write 28 February or 1 March."
        )
        return None
    return found


def read_holidays(reading: Reading, spot: Spot) -> frozenset[tuple[int, int]]:
    """(month, day) of each holiday, which comes back every year."""
    found = set()
    for member in spot.members():
        text = str(member.node.value)
        day = read_date(reading, member) if len(text) != 5 else _month_day(reading, member, text)
        if day is not None:
            found.add((day.month, day.day))
    return frozenset(found)


def _month_day(reading: Reading, spot: Spot, text: str) -> date | None:
    try:
        return date.fromisoformat(f"2001-{text}")
    except ValueError:
        reading.refuse(spot, "This is not a day of the year.", "Write it as 12-25, or 2018-12-25.")
        return None


def read_periods(reading: Reading, spot: Spot) -> dict[str, tuple[date, date]]:
    """Named measuring periods: first and last day."""
    found = {}
    for name, child in spot.children():
        days = [read_date(reading, member) for member in child.members()]
        if len(days) != 2:
            reading.refuse(child, "A period has a first and a last day.", "Write [2018-12-03, 2019-03-03].")
        elif days[0] is not None and days[1] is not None:
            if days[0] > days[1]:
                reading.refuse(child, "The period ends before it starts.", "Put the first day first.")
            found[name] = (days[0], days[1])
    return found


def read_observed(reading: Reading, spot: Spot) -> tuple[Observed, ...]:
    """Every figure that a run is held against."""
    found = [_read_one(reading, member) for member in spot.members()]
    return tuple(one for one in found if one is not None)


def _read_one(reading: Reading, spot: Spot) -> Observed | None:
    value = reading.number(spot["value"], read_figure)
    tolerance = reading.number(spot["tolerance"], parse_share) if "tolerance" in spot else None
    used = spot["used_to_set"].node.value if "used_to_set" in spot else False
    if not isinstance(used, bool):
        reading.refuse(
            spot["used_to_set"], "`used_to_set` is true or false.", "Write true if an input was set from it."
        )
    if value is None:
        return None
    return Observed(
        kpi=str(spot["kpi"].node.value),
        value=value[0],
        unit=value[1],
        period=str(spot["period"].node.value) if "period" in spot else "",
        group=_group(spot["group"]) if "group" in spot else "",
        used_to_set=used is True,
        tolerance=tolerance,
        provenance=spot.provenance,
        where=spot.where,
    )


def _group(spot: Spot) -> str:
    """`worcester`, or {site: worcester, age_band: 85+} as site=worcester,age_band=85+."""
    if spot.node.is_table:
        return ",".join(f"{key}={child.text()}" for key, child in spot.node.table.items())
    return str(spot.node.value)


def read_figure(written: Written) -> tuple[float, str]:
    """A number and its unit: none, a share, ms, or a currency."""
    text = str(written).strip()
    if text.endswith("%"):
        return parse_number(written), "share"
    try:
        return parse_number(written), ""
    except ValueError:
        for parse in (lambda w: (parse_duration(w), "ms"), parse_money):
            try:
                return parse(written)
            except ValueError:
                continue
        raise
