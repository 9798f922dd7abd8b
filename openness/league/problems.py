"""Turn what a schema refused into problems that name the setting as its author wrote it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from openness.errors import Problem
from openness.league.complaints import Complaints, Place
from openness.league.cross_check import cross_check
from openness.league.definition import League, Priors

_RULES = {
    "missing": "it must be given",
    "string_type": "a text in quotes is needed",
    "bool_type": "true or false is needed",
    "bool_parsing": "true or false is needed",
    "float_type": "a number is needed",
    "float_parsing": "a number is needed",
    "int_type": "a whole number is needed",
    "int_parsing": "a whole number is needed",
    "int_from_float": "a whole number is needed",
    "finite_number": "a finite number is needed",
    "tuple_type": "a list in square brackets is needed",
    "dict_type": "a table of settings is needed",
    "mapping_type": "a table of settings is needed",
    "greater_than": "it must be above {gt:g}",
    "greater_than_equal": "it must be {ge:g} or more",
    "less_than": "it must be below {lt:g}",
    "less_than_equal": "it must be {le:g} or less",
    "string_too_short": "it must not be empty",
}

_PATTERNS = {
    "^[a-z][a-z0-9_]*$": (
        "lower-case letters, digits and underscores, beginning with a letter, are allowed"
    ),
    "^[a-z0-9][a-z0-9-]*$": "lower-case letters, digits and hyphens are allowed",
}


def problems_of(
    error: ValidationError,
    data: Mapping[str, Any],
    source: str,
    schema: type[BaseModel] = League,
) -> list[Problem]:
    """Every problem behind `error`, each with the place in `data` where it stands.

    `error` was raised by `schema.model_validate(data)`, and `data` came from `source`.
    """
    details = [detail for detail in error.errors() if not _counts_refused_parts_only(detail)]
    problems = [
        problem for detail in details for problem in _translate(detail, data, source, schema)
    ]
    if schema is League and not any(detail["loc"] == () for detail in details):
        # A refused part keeps the schema from comparing the parts with each other.
        problems += _complaints(cross_check(*_raw_parts(data)), (), data, source)
    return problems


def place_in_words(place: Place, data: Mapping[str, Any]) -> str:
    """Write a place as `indicators[3] (bullied_by_manager): family`, counting from 1."""
    words: list[str] = []
    here: Any = data
    for step in place:
        if isinstance(step, int):
            here = here[step] if isinstance(here, Sequence) and step < len(here) else None
            words[-1] += f"[{step + 1}]"
            if isinstance(here, Mapping) and isinstance(here.get("id"), str):
                words[-1] += f" ({here['id']})"
        else:
            here = here.get(step) if isinstance(here, Mapping) else None
            words.append(step)
    return ": ".join(words) or "the league"


def _counts_refused_parts_only(detail: ErrorDetails) -> bool:
    """Whether a list is called too short only because its entries were refused one by one."""
    if detail["type"] != "too_short" or not isinstance(detail["input"], list | tuple):
        return False
    return len(detail["input"]) >= detail["ctx"]["min_length"]


def _translate(
    detail: ErrorDetails, data: Mapping[str, Any], source: str, schema: type[BaseModel]
) -> list[Problem]:
    place, kind, context = detail["loc"], detail["type"], detail.get("ctx", {})
    if kind == "value_error" and isinstance(context["error"], Complaints):
        return _complaints(context["error"], place, data, source)
    where = place_in_words(place, data)
    value = detail["input"]
    if kind == "extra_forbidden":
        return [_unknown_setting(place, data, source, schema)]
    if kind == "missing":
        found = "nothing was given" if isinstance(place[-1], int) else "the setting is missing"
        return [Problem(source, where, found, _RULES[kind])]
    if kind == "literal_error":
        choices = _choices(place, schema)
        return [
            Problem(
                source, where, f"found {value!r}", f"allowed: {_quoted(choices)}",
                _hint(value, choices),
            )
        ]  # fmt: skip
    if kind in ("model_type", "model_attributes_type"):
        return [Problem(source, where, f"found {value!r}", "a table of settings is needed")]
    if kind == "too_short":
        needed, came = context["min_length"], context["actual_length"]
        return [Problem(source, where, f"found {came}", f"at least {needed} must be given")]
    if kind == "too_long":
        allowed = f"{context['max_length']} at most are allowed"
        return [Problem(source, where, f"found {context['actual_length']}", allowed)]
    if kind == "string_pattern_mismatch":
        return [Problem(source, where, f"found {value!r}", _PATTERNS[context["pattern"]])]
    allowed = _RULES[kind].format(**context) if kind in _RULES else detail["msg"]
    return [Problem(source, where, f"found {value!r}", allowed)]


def _complaints(
    complaints: Complaints, place: Place, data: Mapping[str, Any], source: str
) -> list[Problem]:
    return [
        Problem(
            source,
            place_in_words((*place, *complaint.place), data),
            complaint.found,
            complaint.allowed,
            _hint(complaint.wrong, complaint.choices),
        )
        for complaint in complaints.items
    ]


def _unknown_setting(
    place: Place, data: Mapping[str, Any], source: str, schema: type[BaseModel]
) -> Problem:
    key = str(place[-1])
    model = _model_at(place[:-1], schema)
    settings = list(model.model_fields)
    hint = _hint(key, settings)
    if not hint and key in schema.model_fields:
        hint = (
            f"`{key}` is a setting of the {schema.__name__.lower()} itself: TOML reads it there "
            "only if it stands above the first [table]"
        )
    if not hint and schema is League and place[:1] != ("priors",) and key in Priors.model_fields:
        hint = f"`{key}` belongs under [priors]"
    return Problem(
        source,
        place_in_words(place, data),
        "there is no such setting",
        f"allowed here: {', '.join(settings)}",
        hint,
    )


def _model_at(place: Place, schema: type[BaseModel]) -> type[BaseModel]:
    """Return the part that a place lies in: its steps are settings, and positions or keys."""
    model = schema
    for step in place:
        if isinstance(step, str) and step in model.model_fields:
            model = _part_in(model.model_fields[step].annotation) or model
    return model


def _part_in(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((part for inner in get_args(annotation) if (part := _part_in(inner))), None)


def _choices(place: Place, schema: type[BaseModel]) -> tuple[str, ...]:
    model = _model_at(place[:-1], schema)
    return get_args(model.model_fields[str(place[-1])].annotation)


def _hint(value: object, choices: Sequence[str]) -> str:
    if not isinstance(value, str):
        return ""
    close = get_close_matches(value.lower(), choices, n=1)
    return f"Did you mean {close[0]!r}?" if close else ""


def _quoted(choices: Sequence[str]) -> str:
    return ", ".join(repr(choice) for choice in choices)


def _raw_parts(
    data: Mapping[str, Any],
) -> tuple[
    list[object],
    list[object],
    list[tuple[object, object, object, object]],
    list[tuple[object, object]],
]:
    """What `cross_check` compares, as the file has it."""

    def tables(name: str) -> list[Mapping[str, Any]]:
        rows = data.get(name)
        if not isinstance(rows, list | tuple):
            return []
        return [row if isinstance(row, Mapping) else {} for row in rows]

    return (
        [row.get("id") for row in tables("groups")],
        [row.get("id") for row in tables("domains")],
        [
            (row.get("id"), row.get("domain"), row.get("groups"), row.get("facet"))
            for row in tables("indicators")
        ],
        [(row.get("id"), row.get("domain")) for row in tables("facets")],
    )
