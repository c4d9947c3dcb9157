"""The pieces of our own drawings: a page, a box with lines, words that fit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

BLUE = "#005EB8"  # NHS blue
DARK = "#212B32"
GREY = "#4C6272"
FONT = "Frutiger, Arial, Helvetica, sans-serif"
HEAD, LINE = 26, 17
LOADS = (
    (0.85, BLUE, "blue below 85%"),
    (0.95, "#330072", "purple below 95%"),
    (9.9, "#8A1538", "dark red above"),
)
"""Colours that white words can be read on, also by the colour-blind; each box says its figure as well."""
LOAD_LEGEND = ", ".join(words for _, _, words in LOADS) + ", grey where nothing is waited for"
LETTER = 0.63
"""Mean width of a letter, as a part of the size of the font."""


@dataclass(frozen=True)
class Line:
    """A line in a box: a way on (with the box it leads to), an end, or what there was no room for."""

    words: str
    kind: str
    to: str = ""
    whole: str = ""


def page(width: int, height: int, title: str, about: str, drawn: Sequence[str]) -> str:
    """An SVG document that says in words what it shows, for those who do not see it."""
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img" aria-labelledby="title desc" font-family="{FONT}">'
    )
    top = [
        head,
        f'<title id="title">{escape(title)}</title>',
        f'<desc id="desc">{escape(about)}</desc>',
        arrow_head(),
        f'<rect width="{width}" height="{height}" fill="#FFFFFF"/>',
        f'<rect width="{width}" height="44" fill="{BLUE}"/>',
        text(20, 29, title, size=19, colour="#FFFFFF", bold=True),
        text(20, 66, shortened(about, 190), size=12, colour=GREY),
    ]
    return "\n".join([*top, *drawn, "</svg>"]) + "\n"


def arrow_head() -> str:
    """The tip that every line shares."""
    return (
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="6" refY="4" markerWidth="8" markerHeight="8"'
        ' markerUnits="userSpaceOnUse" orient="auto">'
        f'<path d="M0,0 L8,4 L0,8 z" fill="{BLUE}"/></marker></defs>'
    )


def text(
    x: int, y: int, words: str, *, size: int, colour: str = DARK, bold: bool = False, anchor: str = "start"
) -> str:
    """Words at a place."""
    weight = ' font-weight="bold"' if bold else ""
    where = f' text-anchor="{anchor}"' if anchor != "start" else ""
    return f'<text x="{x}" y="{y}" font-size="{size}" fill="{colour}"{weight}{where}>{escape(words)}</text>'


def shortened(words: str, most: int) -> str:
    """The words, or as many as there is room for."""
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"


def colour_of_load(share: float | None) -> str:
    """The colour of a box by how full something is; grey if there is nothing to be full."""
    return GREY if share is None else next(colour for limit, colour, _ in LOADS if share < limit)


def box(
    x: int,
    y: int,
    width: int,
    title: str,
    lines: Sequence[Line],
    *,
    anchor: str,
    entries: Sequence[str] = (),
    colour: str = BLUE,
) -> Iterator[str]:
    """A titled box with its lines; with `entries`, patients make their first contact here."""
    height = HEAD + 8 + LINE * len(lines)
    edge = 3 if entries else 1
    yield f'<g id="{escape(anchor)}">'
    if entries:
        yield f"<title>First contacts: {escape(', '.join(entries))}</title>"
        yield (
            f'<path d="M{x + width // 2},{y - 20} v13" stroke="{colour}" stroke-width="3" marker-end="url(#tip)"/>'
        )
    yield (
        f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="5" fill="#FFFFFF" stroke="{colour}"'
        f' stroke-width="{edge}"/>'
    )
    top = f"M{x},{y + HEAD} v{5 - HEAD} a5,5 0 0 1 5,-5 h{width - 10} a5,5 0 0 1 5,5 v{HEAD - 5} z"
    yield f'<path d="{top}" fill="{colour}"/>'
    yield text(
        x + 9,
        y + 18,
        shortened(title, int((width - 16) / (14 * LETTER))),
        size=13,
        colour="#FFFFFF",
        bold=True,
    )
    for at, line in enumerate(lines):
        yield _line(x + 9, y + HEAD + 17 + at * LINE, width - 14, line)
    yield "</g>"


def _line(x: int, y: int, width: int, line: Line) -> str:
    colour = GREY if line.kind in ("end", "more", "load") else DARK
    words = text(x, y, _fitted_way(line.words, width, 11), size=11, colour=colour)
    whole = f"<title>{escape(line.whole or line.words)}</title>"
    inside = f"<g>{whole}{words}</g>"
    return f'<a href="#{escape(line.to)}">{inside}</a>' if line.to else inside


def _fitted_way(words: str, width: int, size: int) -> str:
    """Of a way `why → where`, the reason is shortened first: where it leads matters more."""
    why, arrow, where = words.rpartition(" → ")
    room = int(width / (size * LETTER))
    if not arrow or len(words) <= room:
        return shortened(words, room)
    where = shortened(where, max(12, room * 2 // 3))
    return f"{shortened(why, max(6, room - len(where) - 3))}{arrow}{where}"
