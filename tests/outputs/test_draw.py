"""Drawings of a tiny model, to the letter; and of the large one, that nothing is missing.

The stored drawings are written anew by FLOWSIM_REDRAW=1 pytest tests/outputs/test_draw.py, and read as a diff.
"""

from __future__ import annotations

import os
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from flowsim.outputs.draw import mermaid, pathway_svg, svg, ways
from flowsim.outputs.draw_parts import colour_of_load
from flowsim.pathway import load_model
from tests.pathway.drawn_model import drawn_model

pytestmark = pytest.mark.unit

STORED = Path(__file__).parent / "drawings"
SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize(
    ("name", "draw"),
    [
        ("tiny.mmd", mermaid),
        ("tiny.svg", svg),
        ("tiny_ed.svg", lambda model: pathway_svg(model, "ed")),
    ],
)
def test_a_tiny_model_is_drawn_like_this(name, draw):
    drawn = draw(drawn_model())
    if os.environ.get("FLOWSIM_REDRAW"):
        (STORED / name).write_text(drawn, encoding="utf-8")
    assert drawn == (STORED / name).read_text(encoding="utf-8")


def test_each_way_says_all_its_reasons_once():
    told = {(way.start, way.end, way.returns): way.why for way in ways(drawn_model())}
    assert told == {
        ("ed", "left", False): "gives up",
        ("ed", "ward", False): "admit",
        ("ward", "ed", True): "comes back",
    }


def test_the_drawing_of_the_large_model_has_every_pathway_once_inside_the_page():
    model = load_model("urgent_care")
    drawing = ET.fromstring(svg(model))
    assert drawing.find(f"{SVG}title").text == model.title
    assert drawing.find(f"{SVG}desc").text
    boxes = [group.get("id") for group in drawing.iter(f"{SVG}g") if group.get("id")]
    assert sorted(boxes) == sorted(chain.name for chain in model.pathways)
    _, _, width, height = (int(part) for part in drawing.get("viewBox").split())
    for rect in drawing.iter(f"{SVG}rect"):
        assert 0 <= int(rect.get("x", 0)) <= width - int(rect.get("width"))
        assert 0 <= int(rect.get("y", 0)) <= height - int(rect.get("height"))


def test_every_pathway_of_the_large_model_can_be_drawn():
    model = load_model("urgent_care")
    for chain in model.pathways:
        ET.fromstring(pathway_svg(model, chain.name))


def test_words_of_a_title_cannot_break_the_drawing():
    from flowsim.pathway import Model, pathway

    model = Model(
        name="a", title='A & B <"C">', pathways=(pathway("ed", title='<script> & "x"').leave("home"),)
    )
    assert ET.fromstring(svg(model)).find(f"{SVG}title").text == model.title
    assert "#quot;x#quot;" in mermaid(model)


def test_a_drawing_with_load_says_how_full_and_colours_the_box():
    drawn = svg(drawn_model(), {"ed": ("Cubicles", 0.97)})
    assert "97% in use: Cubicles" in drawn
    box = drawn[drawn.index('<g id="ed">') :].split("</g>")[0]
    assert "#8A1538" in box
    assert "Colour: how full" in drawn
    assert "Colour" not in svg(drawn_model())


def test_white_words_can_be_read_on_every_colour_of_load():
    for share in (None, 0.1, 0.9, 1.2):
        assert contrast_with_white(colour_of_load(share)) >= 4.5


def contrast_with_white(colour):
    """The contrast of WCAG 2.2."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 1.05 / (0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05)
