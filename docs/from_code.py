"""Parts of the documentation that are read off the code when it is built, so that they stay true.

A page asks for one with a line `<!-- from code: name -->`, where the name is a key of `PARTS`.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from enum import StrEnum
from types import NoneType
from typing import get_args, get_type_hints

from typer.models import ArgumentInfo, OptionInfo

from openness.cli import app
from openness.fitting import Settings, gate
from openness.league import Priors
from openness.measures import nil, overdispersion, peers


def fill(page: str) -> str:
    """Put every part that a page asks for in its place; an unknown name is a `KeyError`."""
    return re.sub(r"<!-- from code: (\w+) -->", lambda asked: PARTS[asked[1]](), page)


def commands() -> str:
    """Return a section for every command, from the functions that the command line calls."""
    functions = {
        info.name or info.callback.__name__: info.callback for info in app.registered_commands
    }
    for group in app.registered_groups:
        for info in group.typer_instance.registered_commands:
            # The first word of a group runs it, so that only the others need a second.
            words = group.name if info.name == "run" else f"{group.name} {info.name}"
            functions[words] = info.callback
    return "\n\n".join("\n".join(_section(*item)) for item in sorted(functions.items()))


def _section(name: str, function: Callable[..., None]) -> Iterator[str]:
    parameters = list(_parameters(function))
    usage = [parameter.spelling for parameter in parameters if parameter.needed]
    usage += ["[OPTIONS]"] * (len(usage) < len(parameters))
    yield f"## `openness {name}`\n\n{_prose(inspect.getdoc(function) or '')}\n"
    yield f"```text\nopenness {name} {' '.join(usage)}\n```\n"
    for parameter in parameters:
        yield f"`{parameter.spelling}`\n: {parameter.text}\n"


@dataclass(frozen=True)
class _Parameter:
    spelling: str
    text: str
    needed: bool


def _parameters(function: Callable[..., None]) -> Iterator[_Parameter]:
    hints = get_type_hints(function, include_extras=True)
    for name, parameter in inspect.signature(function).parameters.items():
        annotated, info = get_args(hints[name])
        kinds = [kind for kind in get_args(annotated) or (annotated,) if kind is not NoneType]
        needed = parameter.default is inspect.Parameter.empty
        facts = [info.help, *_choices(kinds[0])]
        if not needed and parameter.default is not None and kinds[0] is not bool:
            facts.append(f"Default: `{parameter.default}`.")
        yield _Parameter(_spelling(name, kinds[0], info), " ".join(facts), needed)


def _spelling(name: str, kind: type, info: ArgumentInfo | OptionInfo) -> str:
    if isinstance(info, ArgumentInfo):
        return name.upper()
    # In `Annotated`, what comes first is taken for a default until the command is built.
    declared = [info.default, *(info.param_decls or ())]
    spelled = [word for word in declared if isinstance(word, str) and word.startswith("--")]
    option = spelled[0] if spelled else "--" + name.replace("_", "-")
    return option if kind is bool else f"{option} {option.removeprefix('--').upper()}"


def _choices(kind: type) -> Iterator[str]:
    if issubclass(kind, StrEnum):
        yield f"One of {', '.join(f'`{choice}`' for choice in kind)}."


def _prose(text: str) -> str:
    return re.sub(r"\b(RUN/[\w.]+)", r"`\1`", text)


def priors() -> str:
    """Return the default of every prior setting as a table."""
    rows = [(f"`{name}`", _number(field.default)) for name, field in Priors.model_fields.items()]
    return _table(("setting", "default"), rows)


def gate_criteria() -> str:
    """Return what the gate asks for as a table."""
    rows = [
        ("R-hat", f"at most {gate.MAX_RHAT:g}"),
        ("effective draws, bulk and tail", f"at least {gate.MIN_ESS:g} each"),
        ("divergent transitions", "none"),
        ("E-BFMI of every chain", f"at least {gate.MIN_BFMI:g}"),
    ]
    return _table(("quantity", "criterion"), rows)


def settings() -> str:
    """Return the settings of the first and of the second attempt as a table."""
    first, second = Settings(), Settings().finer()
    rows = [
        (f"`{field.name}`", str(getattr(first, field.name)), str(getattr(second, field.name)))
        for field in fields(Settings)
        if field.name != "cores"
    ]
    return _table(("setting", "first attempt", "second attempt"), rows)


def nil_settings() -> str:
    """Return the constants of the detector of nil returns as a table."""
    rows = [
        ("false alarm that is aimed at, by league", f"1 in {1 / nil.FALSE_ALARM:,.0f}"),
        ("least number of other units of the own group", f"{peers.PEERS}"),
        ("weight of other groups on the dispersion, in units", f"{peers.BORROWED}"),
        ("share of what is expected that is no collapse", f"{peers.COLLAPSE:g}"),
        ("share of wild units", f"{overdispersion.WILD_SHARE:g}"),
        ("dispersion of a wild unit", f"{overdispersion.WILD:g}"),
    ]
    return _table(("constant", "value"), rows)


def _number(value: object) -> str:
    return ", ".join(f"{part:g}" for part in value) if isinstance(value, tuple) else f"{value:g}"


def _table(heading: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [heading, ("---",) * len(heading), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


PARTS: dict[str, Callable[[], str]] = {
    "commands": commands,
    "gate": gate_criteria,
    "nil": nil_settings,
    "priors": priors,
    "settings": settings,
}
