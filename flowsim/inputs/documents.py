"""The shape of a config: which keys may stand where. The JSON Schema for editors is made from it.

Numbers, rotas, tables and distributions have a grammar of their own and are read elsewhere; here they
are any value. A key that is not known is a mistake, and the nearest right one is offered.
"""

from __future__ import annotations

import json
import typing
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, WithJsonSchema
from pydantic_core import ErrorDetails, PydanticCustomError

from flowsim.errors import Problem, did_you_mean
from flowsim.inputs.distributions import FAMILIES
from flowsim.inputs.reading import STATUSES
from flowsim.inputs.tree import Node

SCHEMA_FILE = Path(__file__).parent / "schema" / "config.schema.json"


def _is_text(value: Any) -> Any:
    if isinstance(value, dict | list) or value is None:
        raise PydanticCustomError("a_text", "a text is wanted")
    return value


def _is_table(value: Any) -> Any:
    if not isinstance(value, dict):
        raise PydanticCustomError("a_table", "a table is wanted")
    return value


_NUMBER = {"type": ["string", "number"]}
Text = Annotated[Any, AfterValidator(_is_text), WithJsonSchema({"type": ["string", "number", "boolean"]})]
Number = Annotated[Any, WithJsonSchema({"x-grammar": "number"})]
Table = Annotated[Any, WithJsonSchema({"x-grammar": "table"})]
Amounts = Annotated[Any, AfterValidator(_is_table), WithJsonSchema({"x-grammar": "amounts"})]
Value = Annotated[Any, WithJsonSchema({"x-grammar": "value"})]
Names = Annotated[Any, WithJsonSchema({"anyOf": [_NUMBER, {"type": "array", "items": _NUMBER}]})]
Anything = Annotated[Any, WithJsonSchema({})]


class Document(BaseModel):
    """A table whose keys are all known."""

    model_config = ConfigDict(extra="forbid", defer_build=True)


class Sourced(Document):
    """A table beside which its source may stand."""

    source: Text = None
    status: Annotated[Any, AfterValidator(_is_text), WithJsonSchema({"enum": list(STATUSES)})] = None
    range: Anything = None
    owner: Text = None
    note: Text = None


class PopulationDocument(Sourced):
    """Who lives here."""

    people: Table = Field(None, description="How many people, by attributes.")
    shares: dict[str, Table] = Field(
        {}, description="Further attributes of people, as shares by those already there."
    )


class ProfileDocument(Sourced):
    """When within the week and the year people come; relative numbers."""

    hour_of_week: list[Number] = Field([], description="168 numbers from Monday 00:00.")
    hour_of_day: list[Number] = Field([], description="24 numbers from midnight.")
    day_of_week: list[Number] = Field([], description="7 numbers from Monday.")
    month: Table = Field(None, description="12 numbers from January, or by attributes.")
    holidays: Number = Field(None, description="A factor on holidays.")


class SourceDocument(Sourced):
    """Who comes: one of per_1000_people_per_year, rate, booked or trace."""

    per_1000_people_per_year: Table = Field(
        None, description="Arrivals a year per 1,000 people, by attributes."
    )
    rate: Number = Field(None, description="A plain rate such as 12/h.")
    booked: Amounts = Field(None, description="A booked list such as {mon-fri 07:30: 18}.")
    trace: Anything = Field(None, description="A CSV file in the same folder, or a list of patients.")
    mix: dict[str, Table] = Field({}, description="Shares of attributes.")
    relative: Table = Field(None, description="Relative risks, raked.")
    keep: Names = Field(None, description="The attributes whose groups keep their rates.")
    profile: ProfileDocument | None = Field(None, description="When they come.")
    multiplier: Table = Field(None, description="A factor on demand.")


class CapacityDocument(Sourced):
    """How many there are: one of capacity, rota or steps."""

    capacity: Number = Field(None, description="The same all week.")
    rota: Amounts = Field(None, description="{mon-fri 08:00-20:00: 6}")
    steps: Amounts = Field(None, description="{0 h: 3, 7 h: 2}")
    change_by_month: Amounts = Field(None, description="{jan: -6}")


class ResourceDocument(CapacityDocument):
    """A resource, the same everywhere or by site."""

    by_site: dict[str, CapacityDocument] = Field({}, description="A capacity for each site.")


class OpeningDocument(Sourced):
    """When it is open."""

    open: Anything = Field(None, description="[mon-fri 09:00-12:00]")


class CalendarDocument(OpeningDocument):
    """A calendar, the same everywhere or by site."""

    by_site: dict[str, OpeningDocument] = Field({}, description="Opening times for each site.")


class ThresholdDocument(Sourced):
    """When a rule switches, and by how much."""

    on: Number = Field(None, description="Switches on at this level or above.")
    off: Number = Field(None, description="Switches off at this level or below.")
    change: Number = Field(None, description="The change of capacity while it is on.")
    enabled: Anything = Field(True, description="false switches the rule off.")


class RuleDocument(ThresholdDocument):
    """A rule, the same everywhere or by site."""

    by_site: dict[str, ThresholdDocument] = Field({}, description="Thresholds for each site.")


class OptionDocument(Sourced):
    """Something that can be switched on."""

    title: Text = None
    description: Text = None
    change: Amounts = Field(description="New values by path: {resources.beds.capacity: +24}.")
    evidence: Anything = Field(None, description="What is known for and against it.")
    cost: Amounts = Field(None, description="{recurrent: 1_100_000 GBP}")


class ObservedDocument(Sourced):
    """What was really seen."""

    kpi: Text
    value: Number
    period: Text = None
    group: Anything = None
    used_to_set: Annotated[Any, WithJsonSchema({"type": "boolean"})] = False
    tolerance: Number = None


