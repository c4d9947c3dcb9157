"""Make the reference pages that say what the code says, from the code.

    python docs/pages.py            write them
    python docs/pages.py --check    say which are out of date, and write nothing

A page is made of the thing that it describes: the command line's own declarations, the shapes of a config, the
measures of the model, the messages that the tests expect. A test compares what is made with what is checked in.
"""

from __future__ import annotations

import ast
import re
import sys
import typing
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = ROOT / "docs" / "reference"
MADE = "<!-- Made by docs/pages.py: change the code that it describes, and run it again. -->\n"
DAY, HOUR, MINUTE = 86_400_000, 3_600_000, 60_000

COMMANDS = """\
Data goes to standard output; progress and messages go to standard error. A mistake of the user's ends with one
message and exit code 2; a mistake of flowsim's ends with code 1 and says how to report it; Ctrl-C ends with 130.
Long work shows a bar of simulated days, and nothing where the output is not a terminal.
"""
KEYS = """\
What each key means and how its values are written is shown by example in [Write a config](../how-to/write-a-config.md).
Any other key is an error, answered with the nearest right name. The same shapes, as a JSON Schema for editors, are in
`flowsim/inputs/schema/config.schema.json`; a first line `# yaml-language-server: $schema=...` with the path of that
file makes many editors complete and check as you type.
"""
QUESTIONS = """\
How they are used is shown by example in [Ask a question](../how-to/ask-a-question.md). Any other key is an error, answered
with the nearest right name; so is an option, a KPI or a path that the place does not have. The same shapes, as a JSON
Schema for editors, are in `flowsim/inputs/schema/experiment.schema.json`.
"""
LAWS = """\
A time is plain (`8 min`) or one of these, fixed by any one of the combinations given. `pNN` is any centile, such as
`p95`. Beside the law may stand `min`, `max` and `outside`: `redraw` (the default) or `clip`.
"""
FIGURES = """\
What the urgent care model measures. A KPI is worked out for everybody and, where the model knows it, for each site,
home, need group and age band. Times are between [milestones](glossary.md); an interval that its patient left, or was
still in when the run ended, counts as over every limit that it had passed. *Better* says which way is good; nothing
is said where it is a matter of context. A year is 365 days: a figure "a year" is the rate of the simulated weeks, not
a forecast of a year.
"""
MISTAKES = """\
What flowsim says to a config or a model that cannot be right. Each of these is a test: the file is written and read,
and the message must come word for word. All that is wrong is told at once.
"""
MODELS = """\
`ward(...)` is a model with a bed, an acuity and a source that starts at the first pathway. `fitting(...)` is a model
that works with a config that fits, except for the entries named: `None` leaves one out.
"""


def cell(text: object) -> str:
    """Text as it may stand in a table."""
    return " ".join(str(text).split()).replace("|", "\\|")


def table(head: tuple[str, ...], rows: list[tuple[object, ...]]) -> str:
    """A Markdown table."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(cell(item) for item in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def code(text: object) -> str:
    """A word as it is typed; nothing for nothing."""
    return f"`{text}`" if str(text) else ""


# --- the command line -------------------------------------------------------------------------------------------------


def commands() -> dict[str, Any]:
    """The commands of the command line by name."""
    from typer.main import get_command

    from flowsim.cli import app

    return dict(get_command(app).commands)  # type: ignore[attr-defined]


def examples(command: Any) -> list[str]:
    """The examples in a command's help."""
    return [found.strip() for found in re.findall(r"flowsim .*?(?=\n|$)", command.callback.__doc__ or "")]


def command_line() -> str:
    """Every command with its arguments, options and an example."""
    parts = [
        "# The command line\n",
        MADE,
        COMMANDS,
        table(("command", "what it does"),
              [(f"[`{name}`](#{name})", summary(one)) for name, one in commands().items()]),
    ]  # fmt: skip
    parts += [_command(name, one) for name, one in commands().items()]
    return "\n".join(parts)


def summary(command: Any) -> str:
    """The first sentence of a command's help."""
    return str((command.callback.__doc__ or "").strip().split("\n")[0])


