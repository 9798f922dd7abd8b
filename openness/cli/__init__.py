"""The command line: parse, call, print."""

from __future__ import annotations

import os
import sys
from importlib.metadata import version
from typing import Annotated

import typer

from openness.cli.common import in_paragraphs
from openness.cli.comparing import compare
from openness.cli.evidence import check, fit
from openness.cli.guarding import composition, guard
from openness.cli.standing import (
    bands,
    explain,
    grades,
    rank,
    scores,
    sensitivity,
    stress,
    verdict,
    worth,
)
from openness.cli.study import demo, study_app
from openness.errors import OpennessError

_DEBUG = "OPENNESS_DEBUG"

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
for command in (
    check,
    fit,
    guard,
    rank,
    bands,
    grades,
    verdict,
    scores,
    sensitivity,
    explain,
    worth,
    stress,
    compare,
    demo,
):
    app.command(help=in_paragraphs(command.__doc__))(command)
app.command("measures", help=in_paragraphs(composition.__doc__))(composition)
app.add_typer(study_app, name="study")


def _say_version(asked: bool) -> None:
    if asked:
        typer.echo(f"openness {version('openness')}")
        raise typer.Exit


@app.callback()
def openness(
    _version: Annotated[
        bool,
        typer.Option(
            "--version", is_eager=True, callback=_say_version, help="Print the version and stop."
        ),
    ] = False,
) -> None:
    """Banded rankings with credible intervals, from incomplete measures."""


def main() -> None:
    """Run the command line; an error is a message, never a traceback."""
    try:
        app(standalone_mode=True)
    except OpennessError as error:
        _stop(str(error), 1)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except OSError as error:
        _stop(f"{error.filename or 'A file'} cannot be read or written: {error.strerror}.", 1)
    except Exception as error:
        if os.environ.get(_DEBUG):
            raise
        _stop(
            f"Something went wrong that should not have: {type(error).__name__}: {error}. "
            f"Set {_DEBUG}=1 for the details, and please report them.",
            70,
        )


def _stop(message: str, code: int) -> None:
    typer.echo(message, err=True)
    sys.exit(code)
