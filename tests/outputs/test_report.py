"""The report of a run: one file, that answers first, and that everybody can read."""

from __future__ import annotations

import json
import re
import shutil
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from flowsim.errors import RunError
from flowsim.outputs.folder import write_run
from flowsim.outputs.report import Asked, Standard
from flowsim.outputs.report.drawing import inline
from flowsim.outputs.report.kept import read_run
from flowsim.outputs.report.page import page
from flowsim.outputs.report.sentences import decision
from flowsim.outputs.report.write import make_again
from flowsim.studies.design import Design
from flowsim.studies.replicate import replicate
from flowsim.studies.scenario import Scenario
from flowsim.studies.study import Study
from tests.outputs.test_draw import contrast_with_white
from tests.tiny_place import write_place

pytestmark = pytest.mark.unit

NASTY = "A <script>alert('hill & valley')</script> clinic"
ASKED = Asked(
    question="Is a third nurse worth it?",
    prediction="Waits halve.",
    kpis=("wait",),
    standards=(Standard("quick", "at least", 0.5),),
)
VOID = {"meta", "link", "br", "hr", "img", "input", "path", "rect", "use", "circle"}


class Page(HTMLParser):
    """Every element with its attributes, in order, and the text of each heading and paragraph."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.open, self.texts, self.wrong = [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes), tuple(self.open)))
        if tag not in VOID:
            self.open.append(tag)
            self.texts.append([tag, ""])

    def handle_startendtag(self, tag, attributes):
        self.elements.append((tag, dict(attributes), tuple(self.open)))

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)

    def handle_data(self, data):
        for entry in self.texts[-3:]:
            entry[1] += data

    def of(self, tag):
        return [attributes for name, attributes, _ in self.elements if name == tag]


def studied(folder, replications=3, title="", days=98, **more):
    place = write_place(folder / "clinic")
    if title:
        config = place / "config.yaml"
        text = config.read_text(encoding="utf-8").replace("title: A clinic", f"title: {json.dumps(title)}")
        config.write_text(text, encoding="utf-8")
    base = Scenario(str(place))
    scenarios = [base, base.with_options("more_nurses")]
    design = Design(replications=replications, days=days, warm_up=1, workers=1, **more)
    return Study(design, {one.name: one.program() for one in scenarios}, replicate(scenarios, design))


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    write_run(studied(folder, title=NASTY), folder / "out", "flowsim run clinic --out out", 1.0, asked=ASKED)
    return folder / "out"


@pytest.fixture(scope="module")
def html(run):
    return (run / "report.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def read(html):
    return Page(html)


def test_every_element_is_closed_and_every_id_is_its_own(read):
    assert read.wrong == []
    assert read.open == []
    ids = [attributes["id"] for _, attributes, _ in read.elements if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_nothing_is_fetched_and_nothing_runs(html, read):
    assert not re.search(r"https?:|//[a-z]|@import|javascript:", html)
    assert not {"script", "link", "iframe", "object", "embed", "img", "base", "form"} & {
        tag for tag, *_ in read.elements
    }
    for _, attributes, _ in read.elements:
        assert not [name for name in attributes if name.startswith("on") or name == "src"]
        assert attributes.get("href", "#").startswith("#")


def test_links_within_the_page_lead_somewhere(read):
    ids = {attributes.get("id") for _, attributes, _ in read.elements}
    assert {attributes["href"][1:] for _, attributes, _ in read.elements if attributes.get("href")} <= ids
    named = [
        attributes["aria-labelledby"].split()
        for _, attributes, _ in read.elements
        if "aria-labelledby" in attributes
    ]
    assert {name for names in named for name in names} <= ids


def test_what_a_config_says_is_text_and_never_markup(html):
    assert "<script" not in html
    assert "A &lt;script&gt;alert(" in html


def test_the_language_is_named_and_headings_are_in_order(read):
    assert read.of("html")[0]["lang"] == "en-GB"
    levels = [int(tag[1]) for tag, *_ in read.elements if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_every_picture_says_what_it_shows(read):
    pictures = read.of("svg")
    assert len(pictures) >= 3
    for one in pictures:
        assert one["role"] == "img"
        title, description = one["aria-labelledby"].split()
        tags = {attributes.get("id"): tag for tag, attributes, _ in read.elements}
        assert (tags[title], tags[description]) == ("title", "desc")
    said = [text for tag, text in read.texts if tag == "desc"]
    assert all(len(text) > 30 for text in said)


def test_tables_have_scopes_and_boxes_that_scroll_can_be_reached(read):
    assert all("scope" in attributes for attributes in read.of("th"))
    boxes = [attributes for attributes in read.of("div") if "scroll" in attributes.get("class", "")]
    assert boxes
    for box in boxes:
        assert box["tabindex"] == "0"
        assert box["role"] == "region"
        assert box.get("aria-label") or box.get("aria-labelledby")


def test_the_first_link_skips_to_the_answer(read):
    first = read.of("a")[0]
    assert (first["class"], first["href"]) == ("skip", "#answer")


def test_the_decision_stands_first(html):
    assert (
        html.index('<section id="answer"') < html.index('<p class="decision">') < html.index('id="question"')
    )
    first = html[html.index('<p class="decision">') :].split("</p>")[0]
    text = re.sub(r"<[^>]+>", "", first)
    assert re.search(
        r"A third nurse lowers Wait, mean by [\d.]+ minutes \(95% interval [\d.]+ to [\d.]+, paired\)", text
    )
    assert "It meets the standard of Seen in ten minutes at least 50% in 100% of runs of 98 days" in text


def test_sections_come_in_the_order_of_the_reader(read):
    sections = [attributes["id"] for attributes in read.of("section")]
    assert sections == ["answer", "question", "pictures", "figures", "assumptions", "trust", "again"]


def test_question_and_prediction_are_told(html):
    assert "Is a third nurse worth it?" in html
    assert "Waits halve." in html


def test_the_report_is_the_same_bytes_again(run, html, tmp_path):
    again = tmp_path / "again"
    shutil.copytree(run, again)
    (again / "report.html").unlink()
    make_again(again)
    assert (again / "report.html").read_text(encoding="utf-8") == html
    manifest = [json.loads((folder / "manifest.json").read_text(encoding="utf-8")) for folder in (run, again)]
    assert manifest[0] == manifest[1]


def test_a_file_that_was_changed_since_is_told(run, tmp_path):
    again = tmp_path / "again"
    shutil.copytree(run, again)
    with (again / "weekly.csv").open("a", encoding="utf-8") as file:
        file.write("baseline,0,99,wait,1.0,minutes\n")
    assert "weekly.csv: no longer what the run wrote" in page(read_run(again))
    assert "no longer what the run wrote" not in page(read_run(run))


def test_a_folder_that_is_no_runs_is_refused(tmp_path, run):
    with pytest.raises(RunError, match=r"is not a run's folder: it has no manifest\.json"):
        read_run(tmp_path)
    shutil.copy(run / "manifest.json", tmp_path)
    with pytest.raises(RunError, match=r"was written by an older flowsim: it has no report\.json"):
        read_run(tmp_path)


def test_few_replications_give_no_decision(tmp_path):
    write_run(studied(tmp_path, replications=2), tmp_path / "out", "flowsim run clinic")
    said = "".join(text for text, _ in decision(read_run(tmp_path / "out"), "more_nurses"))
    assert "2 runs of each cannot tell an effect from chance" in said
    assert "95%" not in said


def test_one_scenario_says_what_the_place_looks_like(tmp_path):
    study = studied(tmp_path)
    alone = Study(
        study.design, {"baseline": study.programs["baseline"]}, {"baseline": study.replications["baseline"]}
    )
    write_run(alone, tmp_path / "out", "flowsim run clinic")
    text = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert '<p class="decision">People wait ' in text
    assert "Everybody (5 rows)" in text


def test_tables_that_others_put_there_become_pictures(run, tmp_path):
    again = tmp_path / "again"
    shutil.copytree(run, again)
    (again / "delays.csv").write_text(
        "scenario,resource,at,charged_to,charged_at,mean\nbaseline,nurse,,nurse,,30\nbaseline,nurse,,porter,,10\n",
        encoding="utf-8",
    )
    (again / "sensitivity.csv").write_text(
        "scenario,kpi,field,low,middle,high\nmore_nurses,wait,parameters.see,-9,-7,-3\nmore_nurses,wait,later,-8,-7,-6\n",
        encoding="utf-8",
    )
    text = page(read_run(again))
    assert "Of 40 hours of waiting a day, 75% come from a shortage of: Nurses" in text
    assert "A third nurse: what parameters.see really is matters most to “Wait, mean”" in text
    assert "Wait, mean −9.00 to −3.00" in text


def test_a_run_that_kept_delays_shows_them(tmp_path):
    write_run(studied(tmp_path, days=14, attribution=True), tmp_path / "out", "flowsim run clinic")
    kept = read_run(tmp_path / "out")
    assert set(kept.tables["delays.csv"]["charged_to"]) == {"nurse"}
    assert "hours of waiting a day, 100% come from a shortage of: Nurses" in page(kept)


def test_a_drawing_becomes_part_of_a_page():
    inside = '<title id="title">x</title><a href="#b"><g id="b" fill="url(#tip)"/></a>'
    drawn = f'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" width="9">{inside}</svg>'
    text = inline(drawn, "one", "A & B", "what it shows")
    assert text.startswith('<svg viewBox="0 0 9 9" role="img" aria-labelledby="one-title one-desc"')
    assert '<title id="one-title">A &amp; B</title><desc id="one-desc">what it shows</desc>' in text
    assert '<a href="#one-b"><g id="one-b" fill="url(#one-tip)"/></a></svg>' in text
    assert "http" not in text


def test_colours_of_words_stand_out_from_the_paper(html):
    style = html[html.index("<style>") : html.index("</style>")]
    named = dict(re.findall(r"--(\w+): (#[0-9A-F]{6})", style))
    for name in ("ink", "quiet", "blue", "dark", "better", "worse", "changed"):
        assert contrast_with_white(named[name]) >= 4.5, name
