"""The picture of delays: how long is waited for each resource, and which resource was short."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from flowsim.errors import RunError, did_you_mean
from flowsim.outputs.answer import scenario_title
from flowsim.outputs.plots import DARK_BLUE, DARK_RED, GREY, MARGIN, WARM_YELLOW, WIDTH, titled_axes
from flowsim.outputs.words import figure, plain, several
from flowsim.studies.delays import causes
from flowsim.studies.study import WHOLE, Study

ITSELF, OTHERS = "", "others"
"""The causes that every bar can have: what is waited for was itself short, and all those that have no colour."""
COLOURS = (WARM_YELLOW, DARK_RED, "#41B6E6", "#330072", "#00A499", "#E87722")
MOST_BARS = 12
ROW = 0.42
TOLD = 3
"""So many bars, and causes of each, are told to who cannot see them."""

Hours = Mapping[str, Mapping[str, float]]
"""Hours a day of each resource by cause, sites added up, mean over replications."""


def delay_by_cause(
    study: Study,
    scenario: str = "",
    what: str = "waiting",
    *,
    resources: Sequence[str] = (),
    period: str = WHOLE,
    most: int = MOST_BARS,
) -> Any:
    """Hours a day that patients wait for each resource, or that its units are blocked, in parts by what was short.

    `what="blocked"` shows the hours of crews outside ED, of beds whose patients wait for something else, and the like.
    The figure's label (`get_label()`) tells it in words, for who cannot see it.
    """
    scenario = scenario or study.baseline
    hours = _by_resource(study, scenario, what, period)
    titles = {item.name: item.title or plain(item.name) for item in study.programs[scenario].model.resources}
    for name in resources:
        if name not in titles:
            raise RunError(f"There is no resource {name!r}. {did_you_mean(name, titles)}")
    chosen = [name for name in _longest(hours) if not resources or name in resources][:most]
    shown = {name: hours[name] for name in chosen}
    colours = {ITSELF: DARK_BLUE, **_coloured(shown), OTHERS: "#AEB7BD"}
    under = f"{scenario_title(study, scenario)}; hours a day, {several(study.design.replications, 'replication')} of "
    figure_, axes = titled_axes(
        WIDTH,
        ROW * max(len(shown), 2) + MARGIN,
        _message(shown, titles, what),
        under + several(study.design.days, "day"),
    )
    for at, (_, parts) in enumerate(reversed(shown.items())):
        left = 0.0
        for cause, colour in colours.items():
            length = _length(parts, cause, colours)
            axes.barh(at, length, left=left, color=colour, height=0.7, edgecolor="white", linewidth=0.5)
            left += length
        axes.annotate(figure(left), (left, at), xytext=(4, 0), textcoords="offset points", va="center",
                      fontsize=9, color=GREY)  # fmt: skip
    axes.set_yticks(range(len(shown)), [titles[name] for name in reversed(shown)], fontsize=9)
    axes.set_ylim(-0.6, max(len(shown), 2) - 0.4)
    axes.set_xlabel("hours a day", fontsize=9)
    _legend(axes, shown, colours, titles)
    figure_.set_label(_in_words(shown, titles, what))
    return figure_


def _by_resource(study: Study, scenario: str, what: str, period: str) -> Hours:
    found: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for (name, _, cause, _), values in causes(study, scenario, period, what).items():
        found[name][ITSELF if cause == name else cause] += float(np.mean(values))
    return found


def _longest(hours: Hours) -> list[str]:
    return sorted(hours, key=lambda name: (-sum(hours[name].values()), name))


def _coloured(shown: Hours) -> dict[str, str]:
    """The causes to which most is charged have a colour each."""
    all_of_them = Counter[str]()
    for parts in shown.values():
        all_of_them.update({cause: hours for cause, hours in parts.items() if cause != ITSELF})
    first = sorted(all_of_them, key=lambda cause: (-all_of_them[cause], cause))
    return dict(zip(first, COLOURS, strict=False))


def _length(parts: Mapping[str, float], cause: str, colours: Mapping[str, str]) -> float:
    if cause == OTHERS:
        return sum(hours for name, hours in parts.items() if name not in colours)
    return parts.get(cause, 0.0)


def _legend(axes: Any, shown: Hours, colours: Mapping[str, str], titles: Mapping[str, str]) -> None:
    from matplotlib.patches import Patch

    words = {ITSELF: "short itself", OTHERS: "others", **titles}
    used = [cause for cause in colours if any(_length(parts, cause, colours) > 0 for parts in shown.values())]
    handles = [Patch(color=colours[cause], label=words[cause]) for cause in used]
    axes.figure.legend(handles=handles, frameon=False, fontsize=9, ncols=3, loc="outside lower left",
                       title="charged to", alignment="left", title_fontsize=9)  # fmt: skip


def _message(shown: Hours, titles: Mapping[str, str], what: str) -> str:
    """The longest bar, and what was short."""
    if not shown:
        return (
            "Nobody waits" if what == "waiting" else "Nothing is held by patients who wait for something else"
        )
    name = next(iter(shown))
    total, cause, part = _largest(shown[name])
    begun = f"Longest waits: {titles[name]}" if what == "waiting" else f"Most blocked: {titles[name]}"
    short = "for want of more of the same" if cause == ITSELF else f"for want of {titles[cause]}"
    return f"{begun}, {figure(total)} hours a day, {100 * part / total:.0f}% {short}"


def _largest(parts: Mapping[str, float]) -> tuple[float, str, float]:
    cause = max(sorted(parts), key=lambda name: parts[name])
    return sum(parts.values()), cause, parts[cause]


def _in_words(shown: Hours, titles: Mapping[str, str], what: str) -> str:
    """What a reader of the picture sees first, for who cannot see it."""
    begun = "Bars of hours a day waited for each resource" if what == "waiting" else (
        "Bars of hours a day that units of each resource are held by patients who wait for something else"
    )  # fmt: skip
    told = []
    for name, parts in list(shown.items())[:TOLD]:
        first = sorted(parts, key=lambda cause: -parts[cause])[:TOLD]
        of = ", ".join(f"{figure(parts[one])} charged to {titles[one] if one else 'itself'}" for one in first)
        told.append(f"{titles[name]} {figure(sum(parts.values()))}, of these {of}")
    return f"{begun}, in parts by what was short. {'; '.join(told)}." if told else f"{begun}: none."
