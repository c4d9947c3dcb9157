"""The decision in sentences: what an option does, how surely, and what cannot be told apart from no change.

A sentence is a list of runs of text, each plain or strong, so that a page and a Word document can say the same.
"""

from __future__ import annotations

from typing import Any

from flowsim.outputs.report.asked import Standard
from flowsim.outputs.report.kept import Kept
from flowsim.outputs.tables import SAME, verdict
from flowsim.outputs.words import FEWEST, SHARES, several, title_of
from flowsim.pathway.observe import Kpi
from flowsim.studies.statistics.saying import percent, span
from flowsim.studies.statistics.standards import Met, met

Run = tuple[str, bool]
MOST_CHANGES, MOST_UNCLEAR = 3, 4
WORDS = {"better": "Better", "worse": "Worse", "changed": "Changed", SAME: "The same",
         "cannot be told apart": "Cannot be told apart", "more replications needed": "Too few runs"}  # fmt: skip


def decision(kept: Kept, scenario: str) -> list[Run]:
    """What a scenario changes, with paired intervals; which standards it meets; what cannot be told apart."""
    title = kept.title(scenario)
    runs = several(kept.replications, "run")
    if kept.replications < FEWEST:
        few = f": {runs} of each cannot tell an effect from chance. Ask for {FEWEST} or more, better 10."
        return [(title, True), (few, False)]
    judged = _judged(kept, scenario)
    clear = [(kpi, row, word) for kpi, row, word in judged if word in ("better", "worse", "changed")]
    unclear = [kpi.title for kpi, _, word in judged if word not in ("better", "worse", "changed", SAME)]
    clear.sort(key=lambda one: one[2] == "changed")
    standards = [run for standard in kept.asked.standards for run in _standard(kept, scenario, standard)]
    said: list[Run] = [(title, True), (" ", False)]
    if clear:
        said += [*_changes(clear), *standards]
        if unclear:
            said += [(" It cannot be told apart from no change in ", False), *_names(unclear)]
    elif unclear:
        said += [("cannot be told apart from no change in ", False), *_names(unclear), *standards]
    else:
        said += [("changes no headline figure.", False), *standards]
    return said


def _judged(kept: Kept, scenario: str) -> list[tuple[Kpi, Any, str]]:
    """Each headline KPI with its difference and the verdict, in the order in which they are said."""
    rows = kept.rows(scenario)
    found = []
    for kpi in kept.first:
        row = rows.get((kpi.name, "all"))
        if row is not None and row["n"]:
            found.append((kpi, row, word_of(kpi, row)))
    return found


def word_of(kpi: Kpi, row: Any) -> str:
    """Better, worse, changed, the same, or not to be told apart."""
    ends = {"low": row["change_low"], "high": row["change_high"]}
    return verdict(kpi, {**row, **ends})


def _changes(clear: list[tuple[Kpi, Any, str]]) -> list[Run]:
    """`lowers A by 3 (95% interval 1 to 5, paired) and raises B by ...`, and whether that is good."""
    said: list[Run] = []
    shown = clear[:MOST_CHANGES]
    words = {word for *_, word in shown}
    for at, (kpi, row, word) in enumerate(shown):
        if at:
            said.append((" and " if at == len(shown) - 1 else ", ", False))
        interval = f"95% interval {by(row, kpi)}, paired" if at == 0 else by(row, kpi)
        said += [
            ("lowers " if row["difference"] < 0 else "raises ", False),
            (kpi.title, True),
            (f" by {amount(abs(row['difference']), kpi.unit)} ({interval})", False),
            ("" if len(words) == 1 or word == "changed" else f", which is {word}", False),
        ]
    if words in ({"better"}, {"worse"}):
        said.append((f"{', all' if len(shown) > 1 else ','} for the {shown[0][2]}", False))
    more = len(clear) - len(shown)
    return [*said, (f"; {more} more headline figures change clearly." if more > 1 else
                    "; one more headline figure changes clearly." if more else ".", False)]  # fmt: skip


def by(row: Any, kpi: Kpi) -> str:
    """The ends of a clear difference, without their sign, the smaller first."""
    low, high = sorted((abs(row["change_low"]), abs(row["change_high"])))
    if kpi.unit in SHARES:
        return f"{100 * low:.1f} to {100 * high:.1f}"
    return f"{spoken(low)} to {spoken(high)}"


def amount(value: float, unit: str) -> str:
    """A difference as it is said: `1.7 percentage points`, `22 hours a day`."""
    if unit in SHARES:
        return f"{100 * value:.1f} percentage points"
    return f"{spoken(value)} {unit}".strip()


def spoken(value: float) -> str:
    """No more digits than anybody would say."""
    if value >= 10:
        return f"{value:,.0f}"
    return f"{value:.1f}".removesuffix(".0") if value >= 0.1 else f"{value:.1g}"


def _names(titles: list[str]) -> list[Run]:
    shown = titles[:MOST_UNCLEAR]
    more = len(titles) - len(shown)
    said: list[Run] = []
    for at, title in enumerate(shown):
        last = at == len(shown) - 1 and not more
        said += [(("" if not at else " or " if last else ", "), False), (title, True)]
    return [*said, (f", or {more} more headline figures." if more else ".", False)]


def _standard(kept: Kept, scenario: str, standard: Standard) -> list[Run]:
    """In how many of the runs a standard is met, with the scenario and without, and how sure that is."""
    kpi = kept.kpi[standard.kpi]
    with_it, without = (_met(kept, name, standard) for name in (scenario, kept.baseline))
    if with_it is None or without is None:
        return []
    number = percent(standard.value) if kpi.unit in SHARES else f"{spoken(standard.value)} {kpi.unit}".strip()
    whom = "" if standard.group == "all" else f" ({title_of(standard.at)})"
    days = int(kept.manifest["measured_days"])
    what = "years" if days in (364, 365) else f"runs of {several(days, 'day')}"
    sure = f"95% interval {span(with_it.low, with_it.high, 'share')}; baseline: {percent(without.share)}"
    return [
        (" It meets the standard of ", False),
        (f"{kpi.title}{whom} {standard.side} {number}", True),
        (f" in {percent(with_it.share)} of {what} ({sure}).", False),
    ]


def _met(kept: Kept, scenario: str, standard: Standard) -> Met | None:
    """How often a scenario's runs meet a standard; None if none has the figure."""
    table = kept.tables["kpis.csv"]
    chosen = (table["scenario"] == scenario) & (table["kpi"] == standard.kpi)
    values = table[chosen & (table["group"] == standard.group) & (table["at"] == standard.at)][
        "value"
    ].dropna()
    return met(values.tolist(), standard.value, standard.side) if len(values) else None
