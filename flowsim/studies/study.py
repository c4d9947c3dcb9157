"""What a set of replications says: KPIs by period, with intervals, against each other and against observation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from flowsim.errors import ConfigError
from flowsim.measures.intervals import compare, summarise
from flowsim.measures.kpis import Kpis, measure
from flowsim.measures.observed import compare_observed
from flowsim.measures.periods import weeks_of
from flowsim.measures.warm_up import mser5
from flowsim.program import Program
from flowsim.records.tallies import Tallies
from flowsim.studies.design import Design
from flowsim.studies.replicate import Replication

WHOLE = "all"
WEEKS_TO_JUDGE = 20
"""A shorter run cannot say whether its warm-up was long enough."""


@dataclass(frozen=True)
class Study:
    """Replications of one or more scenarios under one design. The first scenario is the baseline."""

    design: Design
    programs: Mapping[str, Program]
    replications: Mapping[str, Sequence[Replication]]
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
            self._measured[key] = [
                measure(one.tallies, program, weeks_of(period, program.config), period)
                for one in self.replications[scenario]
            ]
        return self._measured[key]

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
        try:
            weeks = weeks_of(period, self.programs[self.baseline].config)
        except ConfigError:  # a year or a survey that the calendar of the run does not know
            return False
        last = self.design.days // 7
        return weeks.start >= 0 and (
            weeks.stop is None or weeks.stop <= last or (weeks == slice(0, 52) and last >= 52)
        )

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
        said = [f"{one.scenario}, replication {one.number}: {text}"
                for ones in self.replications.values() for one in ones for text in one.notices]  # fmt: skip
        said[:0] = self.design.note.splitlines()
        if self.design.state is None:
            said += [
                text for one in self.replications[self.baseline][:1] if (text := _warm_up_notice(one.tallies))
            ]
        return said


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
