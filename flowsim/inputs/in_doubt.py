"""Numbers in doubt: those that have a range, and ranges that are of no use."""

from __future__ import annotations

from dataclasses import dataclass, field

from flowsim.inputs.paths import Way
from flowsim.inputs.units import MS, format_number
from flowsim.inputs.values import Provenance

VALUE, TIMES, ODDS = "value", "times", "odds"


@dataclass(frozen=True)
class InDoubt:
    """A number that lies somewhere between `low` and `high`, in ms, an hour, or as it is.

    `how` says what a value does: it is put there, it multiplies all at `way` (after division by `base`), or it is (or
    multiplies) the odds of the share `of`. `centre` is what the config says.
    """

    name: str
    way: Way
    how: str
    low: float
    high: float
    centre: float
    kind: str = ""
    """`time`, `rate`, `share`, `factor` or nothing."""
    base: float = 1.0
    whole: bool = False
    of: str = ""
    before: str = ""
    """`x ` or `+`, in the change of an option."""
    after: str = ""
    written: str = ""
    provenance: Provenance = field(default_factory=Provenance)
    where: str = ""

    @property
    def option(self) -> str:
        """The option whose change this is; nothing if it is a number of the place itself."""
        return self.way[1] if self.way[0] == "options" else ""

    def said(self, value: float) -> str:
        """A value as people write it: `8 min`, `x 0.85`, `12%`."""
        if self.kind == "time":
            unit = next((unit for unit in ("day", "h", "min") if value >= 2 * MS[unit]), "min")
            return f"{value / MS[unit]:.3g} {unit}{'s' if unit == 'day' else ''}"
        if self.kind == "rate":
            return f"{24 * value:.4g} a day"
        if self.kind == "share":
            return f"{100 * value:.3g}%"
        mark = "x " if self.kind == "factor" else self.before
        return f"{mark}{format_number(float(f'{value:.6g}'))}{self.after}"


@dataclass(frozen=True)
class NotVaried:
    """A range that cannot be used, and why."""

    name: str
    range: str
    why: str
    where: str