def _command(name: str, command: Any) -> str:
    text = [f"## {name}\n", summary(command) + "\n"]
    text += [f"Example: `{example}`\n" for example in examples(command)]
    rows = [_parameter(one) for one in command.params if "--help" not in one.opts]
    if rows:
        text.append(table(("argument or option", "default", "what it says"), rows))
    return "\n".join(text)


def _parameter(one: Any) -> tuple[str, str, str]:
    is_option = one.param_type_name == "option"
    names = (
        ", ".join(code(word) for word in sorted(one.opts, key=len)) if is_option else code(one.name.upper())
    )
    plain = isinstance(one.default, str | int | float) and not isinstance(one.default, bool)
    default = code(one.default) if plain else "" if is_option or not one.required else "needed"
    many = " May be repeated." if one.multiple and "repeated" not in (one.help or "") else ""
    return names, default, (one.help or "") + many


# --- the config ------------------------------------------------------------------------------------------------------


def config_keys() -> str:
    """Every key of a config, from the shapes that check it, and the laws of times."""
    from flowsim.inputs.distributions import GRAMMAR
    from flowsim.inputs.documents import ConfigDocument, Sourced
    from flowsim.inputs.reading import STATUSES

    parts = [
        "# Every key of a config\n",
        MADE,
        KEYS,
        "Beside any number or table may stand " + ", ".join(code(key) for key in Sourced.model_fields)
        + "; `status` is one of " + ", ".join(code(status) for status in STATUSES)
        + ". Provenance is inherited downwards: it holds for everything below it that has none of its own.\n",
    ]  # fmt: skip
    for title, names, document in _documents(ConfigDocument):
        hints = typing.get_type_hints(document, include_extras=True)
        rows = [(code(field.alias or name), _kind(hints[name]), field.description or MEANINGS[field.alias or name])
                for name, field in document.model_fields.items()
                if name not in Sourced.model_fields]  # fmt: skip
        said = (document.__doc__ or "").strip()
        parts += [f"## {title}\n", f"{said}{names}\n", table(("key", "is", "meaning"), rows)]
    laws = [
        (code(family), "; ".join(", ".join(code(word) for word in ways) for ways in given))
        for family, given in GRAMMAR.items()
    ]
    laws += [
        ("`scipy`", "`name` (any continuous law of SciPy), its shape parameters, `loc`, `scale`, `unit`"),
        ("`empirical`", "`values`, `weights`: one of the values listed"),
        ("`histogram`", "`edges`, `shares`: uniform within each class"),
        ("`mixture`", "a list of laws, each with its `share`"),
        ("`trace`", "the name of a column of the trace"),
    ]
    parts += [
        "## Laws of times\n",
        LAWS,
        table(("law", "arguments"), laws),
    ]  # fmt: skip
    return "\n".join(parts)


def experiment_keys() -> str:
    """Every key of an experiment, from the shapes that check it."""
    from flowsim.inputs.documents import Sourced
    from flowsim.inputs.experiment_shape import ExperimentDocument

    parts = ["# Every key of an experiment\n", MADE, QUESTIONS]
    for title, names, document in _documents(ExperimentDocument, "The top of an experiment"):
        hints = typing.get_type_hints(document, include_extras=True)
        rows = [(code(field.alias or name), _kind(hints[name]), field.description)
                for name, field in document.model_fields.items()
                if name not in Sourced.model_fields]  # fmt: skip
        parts += [
            f"## {title}\n",
            f"{(document.__doc__ or '').strip()}{names}\n",
            table(("key", "is", "meaning"), rows),
        ]
    return "\n".join(parts)


