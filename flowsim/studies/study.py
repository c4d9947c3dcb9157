"""What a set of replications says: KPIs by period, with intervals, against each other and against observation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from flowsim.errors import ConfigError
from flowsim.inputs import Config
from flowsim.measures.attribution import Delays
from flowsim.measures.intervals import compare, summarise
from flowsim.measures.kpis import Kpis
from flowsim.measures.observed import compare_observed
from flowsim.measures.periods import weeks_of
from flowsim.measures.warm_up import mser5
from flowsim.program import Program
from flowsim.records.tallies import Tallies
from flowsim.studies.design import Design

WHOLE = "all"
WEEKS_TO_JUDGE = 20
"""A shorter run cannot say whether its warm-up was long enough."""


class Ran(Protocol):
    """What a study needs of a replication."""

    @property
    def number(self) -> int:
        """Which one, from 0."""

    @property
    def notices(self) -> tuple[str, ...]:
        """What the run has to say."""

    @property
    def kept(self) -> Tallies | None:
        """Its tallies, if they were kept."""

    @property
    def delays(self) -> Delays | None:
        """What its waits are charged to, if that was asked for."""

    def kpis(self, program: Program, period: str) -> Kpis:
        """Every KPI in a period."""


@dataclass(frozen=True)
class Study:
    """Replications of one or more scenarios under one design. The first scenario is the baseline."""

    design: Design
    programs: Mapping[str, Program]
    replications: Mapping[str, Sequence[Ran]]
    titles: Mapping[str, str] = field(default_factory=dict)
    """What scenarios are called, if not by their name."""
    _measured: dict[tuple[str, str], list[Kpis]] = field(default_factory=dict, repr=False)
    _tables: dict[tuple[str, str, str], Any] = field(default_factory=dict, repr=False)

    @property
    def baseline(self) -> str:
        """The name of the first scenario."""
        return next(iter(self.programs))

    def kpis(self, scenario: str, period: str = WHOLE) -> list[Kpis]:
        """The KPIs of each replication in a period: "all" measured weeks, or one that the config names."""
        key = (scenario, period)
        if key not in self._measured:
            program = self.programs[scenario]
            self._measured[key] = [one.kpis(program, period) for one in self.replications[scenario]]
        return self._measured[key]

    def tallies(self, scenario: str) -> list[Tallies]:
        """The tallies of each replication, or of the first few if no more were kept."""
        every = (one.kept for one in self.replications[scenario])
        return [one for one in every if one is not None]

    def summary(self, scenario: str, period: str = WHOLE) -> Any:
        """A table of each KPI: mean and interval over replications."""
        key = ("", scenario, period)
        if key not in self._tables:
            self._tables[key] = summarise(self.kpis(scenario, period))
        return self._tables[key].copy()

    def difference(self, scenario: str, base: str = "", period: str = WHOLE) -> Any:
        """A table of paired differences from the baseline: the same patients in both."""
        key = (base or self.baseline, scenario, period)
        if key not in self._tables:
            self._tables[key] = compare(self.kpis(base or self.baseline, period), self.kpis(scenario, period))
        return self._tables[key].copy()

    def covers(self, period: str) -> bool:
        """Does the measured time hold the whole period?"""
        return covers(self.programs[self.baseline].config, self.design.days, period)

    def observed(self) -> Any:
        """Modelled beside observed for the baseline, with a column `covered`.

        A period of the simulated year that was not simulated whole is compared with all the weeks that were, and
        says so. What was observed in other years is left out: `calibration` holds it against a year of its own.
        """
        config = self.programs[self.baseline].config
        known = {one.period for one in config.observed if one.period in ("", *config.periods)}
        covered = {period: self.covers(period) for period in known}
        runs = [Kpis(()) for _ in self.replications[self.baseline]]
        for period in sorted(known):
            chosen = period if covered[period] else WHOLE
            for at, kpis in enumerate(self.kpis(self.baseline, chosen)):
                runs[at] = runs[at] + renamed(kpis, period)
        table = compare_observed(runs, [one for one in config.observed if one.period in known])
        table["covered"] = [covered[period] for period in table["period"]]
        return table

    def notices(self) -> list[str]:
        """What the runs themselves have to say: circular waits, a warm-up that was too short."""
        said = [f"{name}, replication {one.number}: {text}"
                for name, ones in self.replications.items() for one in ones for text in one.notices]  # fmt: skip
        said[:0] = self.design.note.splitlines()
        if self.design.state is None:
            said += [text for one in self.tallies(self.baseline)[:1] if (text := _warm_up_notice(one))]
        return said


def covers(config: Config, days: int, period: str) -> bool:
    """Do so many days from time 0 hold the whole period?"""
    try:
        weeks = weeks_of(period, config)
    except ConfigError:  # a year or a survey that the calendar of the run does not know
        return False
    last = days // 7
    return weeks.start >= 0 and (
        weeks.stop is None or weeks.stop <= last or (weeks == slice(0, 52) and last >= 52)
    )


def _warm_up_notice(tallies: Tallies) -> str:
    """What MSER-5 on all units in use, week by week, says about the warm-up; nothing if it was long enough."""
    in_use = tallies.weekly[:, :, 0].sum(axis=0) / tallies.exposure
    found = mser5(in_use[tallies.exposure > 0].tolist())
    left_out = max(0, -tallies.first_week)
    if found.observations < WEEKS_TO_JUDGE:
        return ""
    if found.warning or found.leave_out <= left_out:
        return found.warning and f"Warm-up check (MSER-5): {found.warning}"
    return (
        f"Warm-up check (MSER-5): the first {found.leave_out} weeks should be left out, but the warm-up had "
        f"{left_out}. Try --warm-up {found.leave_out * 7}."
    )


def renamed(kpis: Kpis, period: str) -> Kpis:
    """The same figures under another period's name."""
    return Kpis(tuple(replace(row, period=period) for row in kpis.rows))
