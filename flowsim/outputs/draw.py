"""Drawings of a model: all its pathways on one page, or one pathway step by step; as SVG, or as text for Mermaid."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from flowsim.outputs.draw_parts import (
    BLUE,
    GREY,
    HEAD,
    LINE,
    LOAD_LEGEND,
    Line,
    box,
    colour_of_load,
    page,
    shortened,
    text,
)
from flowsim.pathway.graph import build_graph
from flowsim.pathway.model import Model
from flowsim.pathway.steps import ComeBack, Leave, Pathway
from flowsim.pathway.text import step_as_text

WIDTH = 1280
MARGIN, GAP = 20, 18
BOXES_A_ROW = 5
BOX = (WIDTH - 2 * MARGIN - (BOXES_A_ROW - 1) * GAP) // BOXES_A_ROW
MOST_LINES = 9
MOST_WITH_ALL_LINES = 30
"""With more pathways, drawing every way would hide them all; each is still listed in its box."""
ROW_GAP = 40
STEP, STEP_GAP, STEP_WIDTH = 30, 12, 620


@dataclass(frozen=True)
class Way:
    """A way from one pathway to another, with what opens it; `returns` for a journey that comes back later."""

    start: str
    end: str
    why: str
    returns: bool = False


def ways(model: Model) -> tuple[Way, ...]:
    """Every way between pathways (and back to a pathway's own start), each pair once with all its reasons."""
    graph = build_graph(model)
    home = [chain.name for chain in model.pathways for _ in chain.steps]
    found: dict[tuple[str, str, bool], list[str]] = {}
    for at, step in enumerate(graph.steps):
        for edge in graph.ways_from(at):
            if home[edge.end] != home[at]:
                found.setdefault((home[at], home[edge.end], False), []).append(edge.why)
        if isinstance(step, ComeBack):
            found.setdefault((home[at], home[graph.entry[step.to]], True), []).append("comes back")
    return tuple(
        Way(start, end, ", ".join(dict.fromkeys(why for why in reasons if why)), returns)
        for (start, end, returns), reasons in found.items()
    )


def mermaid(model: Model) -> str:
    """The pathways as a Mermaid flowchart: sources are rounded, and dashed arrows come back later."""
    number = {chain.name: f"p{at}" for at, chain in enumerate(model.pathways)}
    lines = ["flowchart TD"]
    lines += [
        f'    s{at}(["{_quoted(source.title or source.name)}"])' for at, source in enumerate(model.sources)
    ]
    lines += [f'    {number[chain.name]}["{_quoted(title_of(chain))}"]' for chain in model.pathways]
    lines += [f"    s{at} --> {number[source.to]}" for at, source in enumerate(model.sources)]
    for way in ways(model):
        arrow = "-.->" if way.returns else "-->"
        why = f'|"{_quoted(way.why)}"|' if way.why else ""
        lines.append(f"    {number[way.start]} {arrow}{why} {number[way.end]}")
    return "\n".join(lines) + "\n"


def _quoted(words: str) -> str:
    return words.replace('"', "#quot;")


def title_of(chain: Pathway) -> str:
    """What a pathway is called on a drawing."""
    return chain.title or chain.name.replace("_", " ")


# ---- all pathways on one page


def svg(model: Model, load: Mapping[str, tuple[str, float]] | None = None) -> str:
    """Each pathway as a box that lists where it leads and why; sources on top, and lines behind the boxes.

    With `load`, (what, how full) by pathway, a box has the colour of how full that is, and says so.
    """
    load = load or {}
    titles = {chain.name: title_of(chain) for chain in model.pathways}
    between = ways(model)
    contents = {chain.name: _contents(chain, titles, between) for chain in model.pathways}
    for name, (what, share) in load.items():
        contents[name] = (Line(f"{share:.0%} in use: {what}", "load"), *contents[name])
    rows = _rows(model, between)
    places, height = _places(rows, contents)
    lines = [way for way in between if way.start != way.end]
    crowded = len(model.pathways) > MOST_WITH_ALL_LINES
    if crowded:
        lines = _first_ways(model, lines)
    drawn = [_curve(places[way.start], places[way.end], contents, way) for way in lines]
    for chain in model.pathways:
        x, y = places[chain.name]
        entries = tuple(source.title or source.name for source in model.sources if source.to == chain.name)
        colour = colour_of_load(load[chain.name][1] if chain.name in load else None) if load else BLUE
        drawn += box(x, y, BOX, titles[chain.name], contents[chain.name], anchor=chain.name, entries=entries,
                     colour=colour)  # fmt: skip
    name = model.title or model.name
    about = (
        f"{len(model.pathways)} pathways in order from the first contacts (arrows into boxes with a thick edge) "
        "downwards. Each box says where patients go next and why; "
        + (
            "a line shows the first way to each box."
            if crowded
            else "dashed lines are journeys that come back later."
        )
    )
    if load:
        about += f" Colour: how full the fullest thing is that it needs: {LOAD_LEGEND}."
    return page(WIDTH, height, name, about, drawn)


def _contents(chain: Pathway, titles: dict[str, str], between: Sequence[Way]) -> tuple[Line, ...]:
    lines = []
    for way in between:
        if way.start == chain.name:
            why = way.why.replace("_", " ") or "then"
            lines.append(Line(f"{why} → {titles[way.end]}", "dashed" if way.returns else "way", way.end))
    outcomes = dict.fromkeys(step.outcome for step in chain.steps if isinstance(step, Leave))
    lines += [Line(f"leaves: {outcome.replace('_', ' ')}", "end") for outcome in outcomes]
    if len(lines) > MOST_LINES:
        rest = "; ".join(line.words for line in lines[MOST_LINES - 1 :])
        lines = [
            *lines[: MOST_LINES - 1],
            Line(f"and {len(lines) - MOST_LINES + 1} more", "more", whole=rest),
        ]
    return tuple(lines)


def _first_ways(model: Model, between: Sequence[Way]) -> list[Way]:
    """For each pathway the way by which it is reached in the fewest steps from a first contact."""
    reached = dict.fromkeys(_first_contacts(model))
    ahead, found = list(reached), []
    while ahead:
        at = ahead.pop(0)
        for way in between:
            if way.start == at and way.end not in reached:
                reached[way.end] = None
                found.append(way)
                ahead.append(way.end)
    return found


def _first_contacts(model: Model) -> list[str]:
    return list(dict.fromkeys(source.to for source in model.sources)) or [model.pathways[0].name]


def _rows(model: Model, between: Sequence[Way]) -> list[list[str]]:
    """Pathways by how many steps away from a first contact they are, in rows that fit the page."""
    depth = dict.fromkeys(_first_contacts(model), 0)
    for way in _first_ways(model, between):
        depth[way.end] = depth[way.start] + 1
    last = max(depth.values(), default=0) + 1
    rows: list[list[str]] = []
    for level in range(last + 1):
        layer = [name for name in depth if depth[name] == level]
        if level == last:
            layer = [chain.name for chain in model.pathways if chain.name not in depth]
        rows += [layer[at : at + BOXES_A_ROW] for at in range(0, len(layer), BOXES_A_ROW)]
    return rows


def _places(
    rows: list[list[str]], contents: dict[str, tuple[Line, ...]]
) -> tuple[dict[str, tuple[int, int]], int]:
    places, y = {}, 96
    for row in rows:
        left = (WIDTH - len(row) * BOX - (len(row) - 1) * GAP) // 2
        for at, name in enumerate(row):
            places[name] = (left + at * (BOX + GAP), y)
        y += max(_height(contents[name]) for name in row) + ROW_GAP
    return places, y


def _height(lines: Sequence[Line]) -> int:
    return HEAD + 8 + LINE * len(lines)


def _curve(
    start: tuple[int, int], end: tuple[int, int], contents: dict[str, tuple[Line, ...]], way: Way
) -> str:
    """From the bottom of a box down to the top of another; or, upwards, from right side to right side."""
    if end[1] > start[1]:
        x0, y0 = start[0] + BOX // 2, start[1] + _height(contents[way.start])
        x1, y1 = end[0] + BOX // 2, end[1] - 4
        bend = max(24, min(90, abs(y1 - y0) // 2))
        path = f"M{x0},{y0} C{x0},{y0 + bend} {x1},{y1 - bend} {x1},{y1}"
    else:
        x0, y0, x1, y1 = start[0] + BOX, start[1] + HEAD // 2, end[0] + BOX + 4, end[1] + HEAD // 2
        out = min(max(x0, x1) + 70, 2 * WIDTH - max(x0, x1))
        path = f"M{x0},{y0} C{out},{y0} {out},{y1} {x1},{y1}"
    dash = ' stroke-dasharray="5 4"' if way.returns else ""
    return f'<path d="{path}" fill="none" stroke="#A9C7E3" stroke-width="1.2"{dash} marker-end="url(#tip)"/>'


# ---- one pathway, step by step


def pathway_svg(model: Model, name: str) -> str:
    """The steps of one pathway from top to bottom; jumps inside it on the left, ways out of it on the right."""
    chain = next(chain for chain in model.pathways if chain.name == name)
    titles = {other.name: title_of(other) for other in model.pathways}
    graph = build_graph(model)
    first = graph.entry[chain.name]
    inside = range(first, first + len(chain.steps))
    home = [other.name for other in model.pathways for _ in other.steps]
    left, top = 170, 96
    drawn: list[str] = []
    reasons: dict[int, list[str]] = {}
    for at, step in enumerate(chain.steps):
        y = top + at * (STEP + STEP_GAP)
        drawn += _step_box(left, y, step_as_text(step), step.label, ends=isinstance(step, Leave))
        exits = [
            (edge.why, titles[home[edge.end]])
            for edge in graph.ways_from(first + at)
            if edge.end not in inside
        ]
        if isinstance(step, ComeBack):
            exits.append(("comes back", titles[home[graph.entry[step.to]]]))
        drawn += _exits(left + STEP_WIDTH, y, exits)
        for edge in graph.ways_from(first + at):
            if edge.end in inside:
                drawn.append(_jump(left, top, at, edge.end - first))
                if edge.end != first + at + 1:
                    reasons.setdefault(edge.end - first, []).append(edge.why.replace("_", " "))
    for at, whys in reasons.items():
        y = top + at * (STEP + STEP_GAP)
        drawn.append(
            text(
                left - 10,
                y + 10,
                shortened(", ".join(filter(None, whys)), 24),
                size=11,
                colour=GREY,
                anchor="end",
            )
        )
    height = top + len(chain.steps) * (STEP + STEP_GAP) + 10
    about = f"{len(chain.steps)} steps from top to bottom; jumps stand on the left, ways to other pathways on the right."
    return page(WIDTH, height, f"{titles[name]} ({model.title or model.name})", about, drawn)


def _step_box(x: int, y: int, words: str, label: str, *, ends: bool) -> Iterator[str]:
    fill = "#E8EDEE" if ends else "#FFFFFF"
    yield f"<g><title>{escape(label)}: {escape(words)}</title>"
    yield (
        f'<rect x="{x}" y="{y}" width="{STEP_WIDTH}" height="{STEP}" rx="5" fill="{fill}" stroke="{BLUE}"'
        ' stroke-width="1.5"/>'
    )
    yield text(x + 12, y + 20, shortened(words, 76), size=13) + "</g>"


def _exits(x: int, y: int, exits: Sequence[tuple[str, str]]) -> Iterator[str]:
    if not exits:
        return
    words = "; ".join(f"{why} → {to}".replace("_", " ").strip() for why, to in exits)
    yield f'<path d="M{x},{y + 15} h26" stroke="{BLUE}" stroke-width="1.5" fill="none" marker-end="url(#tip)"/>'
    yield f"<g><title>{escape(words)}</title>{text(x + 40, y + 20, shortened(words, 58), size=12, colour=BLUE)}</g>"


def _jump(left: int, top: int, start: int, end: int) -> str:
    """Straight down to the next step; else a bow on the left."""
    y0, y1 = (top + at * (STEP + STEP_GAP) for at in (start, end))
    if end == start + 1:
        way, colour = f"M{left + 40},{y0 + STEP} V{y1 - 2}", BLUE
    else:
        out, turn = left - 30 - 12 * min(7, abs(end - start)), 10 if end > start else -10
        way = (
            f"M{left},{y0 + 15} H{out + 10} Q{out},{y0 + 15} {out},{y0 + 15 + turn} V{y1 + 15 - turn}"
            f" Q{out},{y1 + 15} {out + 10},{y1 + 15} H{left - 3}"
        )
        colour = GREY
    return f'<path d="{way}" stroke="{colour}" stroke-width="1.5" fill="none" marker-end="url(#tip)"/>'