MEANINGS = {
    "schema": "The version of this grammar.",
    "name": "The place's name: that of its folder or file.",
    "title": "What it is called in tables and pictures.",
    "description": "What it is, in a sentence or two.",
    "model": "The model that it gives numbers to: a name or a path.",
    "start": "Time 0, the first measured day, such as 2018-04-01. Default: 2018-01-01, a Monday.",
    "reference_year": "The year that the numbers are of.",
    "catchment": "Whose care it is, in words.",
    "sites": "The physical sites. Default: one, `main`.",
    "attributes": "Values of attributes that the model leaves open, such as {home: [town, villages]}.",
    "holidays": "Dates on which `holidays` lines of rotas and calendars apply, each year.",
    "periods": "Named periods for measures: {winter: [2018-12-03, 2019-03-03]}, first and last day.",
    "warm_up": "Simulated time before time 0 that is not measured, such as 90 days.",
    "include": "Further files of the same folder. The same key in two of them is an error.",
    "population": "Who lives here.",
    "sources": "Who comes: first contacts, by name.",
    "resources": "How many there are, by name.",
    "calendars": "When things are open, by name.",
    "rules": "Capacity that changes above a threshold, by name.",
    "parameters": "Times, shares and numbers, by name.",
    "options": "What can be switched on, by name.",
    "observed": "What was really seen, to compare with.",
    "kpi": "The KPI's name, as in [KPIs](kpis.md).",
    "value": "What was seen. A percentage is written `62.8%` or, beside a KPI in %, `62.8`; a time with its unit.",
    "period": "When: a period of this config, a financial year such as 2018/19, or nothing for all that is simulated.",
    "group": "For whom: a site, or attribute=value. Default: everybody.",
    "used_to_set": "true if an input was set or solved from it, so that agreement is no evidence.",
    "tolerance": "How far apart they may be, such as 5%.",
}


def _documents(top: Any, title: str = "The top of a config") -> Iterator[tuple[str, str, Any]]:
    """Each table of a document: its title, where it stands in words, and its shape."""
    from pydantic import BaseModel

    yield title, "", top
    ahead = [("", top)]
    while ahead:
        path, document = ahead.pop(0)
        for name, field in document.model_fields.items():
            for inner in re.findall(r"\w+Document", str(field.annotation)):
                shape = next((kind for kind in _all_shapes(BaseModel) if kind.__name__ == inner), None)
                if shape is not None:
                    many = "dict" in str(field.annotation) or "list" in str(field.annotation)
                    deeper = f"{path}{name}" + (".NAME" if many else "")
                    yield code(deeper), "", shape
                    ahead.append((deeper + ".", shape))


def _all_shapes(base: Any) -> Iterator[Any]:
    for kind in base.__subclasses__():
        yield kind
        yield from _all_shapes(kind)


def _kind(annotation: Any) -> str:
    """What stands at a key, in words."""
    from flowsim.inputs import documents, experiment_shape

    if type(None) in typing.get_args(annotation):
        return _kind(next(kind for kind in typing.get_args(annotation) if kind is not type(None)))
    known = {
        "a text": documents.Text, "a number": documents.Number, "a value or table": documents.Table,
        "names and amounts": documents.Amounts, "a parameter": documents.Value, "a name or a list of names": documents.Names,
        "see the meaning": documents.Anything, "a whole number": experiment_shape.Whole,
    }  # fmt: skip
    for words, kind in known.items():
        if annotation == kind:
            return words
    text = str(annotation)
    if "Document" in text:
        return (
            "a list of tables"
            if text.startswith("list")
            else "tables by name"
            if text.startswith("dict")
            else "a table"
        )
    if text.startswith("dict"):
        return "names, each with a list" if "list" in text else "names, each with a value or table"
    return "a list" if text.startswith("list") else "`1`" if "Literal" in text else "true or false"


# --- KPIs ------------------------------------------------------------------------------------------------------------


def kpis() -> str:
    """Every KPI of the urgent care model with its formula in words, and every interval and census it is made of."""
    from flowsim.pathway import load_model

    observe = load_model(ROOT / "models" / "urgent_care").observe
    titles = {item.name: item.title for item in (*observe.intervals, *observe.censuses)}
    parts = [
        "# KPIs and definitions\n",
        MADE,
        FIGURES,
        "## KPIs\n",
        table(("KPI", "in tables", "unit", "better", "how it is worked out"),
              [(one.title, code(one.name), one.unit, "" if one.better == "neither" else one.better,
                in_words(one.formula, titles) + (f". {one.definition}" if one.definition else ""))
               for one in observe.kpis]),
        "## Intervals\n",
        "From the latest start mark to the first end mark that follows.\n",
        table(("interval", "name", "from", "to", "limits", "notes"),
              [(one.title, code(one.name), _marks(one.start), _marks(one.end),
                ", ".join(span(limit) for limit in one.limits), _notes(one)) for one in observe.intervals]),
        "## Patients at midnight\n",
        table(("census", "name", "from", "to", "also those there for at least"),
              [(one.title, code(one.name), _marks(one.start), _marks(one.end),
                ", ".join(span(days * DAY) for days in one.days)) for one in observe.censuses]),
    ]  # fmt: skip
    return "\n".join(parts)