class ConfigDocument(Sourced):
    """A place in numbers."""

    schema_: Literal[1] = Field(1, alias="schema")
    name: Text = None
    title: Text = None
    description: Text = None
    model: Text = None
    start: Text = None
    reference_year: Text = None
    catchment: Text = None
    sites: list[Text] = []
    attributes: dict[str, list[Text]] = {}
    holidays: list[Text] = []
    periods: dict[str, list[Text]] = {}
    warm_up: Number = None
    include: list[Text] = []
    population: PopulationDocument | None = None
    sources: dict[str, SourceDocument] = {}
    resources: dict[str, ResourceDocument] = {}
    calendars: dict[str, CalendarDocument] = {}
    rules: dict[str, RuleDocument] = {}
    parameters: dict[str, Value] = {}
    options: dict[str, OptionDocument] = {}
    observed: list[ObservedDocument] = []


def check_shape(
    root: Node, shape: type[Document] = ConfigDocument
) -> list[tuple[tuple[str | int, ...], Problem]]:
    """Every key that is unknown or missing, and every table that is not one, with its place in the tree."""
    try:
        shape.model_validate(root.plain())
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=True)
        return [_problem(root, one, shape) for one in found]
    return []


def _problem(root: Node, found: ErrorDetails, shape: type[Document]) -> tuple[tuple[str | int, ...], Problem]:
    """A fault in our own words: pydantic's are for programmers."""
    node, names, kind = root, "", found["type"]
    for step in found["loc"]:
        below = node.table.get(str(step)) if isinstance(step, str) else _member(node, step)
        names += f"[{step + 1}]" if isinstance(step, int) else f".{step}" if names else str(step)
        if below is None:
            break
        node = below
    key = str(found["loc"][-1]) if found["loc"] else ""
    value = node.text() if node.is_scalar and kind != "missing" else ""
    what, remedy = _words(kind, key, found["loc"], shape)
    return found["loc"], Problem(node.file, node.line, names, value, what, remedy)


def _words(kind: str, key: str, loc: tuple[str | int, ...], shape: type[Document]) -> tuple[str, str]:
    if kind == "extra_forbidden":
        known = keys_at(loc[:-1], shape)
        return f"`{key}` is not a key here.", did_you_mean(key, known, f"Known here: {', '.join(known)}.")
    if kind == "missing":
        return f"`{key}` is missing.", "Add it."
    if kind == "literal_error":
        return "This is not schema 1, the only one that this version of flowsim reads.", "Write `schema: 1`."
    if kind == "list_type":
        return "A list is wanted.", "Write [one, two]."
    if kind == "a_text":
        return "A text is wanted.", "Write one value."
    keys = keys_at(loc, shape)
    return (
        "A table of names and values is wanted.",
        f"Known here: {', '.join(keys)}." if keys else "Write {name: value}.",
    )


def keys_at(loc: Iterable[str | int], shape: type[Document] = ConfigDocument) -> list[str]:
    """The keys that may stand at a place of the document."""
    kind: Any = shape
    for step in loc:
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            fields = {field.alias or name: field.annotation for name, field in kind.model_fields.items()}
            kind = _inside(fields.get(str(step)))
        elif typing.get_origin(kind) is dict:
            kind = _inside(typing.get_args(kind)[1])
        elif typing.get_origin(kind) is list:
            kind = _inside(typing.get_args(kind)[0])
        else:
            return []
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return [
            field.alias or name
            for name, field in kind.model_fields.items()
            if name not in Sourced.model_fields
        ]
    return []


def _inside(kind: Any) -> Any:
    """The document in `Document | None`."""
    documents = [
        part for part in typing.get_args(kind) if isinstance(part, type) and issubclass(part, BaseModel)
    ]
    return documents[0] if documents and typing.get_origin(kind) not in (dict, list) else kind


def _member(node: Node, number: int) -> Node | None:
    return node.items[number] if 0 <= number < len(node.items) else None


def json_schema(shape: type[Document] = ConfigDocument, title: str = "A flowsim config") -> dict[str, Any]:
    """The JSON Schema of a document, for editors that complete and check as one types."""
    schema: dict[str, Any] = _with_references(shape.model_json_schema(by_alias=True))
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = title
    defs = schema.setdefault("$defs", {})
    defs["number"] = {
        "anyOf": [_NUMBER, {"type": "object", "required": ["value"]}],
        "description": "8 min, 12/h, 60%, 3, or {value: ..., source: ...}",
    }
    defs["table"] = {
        "anyOf": [_NUMBER, {"type": "array"}, {"type": "object"}],
        "description": "A value, or {by: [attribute], values: {...}}.",
    }
    defs["amounts"] = {"type": "object"}
    defs["value"] = {
        "anyOf": [_NUMBER, {"type": "object"}],
        "description": f"A time, a number, shares, a table by attributes, or one of: {', '.join(FAMILIES)}.",
    }
    return schema


def _with_references(schema: Any) -> Any:
    """The grammars of numbers and tables, which pydantic does not know, put in by name."""
    if isinstance(schema, dict):
        own = {key: _with_references(child) for key, child in schema.items() if key != "x-grammar"}
        return own | ({"$ref": f"#/$defs/{schema['x-grammar']}"} if "x-grammar" in schema else {})
    return [_with_references(child) for child in schema] if isinstance(schema, list) else schema


def schema_text(shape: type[Document] = ConfigDocument, title: str = "A flowsim config") -> str:
    """The schema as it is shipped."""
    return json.dumps(json_schema(shape, title), indent=1, sort_keys=True, ensure_ascii=False) + "\n"
