"""Numbers as people write them: `8 min`, `12/h`, `60%`, `1_100_000 GBP`.

A time without a unit is an error, never a guess. What cannot be read is raised as a ValueError of two
sentences: what is wrong, and what to write instead.
"""

from __future__ import annotations

import math
import re
from decimal import Decimal

MS: dict[str, int] = {
    "ms": 1, "s": 1000, "min": 60_000, "h": 3_600_000, "day": 86_400_000, "week": 604_800_000,
    "year": 365 * 86_400_000,
}  # fmt: skip
_WORDS = {
    "millisecond": "ms", "milliseconds": "ms", "sec": "s", "secs": "s", "second": "s", "seconds": "s",
    "mins": "min", "minute": "min", "minutes": "min", "hr": "h", "hrs": "h", "hour": "h", "hours": "h",
    "d": "day", "days": "day", "weeks": "week", "years": "year",
} | {unit: unit for unit in MS}  # fmt: skip

HOUR, DAY = MS["h"], MS["day"]
LONGEST = 1000 * MS["year"]
LARGEST = 1e15  # whole numbers up to here are exact, and nothing in health care is larger

_NUMBER = r"[+-]?(?:\d[\d_]*(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?"
_IS_NUMBER = re.compile(_NUMBER)
_PART = re.compile(rf"\s*({_NUMBER})\s*([A-Za-z]+)\s*")
_RATE = re.compile(rf"({_NUMBER})\s*(?:/|per\s)\s*([A-Za-z]+)")
_MONEY = re.compile(rf"(?:([A-Z]{{3}}|£)\s*)?({_NUMBER})\s*([A-Z]{{3}}|£)?")
_COMMAS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")

Written = str | int | float  # what stands in a document where a number is wanted


def parse_duration(written: Written) -> float:
    """Milliseconds of a time such as `8 min`, `3.5 days` or `1 h 30 min`."""
    if not isinstance(written, str) or _IS_NUMBER.fullmatch(written.strip()):
        raise ValueError(
            "A time needs a unit.",
            f"Write for example `{_short(written)} min`, `{_short(written)} h` or `{_short(written)} days`.",
        )
    total, end = Decimal(0), 0
    for part in _PART.finditer(written):
        if part.start() != end:
            break
        total += _decimal(part[1]) * MS[_time_unit(part[2])]
        end = part.end()
    if end != len(written) or not written.strip():
        raise ValueError("This is not a time.", "Write a number and a unit, such as `8 min` or `3.5 days`.")
    if total < 0:
        raise ValueError("A time cannot be negative.", "Write a time of zero or more.")
    if total > LONGEST:
        raise ValueError("This time is longer than 1,000 years.", "Check the unit.")
    return float(total)


def parse_rate(written: Written) -> float:
    """How many an hour, from `12/h`, `300/day`, `26/week` or `100000/year`."""
    found = _RATE.fullmatch(written.strip()) if isinstance(written, str) else None
    if found is None:
        raise ValueError("This is not a rate.", "Write how many in which time, such as `12/h` or `300/day`.")
    number = _bounded(float(_decimal(found[1])))
    if number < 0:
        raise ValueError("A rate cannot be negative.", "Write a rate of zero or more.")
    return number * HOUR / MS[_time_unit(found[2])]


def parse_number(written: Written) -> float:
    """A plain number: 12, 0.5, 1_100_000 or 1e6 (a percentage is read as a share)."""
    if isinstance(written, bool):
        raise ValueError("This is not a number.", "Write a number such as 12 or 0.5.")
    if isinstance(written, int | float):
        return _bounded(float(written))
    text = written.strip()
    if text.endswith("%") and _IS_NUMBER.fullmatch(text[:-1].strip()):
        return _bounded(float(_decimal(text[:-1].strip()) / 100))
    if _COMMAS.fullmatch(text):
        plain = text.replace(",", "")
        raise ValueError(
            "A number is written without commas.", f"Write `{plain}` or `{text.replace(',', '_')}`."
        )
    if text.lower().lstrip("+-.") in ("inf", "infinity", "nan"):
        raise ValueError("The number must be finite.", "Write a number such as 12 or 0.5.")
    if not _IS_NUMBER.fullmatch(text):
        raise ValueError("This is not a number.", _not_a_number(text))
    return _bounded(float(_decimal(text)))


def parse_share(written: Written) -> float:
    """A share between 0 and 1, written 0.6 or 60%."""
    number = parse_number(written)
    if number < 0:
        raise ValueError("A share cannot be negative.", "Write a share between 0 and 1, or 0% and 100%.")
    if number > 1:
        per_cent = isinstance(written, str) and written.strip().endswith("%")
        remedy = f"If {_short(written)} per cent is meant, write `{_short(written)}%`."
        raise ValueError("A share cannot be more than 1.", "The most is 100%." if per_cent else remedy)
    return number


def parse_count(written: Written) -> int:
    """A whole number of zero or more."""
    number = parse_number(written)
    if number != int(number) or number < 0:
        raise ValueError("A whole number of zero or more is wanted.", "Write a number such as 12.")
    return int(number)


def parse_money(written: Written) -> tuple[float, str]:
    """An amount and its currency, from `1_100_000 GBP` or `£250`."""
    found = _MONEY.fullmatch(written.strip()) if isinstance(written, str) else None
    if found is None or bool(found[1]) == bool(found[3]):
        raise ValueError(
            "This is not an amount of money.", "Write it with its currency, such as `1_100_000 GBP`."
        )
    currency = found[1] or found[3]
    return _bounded(float(_decimal(found[2]))), "GBP" if currency == "£" else currency


def format_duration(ms: float) -> str:
    """The shortest exact way to write a time: 480000 is `8 min`."""
    for unit in ("year", "week", "day", "h", "min", "s"):
        number = round(ms / MS[unit], 6)
        if number >= 1 and Decimal(_short(number)) * MS[unit] == Decimal(ms):
            plural = "s" if unit in ("year", "week", "day") and number != 1 else ""
            return f"{_short(number)} {unit}{plural}"
    return f"{_short(ms)} ms"


def format_number(number: float) -> str:
    """A number without a needless point: 12.0 is `12`."""
    return _short(number)


def _time_unit(word: str) -> str:
    unit = _WORDS.get(word) or _WORDS.get(word.lower())
    if unit is None:
        months = " Months differ in length: write days." if word.lower().startswith("mo") else ""
        raise ValueError(
            f"`{word}` is not a unit of time.", f"Units: ms, s, min, h, days, weeks, years.{months}"
        )
    return unit


def _decimal(text: str) -> Decimal:
    """The number as written, refused when its exponent alone would fill the memory."""
    number = Decimal(text.replace("_", ""))
    if number and not -1000 < number.adjusted() < 300:
        raise ValueError("This number is absurdly large or small.", "Check the exponent.")
    return number


def _bounded(number: float) -> float:
    if not math.isfinite(number):
        raise ValueError("The number must be finite.", "Write a number such as 12 or 0.5.")
    if abs(number) > LARGEST:
        raise ValueError("This number is absurdly large.", "Write a number below 1e15.")
    return number


def _not_a_number(text: str) -> str:
    if _PART.fullmatch(text):
        return "Leave the unit out: a plain number is wanted here."
    return "Write a number such as 12 or 0.5."


def _short(number: Written) -> str:
    if isinstance(number, float) and number == int(number) and abs(number) < LARGEST:
        return str(int(number))
    return str(number).strip()