def _marks(names: tuple[str, ...]) -> str:
    return " or ".join(code(name) for name in names)


def _notes(one: Any) -> str:
    notes = []
    if one.keep_first:
        notes.append("a second start does not restart the clock")
    if one.cancelled_by:
        notes.append("does not apply after " + _marks(one.cancelled_by))
    if one.unfinished == "leave_out":
        notes.append("unfinished ones are left out")
    return "; ".join(notes)


def span(ms: int) -> str:
    """A limit as people say it."""
    for unit, size in (("days", DAY), ("h", HOUR), ("min", MINUTE), ("s", 1000)):
        if ms % size == 0:
            return f"{ms // size} {unit if ms // size != 1 or unit != 'days' else 'day'}"
    return f"{ms} ms"


def in_words(formula: Any, titles: dict[str, str]) -> str:  # noqa: PLR0912  (one branch a kind of formula)
    """A formula as a sentence would say it."""
    from flowsim.pathway import formulas as f

    def say(part: Any) -> str:
        return in_words(part, titles)

    name = titles.get(getattr(formula, "interval", "") or getattr(formula, "census", ""), "")
    name = f"*{name}*" if name else ""
    who = _who(getattr(formula, "where", {}))
    things = ", ".join(word.replace("_", " ") for word in f.names_of(getattr(formula, "resources", ())))
    at = " at midnight" if getattr(formula, "midnight", False) else ""
    match formula:
        case f.Count():
            return "passages of " + _marks(f.names_of(formula.milestone)) + who
        case f.Outcomes():
            return "journeys that ended as " + _marks(f.names_of(formula.outcome)) + who
        case f.Starts():
            return "journeys from " + _marks(f.names_of(formula.source)) + who
        case f.Finished():
            return f"number of {name} completed{who}"
        case f.Unfinished():
            return f"number of {name} not completed{who}"
        case f.ShareWithin():
            return f"share of {name} within {span(formula.limit)}{who}"
        case f.ShareOver():
            return f"share of {name} over {span(formula.limit)}{who}"
        case f.CountOver():
            return f"number of {name} over {span(formula.limit)}{who}"
        case f.Mean():
            return f"mean of {name}{who}"
        case f.Percentile():
            return f"{formula.percent:g}th centile of {name}{who}"
        case f.Total():
            return f"sum of {name}{who}"
        case f.TotalOver():
            return f"sum of the part of {name} beyond {span(formula.limit)}{who}"
        case f.Census():
            least = f" who have been there {formula.days} days or more" if formula.days else ""
            return f"patients in {name} at midnight{least}{who}"
        case f.Occupancy():
            return f"in use over open{at}: {things}"
        case f.Utilisation():
            return f"time in use over time open: {things}"
        case f.MeanInUse():
            return f"mean number in use{at}: {things}"
        case f.MeanCapacity():
            return f"mean number open{at}: {things}"
        case f.MeanQueue():
            return f"mean number waiting{at}: {things}"
        case f.MeanOverCapacity():
            return f"mean number in use beyond capacity: {things}"
        case f.HoursOpen():
            return f"time with any open: {things}"
        case f.HoursFull():
            return f"time open with all in use: {things}"
        case f.Queued():
            return (
                f"patients who {formula.what.replace('_', ' ')}: {things}"
                if formula.what != "granted"
                else f"patients given: {things}"
            )
        case f.MeanWait():
            return f"mean wait, no wait included: {things}"
        case f.WaitPercentile():
            return f"{formula.percent:g}th centile of the wait: {things}"
        case f.PerDay():
            return f"{say(formula.of)}, a day"
        case f.PerYear():
            return f"{say(formula.of)}, a year"
        case f.Per1000People():
            people = getattr(formula, "people", 1000)
            each = "each person who lives" if people == 1 else f"{people:,} people who live"
            return f"{say(formula.of)}, for {each} there{who}"
        case f.Ratio():
            return f"({say(formula.of)}) over ({say(formula.over)})"
        case f.Sum():
            return " plus ".join(say(part) for part in formula.parts)
        case f.Difference():
            return f"{say(formula.of)} less {say(formula.less)}"
    raise TypeError(f"no words yet for {type(formula).__name__}")


