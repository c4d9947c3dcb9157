"""KPIs from tallies, intervals over replications, warm-up, and comparison with what was observed."""

from flowsim.measures.intervals import Estimate, compare, estimate, paired, summarise
from flowsim.measures.kpis import Kpis, KpiValue, measure, weekly
from flowsim.measures.observed import compare_observed
from flowsim.measures.periods import weeks_between, weeks_of
from flowsim.measures.warm_up import Growth, WarmUp, growth, mser5

__all__ = [
    "Estimate", "Growth", "KpiValue", "Kpis", "WarmUp", "compare", "compare_observed", "estimate", "growth",
    "measure", "mser5", "paired", "summarise", "weekly", "weeks_between", "weeks_of",
]  # fmt: skip
