"""Weekly rotas and calendars: `mon-fri 08:00-20:00: 6`, holidays, changes by month, steps.

Days are a day (mon), a range (mon-fri, sat-sun, fri-mon goes round the week end), a list with commas,
`daily`, or `holidays`. Without times a line holds all day. 24:00 is the end of a day.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar

from flowsim.errors import did_you_mean
from flowsim.inputs.reading import Reading
from flowsim.inputs.tree import Spot
from flowsim.inputs.units import parse_duration
from flowsim.inputs.values import (
    HOLIDAY,
    MONTHS,
    WEEKDAYS,
    CalendarValue,
    ResourceValue,
    Rota,
    RotaLine,
    RuleSetting,
    RuleValue,
    frozen,
)

T = TypeVar("T")
ALL_WEEK = frozenset(range(7))
DAY_MINUTES = 24 * 60
_TIME = re.compile(r"(\d{1,2}):(\d{2})")
_DAY_WORDS = {
    "daily": ALL_WEEK,
    "everyday": ALL_WEEK,
    "weekdays": frozenset(range(5)),
    "weekends": frozenset({5, 6}),
    "holidays": frozenset({HOLIDAY}),
    "holiday": frozenset({HOLIDAY}),
}
_FULL_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAYS = {name: number for names in (WEEKDAYS, _FULL_NAMES) for number, name in enumerate(names)}
MOST = 1_000_000


def parse_days(text: str) -> frozenset[int]:
    """The days of `mon-fri`, `sat,sun`, `daily` or `holidays`: 0 is Monday, 7 a holiday."""
    days: frozenset[int] = frozenset()
    for part in text.lower().split(","):
        first, dash, last = part.strip().partition("-")
        if not dash and first in _DAY_WORDS:
            days |= _DAY_WORDS[first]
            continue
        for day in (first, last) if dash else (first,):
            if day not in _DAYS:
                known = (*WEEKDAYS, *_DAY_WORDS)
                raise ValueError(
                    f"`{day}` is not a day.",
                    did_you_mean(day, known, "Write mon-fri, sat, daily or holidays."),
                )
        start, end = _DAYS[first], _DAYS[last] if dash else _DAYS[first]
        days |= frozenset((start + step) % 7 for step in range((end - start) % 7 + 1))
    return days


def parse_line(text: str) -> tuple[frozenset[int], int, int]:
    """Days, first minute and last minute of `mon-fri 08:00-20:00`."""
    days, times = _split(text)
    if not times:
        return days, 0, DAY_MINUTES
    start, dash, end = times.replace("–", "-").partition("-")
    if not dash:
        raise ValueError("This line has no end.", "Write `mon-fri 08:00-20:00`.")
    first, last = parse_clock(start), parse_clock(end)
    if first in (last, DAY_MINUTES):
        raise ValueError(
            "This line starts and ends at the same time.", "For the whole day write 00:00-24:00."
        )
    return days, first, last


def parse_moment(text: str) -> tuple[frozenset[int], int]:
    """Days and minute of `mon-fri 07:30`, the time of a booked list."""
    days, times = _split(text)
    if not times or "-" in times:
        raise ValueError("A booked list has one time.", "Write `mon-fri 07:30`.")
    return days, parse_clock(times) % DAY_MINUTES


def parse_clock(text: str) -> int:
    """Minutes after midnight of 08:00; 24:00 is the end of the day."""
    found = _TIME.fullmatch(text.strip())
    if found is None:
        raise ValueError(
            f"`{text.strip()}` is not a time of day.", "Write 08:00, with two digits for the minutes."
        )
    hour, minute = int(found[1]), int(found[2])
    if minute > 59 or hour * 60 + minute > DAY_MINUTES:
        raise ValueError(f"`{text.strip()}` is not a time of day.", "Times run from 00:00 to 24:00.")
    return hour * 60 + minute


def _split(text: str) -> tuple[frozenset[int], str]:
    words = text.strip()
    at = next((place for place, letter in enumerate(words) if letter.isdigit()), len(words))
    days = re.sub(r"\s*([,-])\s*", r"\1", words[:at].strip())
    return (parse_days(days) if days else ALL_WEEK), words[at:].replace(" ", "")


def constant_rota(capacity: int, by_month: tuple[int, ...] = (0,) * 12) -> Rota:
    """The same all week."""
    return Rota((RotaLine(ALL_WEEK, 0, DAY_MINUTES, capacity),), by_month)


def read_resources(reading: Reading, spot: Spot, sites: tuple[str, ...]) -> dict[str, ResourceValue]:
    """Every resource by name."""
    found = {}
    for name, child in spot.children():
        rotas = _by_site(reading, child, sites, _read_rota)
        if rotas is not None:
            found[name] = ResourceValue(frozen(rotas), child.provenance, child.where)
    return found


def read_calendars(reading: Reading, spot: Spot, sites: tuple[str, ...]) -> dict[str, CalendarValue]:
    """Every calendar by name."""
    found = {}
    for name, child in spot.children():
        openings = _by_site(reading, child, sites, _read_opening)
        if openings is not None:
            found[name] = CalendarValue(frozen(openings), child.provenance, child.where)
    return found


def read_rules(reading: Reading, spot: Spot, sites: tuple[str, ...]) -> dict[str, RuleValue]:
    """Every trigger rule by name."""
    found = {}
    for name, child in spot.children():
        cells = _by_site(reading, child, sites, _read_rule)
        if cells is not None:
            found[name] = RuleValue(frozen(cells), child.provenance, child.where)
    return found


def _by_site(reading: Reading, spot: Spot, sites: tuple[str, ...],
             read: Callable[[Reading, Spot], T | None]) -> dict[str | None, T] | None:  # fmt: skip
    """One setting for all, or one for each site under `by_site` (`...` for the others)."""
    if "by_site" not in spot:
        value = read(reading, spot)
        return None if value is None else {None: value}
    beside = [key for key, _ in spot.children() if key != "by_site"]
    if beside:
        reading.refuse(
            spot[beside[0]], f"`{beside[0]}` stands beside by_site.", "Put it under each site.", value=""
        )
        return None
    cells = reading.table_by(("site",), spot["by_site"], lambda leaf: read(reading, leaf), lambda _: False)
    return (
        None if cells is None else {key[0]: value for key, value in cells.values.items() if key[0] in sites}
    )


def _read_rota(reading: Reading, spot: Spot) -> Rota | None:
    forms = [key for key in ("capacity", "rota", "steps") if key in spot]
    if len(forms) != 1:
        what = f"{' and '.join(forms)} are both given." if forms else "No capacity is given."
        reading.refuse(
            spot, what, "Give one of: capacity: 12; rota: {mon-fri 08:00-20:00: 6}; steps: {0 h: 3}; by_site."
        )
        return None
    by_month = _by_month(reading, spot)
    if forms[0] == "capacity":
        capacity = reading.whole(spot["capacity"], least=0)
        found = None if capacity is None else constant_rota(_at_most(reading, spot["capacity"], capacity))
    elif forms[0] == "rota":
        lines = _lines(reading, spot["rota"])
        found = None if lines is None else Rota(lines)
    else:
        steps = _steps(reading, spot["steps"])
        found = None if steps is None else Rota(steps=steps)
    return None if found is None or by_month is None else Rota(found.lines, by_month, found.steps)


def _lines(reading: Reading, spot: Spot) -> tuple[RotaLine, ...] | None:
    lines: list[RotaLine | None] = []
    for key, child in spot.children():
        value = reading.whole(child, least=0)
        when = _read_key(reading, child, key, parse_line)
        whole = when is not None and value is not None
        lines.append(
            RotaLine(*when, _at_most(reading, child, value)) if whole and when and value is not None else None
        )
    if not lines:
        reading.refuse(spot, "The rota has no line.", "Write {mon-fri 08:00-20:00: 6}.")
    return None if not lines or any(line is None for line in lines) else tuple(line for line in lines if line)


def read_booked(reading: Reading, spot: Spot) -> tuple[RotaLine, ...] | None:
    """A booked list: how many come at which minute of the week."""
    lines: list[RotaLine | None] = []
    for key, child in spot.children():
        value = reading.whole(child, least=0)
        when = _read_key(reading, child, key, parse_moment)
        if value is None or when is None:
            lines.append(None)
        else:
            lines.append(RotaLine(when[0], when[1], when[1], _at_most(reading, child, value)))
    if not lines:
        reading.refuse(spot, "The booked list is empty.", "Write {mon-fri 07:30: 18}.")
    return None if not lines or any(line is None for line in lines) else tuple(line for line in lines if line)


def _read_key(reading: Reading, spot: Spot, key: str, parse: Callable[[str], T]) -> T | None:
    try:
        return parse(key)
    except ValueError as error:
        what, remedy = error.args
        reading.refuse(spot, what, remedy, value="")
        return None


def _by_month(reading: Reading, spot: Spot) -> tuple[int, ...] | None:
    if "change_by_month" not in spot:
        return (0,) * 12
    changes = [0] * 12
    good = True
    for name, child in spot["change_by_month"].children():
        value = reading.whole(child)
        if name not in MONTHS:
            reading.refuse(child, f"`{name}` is not a month.", did_you_mean(name, MONTHS))
            good = False
        elif value is not None:
            changes[MONTHS.index(name)] = value
        good = good and value is not None
    return tuple(changes) if good else None


def _steps(reading: Reading, spot: Spot) -> tuple[tuple[int, int], ...] | None:
    steps: dict[int, int] = {}
    good = True
    for key, child in spot.children():
        value = reading.whole(child, least=0)
        time = _read_key(reading, child, key, parse_duration)
        if time is not None and round(time) in steps:
            reading.refuse(child, "Two steps are at the same time.", "Keep one of them.", value="")
            good = False
        if value is None or time is None:
            good = False
        else:
            steps[round(time)] = _at_most(reading, child, value)
    return tuple(sorted(steps.items())) if good else None


def _read_opening(reading: Reading, spot: Spot) -> Rota | None:
    if "open" not in spot:
        reading.refuse(spot, "No opening time is given.", "Write {open: [mon-fri 09:00-12:00]}.")
        return None
    listed = spot["open"]
    members = list(listed.members()) if listed.node.is_list else [listed]
    if not members:
        reading.refuse(listed, "The calendar is never open.", "Write {open: [mon-fri 09:00-12:00]}.")
    lines = [_read_key(reading, member, str(member.node.value), parse_line) for member in members]
    if not members or any(line is None for line in lines):
        return None
    return Rota(tuple(RotaLine(*line, 1) for line in lines if line is not None))


def _read_rule(reading: Reading, spot: Spot) -> RuleSetting | None:
    missing = [key for key in ("on", "off", "change") if key not in spot]
    if missing:
        reading.refuse(
            spot, f"The rule has no {' and no '.join(missing)}.", "Write {on: 290, off: 280, change: 12}."
        )
        return None
    on, off, change = reading.factor(spot["on"]), reading.factor(spot["off"]), reading.whole(spot["change"])
    if on is None or off is None or change is None:
        return None
    shares = [_is_percentage(spot[key]) for key in ("on", "off")]
    if shares[0] != shares[1]:
        reading.refuse(
            spot["off"],
            "`on` and `off` are not written alike.",
            "Write both as numbers, or both as percentages.",
        )
        return None
    if off >= on:
        reading.refuse(
            spot["off"], "`off` must be below `on`.", "Otherwise the rule would switch without end."
        )
        return None
    enabled = spot["enabled"].node.value if "enabled" in spot else True
    if not isinstance(enabled, bool):
        reading.refuse(spot["enabled"], "`enabled` is true or false.", "Write true or false.")
        return None
    return RuleSetting(on, off, change, shares[0], enabled)


def _is_percentage(spot: Spot) -> bool:
    node = spot.node.table.get("value", spot.node)
    return isinstance(node.value, str) and node.value.strip().endswith("%")


def _at_most(reading: Reading, spot: Spot, value: int) -> int:
    if value > MOST:
        reading.refuse(spot, f"More than {MOST:,} is absurdly many.", "Check the number.")
    return value