def _who(where: Any) -> str:
    if not where:
        return ""
    said = [f"{key.replace('_', ' ')} " + " or ".join([values] if isinstance(values, str) else values)
            for key, values in where.items()]  # fmt: skip
    return " (" + ", ".join(said).replace("_", " ") + ")"


# --- mistakes and their messages -------------------------------------------------------------------------------------


def errors() -> str:
    """Every wrong config and wrong model of the tests, with its message."""
    from tests.inputs.wrong_configs import WRONG_CHANGES, WRONG_CONFIGS

    parts = [
        "# Mistakes and their messages\n",
        MADE,
        MISTAKES,
        "## Configs\n",
    ]
    for title, text, message in WRONG_CONFIGS:
        parts += [f"### {title}\n", block("yaml", visible(text)), block("none", message)]
    parts.append("## Options and changes\n")
    for title, text, options, changes, message in WRONG_CHANGES:
        asked = [f"`--option {name}`" for name in options] + [
            f'`--set {key}="{value}"`' for key, value in changes.items()
        ]
        parts += [
            f"### {title}\n",
            block("yaml", visible(text)),
            f"run with {' '.join(asked)}:\n",
            block("none", message),
        ]
    parts += _wrong_models()
    return "\n".join(parts)


def _wrong_models() -> list[str]:
    """Each wrong model as it is written in the tests, with what is said of it."""
    from tests.pathway import wrong_models

    path = ROOT / "tests" / "pathway" / "wrong_models.py"
    text = path.read_text(encoding="utf-8")
    made = next(node.value for node in ast.parse(text).body
                if isinstance(node, ast.AnnAssign) and getattr(node.target, "id", "") == "WRONG")  # fmt: skip
    assert isinstance(made, ast.List)
    parts = [
        "## Models\n",
        MODELS,
    ]
    for (title, _, message), entry in zip(wrong_models.WRONG, made.elts, strict=True):
        assert isinstance(entry, ast.Tuple)
        how = entry.elts[1]
        shown = how.body if isinstance(how, ast.Lambda) else how
        parts += [
            f"### {title}\n",
            block("{code-block} python", f"\n{laid_out(shown)}"),
            block("none", message),
        ]
    return parts


def laid_out(node: ast.expr) -> str:
    """An expression in a layout of our own, so that the page does not change when the tests are formatted."""
    text = ast.unparse(node).replace("'", '"')
    if len(text) > 100:
        text = re.sub(r"\)\.(?=[a-z_]+\()", ")\n    .", text)
    return text


def visible(text: str) -> str:
    """A tab that can be seen."""
    return text.replace("\t", "→   ")


def block(language: str, text: str) -> str:
    """A fenced block, with a fence that the text does not hold."""
    return f"```{language}\n{text.rstrip()}\n```\n"


PAGES: dict[str, Callable[[], str]] = {
    "command-line.md": command_line,
    "config-keys.md": config_keys,
    "experiment-keys.md": experiment_keys,
    "kpis.md": kpis,
    "errors.md": errors,
}


def main(check: bool) -> int:
    """Write the pages, or only say which are out of date."""
    stale = []
    for name, make in PAGES.items():
        path, text = REFERENCE / name, make()
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            stale.append(name)
            if not check:
                path.write_text(text, encoding="utf-8")
    print(f"{'Out of date' if check else 'Written'}: {', '.join(stale) or 'nothing'}")  # noqa: T201
    return int(check and bool(stale))


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(main("--check" in sys.argv))
