"""Drawings of a tiny model, to the letter; and of the large one, that nothing is missing.

The stored drawings are written anew by FLOWSIM_REDRAW=1 pytest tests/outputs/test_draw.py, and read as a diff.
"""

from __future__ import annotations

import os
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from flowsim.outputs.draw import mermaid, pathway_svg, svg, ways
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
