"""Arguments and options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

MeasuresPath = Annotated[Path, typer.Argument(help="Table of measures, CSV or Parquet.")]
UnitsPath = Annotated[Path, typer.Option("--units", help="Table of units, CSV or Parquet.")]
LeagueName = Annotated[
    str, typer.Option("--league", help="League definition: a shipped name, or a TOML file.")
]
Period = Annotated[
    str | None, typer.Option("--period", help="Which period to use, if the table has several.")
]
Top = Annotated[int, typer.Option(min=0, help="Units shown from the top.")]
Bottom = Annotated[int, typer.Option(min=0, help="Units shown from the bottom.")]
