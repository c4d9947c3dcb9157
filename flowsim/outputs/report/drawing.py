"""How a picture of a report is drawn: narrow enough for a telephone, as SVG that says in words what it shows."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from io import BytesIO, StringIO
from typing import Any

WIDTH = 4.5
"""Inches. A telephone is hardly wider, so letters stay readable there without turning or dragging."""
TEXT, QUIET = "#212B32", "#4C6272"
SIZE, SMALL = 10, 9
FONT = "Arial, Helvetica, sans-serif"
STYLE: dict[str, Any] = {
    "svg.fonttype": "none",  # words stay words: they can be searched, copied and read aloud
    "svg.hashsalt": "flowsim",  # the same picture is the same bytes
    "font.family": "DejaVu Sans",  # to measure with: every machine has it, and it is wider than what is shown
    "font.size": SIZE,
    "text.color": TEXT,
    "axes.labelcolor": QUIET,
    "axes.edgecolor": QUIET,
    "xtick.color": QUIET,
    "ytick.color": QUIET,
    "text.parse_math": False,
}


@dataclass(frozen=True)
class Picture:
    """A drawn figure: the heading that says its message, what it shows in words, and how it is drawn."""

    name: str
    heading: str
    alt: str
    draw: Callable[[], Any]
    note: str = ""
    tall: bool = False

    def svg(self) -> str:
        """The figure as inline SVG with its title and description."""
        written = StringIO()
        self._saved(written, format="svg", metadata={"Date": None, "Creator": None})
        return inline(written.getvalue(), self.name, self.heading, self.alt)

    def png(self) -> bytes:
        """The figure as PNG, for documents that know no SVG."""
        written = BytesIO()
        self._saved(written, format="png", dpi=200)
        return written.getvalue()

    def _saved(self, written: Any, **how: Any) -> None:
        import matplotlib as mpl

        mpl.use("Agg")
        from matplotlib import pyplot as plt

        with mpl.rc_context(STYLE):  # type: ignore[arg-type]
            figure = self.draw()
            figure.savefig(written, **how)
            plt.close(figure)


def axes(height: float) -> tuple[Any, Any]:
    """A figure of the usual width with one pair of axes and nothing that is not needed."""
    from matplotlib import pyplot as plt

    figure, found = plt.subplots(figsize=(WIDTH, height), layout="constrained")
    for side in ("top", "right", "left"):
        found.spines[side].set_visible(False)
    found.tick_params(axis="y", length=0)
    return figure, found


def inline(svg: str, name: str, heading: str, alt: str) -> str:
    """An SVG document as part of a page: no prologue, ids of its own, a title and a description."""
    svg = svg[svg.index("<svg") :]
    head, body = svg.split(">", 1)
    box = re.search(r'viewBox="([^"]*)"', head)
    assert box is not None
    body = re.sub(r"<metadata>.*?</metadata>", "", body, flags=re.DOTALL)
    body = re.sub(r"<(title|desc)( id=\"(?:title|desc)\")?>.*?</\1>", "", body, count=2, flags=re.DOTALL)
    body = re.sub(r'\bid="([^"]*)"', rf'id="{name}-\1"', body)
    body = re.sub(r'(?:xlink:)?href="#', f'href="#{name}-', body)
    body = body.replace("url(#", f"url(#{name}-").replace("'DejaVu Sans'", FONT)
    body = re.sub(r'\s+xmlns(:\w+)?="[^"]*"', "", body)
    return (
        f'<svg viewBox="{box[1]}" role="img" aria-labelledby="{name}-title {name}-desc" font-family="{FONT}">'
        f'<title id="{name}-title">{escape(heading)}</title><desc id="{name}-desc">{escape(alt)}</desc>{body}'
    )


HEAD = {"fontsize": SIZE, "color": TEXT, "fontweight": "bold", "va": "bottom"}


def slug(name: str) -> str:
    """A name as part of an id."""
    return "".join(letter if letter.isalnum() else "-" for letter in name.lower())
