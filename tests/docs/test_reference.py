"""The reference says what the code says: made pages are fresh, and written ones leave nothing out."""

from __future__ import annotations

import dataclasses
import importlib.util
import inspect
import re
import shlex
from types import ModuleType

import pytest

import flowsim
from flowsim import api
from flowsim.pathway import Pathway, conditions
from flowsim.pathway import model as declarations
from tests.docs.pages import ROOT

pytestmark = pytest.mark.golden

REFERENCE = ROOT / "docs" / "reference"


def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("reference_pages", ROOT / "docs" / "pages.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


MADE = script()


def page(name: str) -> str:
    return (REFERENCE / name).read_text(encoding="utf-8")


def chapter(text: str, title: str) -> str:
    """The text under a heading, up to the next of the same or a higher level."""
    found = re.search(rf"^(#+) {re.escape(title)}$", text, re.MULTILINE)
    assert found, f"there is no heading `{title}`"
    rest = text[found.end() :]
    following = re.search(rf"^#{{1,{len(found[1])}}} ", rest, re.MULTILINE)
    return rest[: following.start()] if following else rest


@pytest.mark.parametrize("name", MADE.PAGES)
def test_a_made_page_is_what_the_code_says_now(name):
    assert page(name) == MADE.PAGES[name](), "run: python docs/pages.py"


@pytest.mark.parametrize("name", MADE.commands())
def test_the_example_in_a_commands_help_can_be_typed(name):
    command = MADE.commands()[name]
    examples = MADE.examples(command)
    assert examples, "help has an example"
    for example in examples:
        words = shlex.split(example)
        assert words[:2] == ["flowsim", name]
        command.make_context(name, words[2:])  # raises what the command line would say


VERBS = [name for name, _ in inspect.getmembers(Pathway, inspect.isfunction) if not name.startswith("_")]


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_is_explained_with_every_word_that_it_takes(verb):
    section = chapter(page("language.md"), verb)
    takes = [name for name in inspect.signature(getattr(Pathway, verb)).parameters if name != "self"]
    common = {"label", "branches"}  # explained once, at the top
    if verb == "use":  # its words for seizing are those of seize
        common |= set(inspect.signature(Pathway.seize).parameters)
    assert [name for name in takes if name not in common and f"`{name}" not in section] == []


def test_every_condition_and_declaration_is_explained():
    text = page("language.md")
    asked = [name for name, item in inspect.getmembers(conditions, inspect.isfunction)
             if item.__module__ == conditions.__name__ and name not in ("parts", "each_part", "replace")]  # fmt: skip
    declared = ["attribute", "resource", "calendar", "source", "rule", "load_model"]
    assert all(hasattr(declarations, name) for name in declared)
    assert [name for name in (*asked, *declared) if f"`{name}(" not in text] == []


def test_everything_public_in_python_is_in_the_reference():
    text = page("python-api.md")
    public = set(flowsim.__all__) - {"__version__"}
    assert [name for name in public if f"`{name}" not in text and f"fs.{name}" not in text] == []
    for kind in (api.Place, api.Result, api.Comparison, api.Plots):
        members = [name for name in vars(kind) if not name.startswith("_")]
        fields = {field.name for field in dataclasses.fields(kind)}
        assert [name for name in members if name not in fields and f".{name}" not in text] == []


SIMPY = ("simpy_engine", "queueing", "verbs", "routing", "restoring", "pool", "patient", "state", "waits_for")


@pytest.mark.parametrize("files", [SIMPY, ("compiled_engine", "compiled/*")], ids=["simpy", "compiled"])
def test_each_engine_cites_the_contracts_rules_and_no_others(files):
    """Every rule about what happens is cited where it is kept; rule 14 is only about limits."""
    engines = ROOT / "flowsim" / "engines"
    contract = (engines / "contract.md").read_text(encoding="utf-8")
    rules = set(re.findall(r"^## (\d+)\.", contract, re.MULTILINE))
    text = "".join(path.read_text(encoding="utf-8") for name in files for path in engines.glob(f"{name}.py"))
    lists = re.findall(r"\brules? (\d+(?:(?:, | and )\d+)*)", text)
    cited = {number for found in lists for number in re.findall(r"\d+", found)}
    assert rules - {"14"} <= cited <= rules


def test_every_item_of_the_checklist_is_answered():
    text = page("stress_des.md")
    items = "1.1 1.2 1.3 2.1 2.2 2.3 2.4 2.5.1 2.5.2 2.5.3 2.5.4 2.5.5 3.1 3.2 3.3 3.4 4.1 4.2 4.3 5.1 5.2 5.3 5.4 6.1"
    assert [
        item for item in items.split() if not re.search(rf"^\| {re.escape(item)} ", text, re.MULTILINE)
    ] == []
