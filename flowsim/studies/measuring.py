"""One replication, run and measured: what is kept of it, wherever it was run."""

from __future__ import annotations

from dataclasses import dataclass

from flowsim.engines import State
from flowsim.measures.kpis import Kpis, measure
from flowsim.measures.periods import weeks_of
from flowsim.program import Program
from flowsim.records.tallies import Tallies
from flowsim.studies.design import Design
from flowsim.studies.replicate import OnDays, run_one
from flowsim.studies.scenario import Prepared


@dataclass(frozen=True)
class Measured:
    """What is kept of a replication: its figures in every period, and what it had to say."""

    kpis: Kpis
    notices: tuple[str, ...] = ()


def run_and_measure(
    program: Program,
    design: Design,
    number: int,
    only: tuple[str, ...] | None,
    periods: tuple[str, ...],
    state: State | None,
    on_days: OnDays = lambda _days: None,
) -> tuple[Measured, Tallies]:
    """Run a replication, from a state if one is given, and measure the KPIs that are wanted in each period."""
    ran = run_one(Prepared(program), design, number, on_days, state)
    kpis = Kpis(())
    for period in periods:
        kpis += measure(ran.tallies, program, weeks_of(period, program.config), period, only)
    return Measured(kpis, ran.notices), ran.tallies
