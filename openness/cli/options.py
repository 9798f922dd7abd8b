"""Arguments and options that several commands share, and what follows from them."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from openness.measures.strata import Scope


class ScopeName(StrEnum):
    """Who is ranked against whom."""

    all = "all"
    within_group = "within_group"
    both = "both"


MeasuresPath = Annotated[Path, typer.Argument(help="Table of measures, CSV or Parquet.")]
UnitsPath = Annotated[Path, typer.Option("--units", help="Table of units, CSV or Parquet.")]
LeagueName = Annotated[
    str, typer.Option("--league", help="League definition: a shipped name, or a TOML file.")
]
Period = Annotated[
    str | None, typer.Option("--period", help="Which period to use, if the table has several.")
]
RunFolder = Annotated[Path, typer.Argument(help="Folder that `openness fit` wrote.")]
ScopeOption = Annotated[
    ScopeName | None,
    typer.Option(
        help="All units together, each group by itself, or both; the league's if not given."
    ),
]
Prob = Annotated[
    float | None,
    typer.Option(help="Probability of the rank intervals; the league's by default."),
]
Top = Annotated[int, typer.Option(min=0, help="Units shown from the top.")]
Bottom = Annotated[int, typer.Option(min=0, help="Units shown from the bottom.")]
Draft = Annotated[
    bool, typer.Option("--draft", help="Allow a fit that failed the gate; every output says DRAFT.")
]


def scopes(scope: ScopeName | None) -> list[tuple[Scope | None, str]]:
    """Scopes that were asked for, and what the names of their files end in."""
    if scope is None:
        return [(None, "")]
    if scope is ScopeName.both:
        return [("all", "_all"), ("within_group", "_within_group")]
    return [("all" if scope is ScopeName.all else "within_group", "")]
