"""What commands have in common: a run that is read, their options, and what they say."""

from __future__ import annotations

import _thread
import inspect
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints

import typer

from openness.errors import FitFailed

if TYPE_CHECKING:
    from rich.console import Console

    from openness.fitting import Fit
    from openness.league.score import ScoreOf
    from openness.measures.strata import Scope
    from openness.result import Result
    from openness.standing import Standing

_MOMENT = 0.1  # seconds


@contextmanager
def interrupts_in_words(lost: str = "no run was kept") -> Iterator[None]:
    """Turn an interrupt into words before the parser of the command line shortens them."""
    usual = sys.unraisablehook

    def repeat_if_lost(raised: sys.UnraisableHookArgs) -> None:
        # An interrupt that falls into a callback of the compiler would be printed and forgotten.
        if issubclass(raised.exc_type, KeyboardInterrupt):
            threading.Timer(_MOMENT, _thread.interrupt_main).start()
        else:
            usual(raised)

    sys.unraisablehook = repeat_if_lost
    try:
        yield
    except KeyboardInterrupt:
        raise FitFailed(f"Interrupted; {lost}.") from None
    finally:
        sys.unraisablehook = usual


def written_into(folder: Path, paths: Iterable[Path]) -> str:
    """Name the files that were written, each once."""
    names = dict.fromkeys(path.name for path in paths)
    return f"Wrote into {folder}: {', '.join(names)}."


def in_paragraphs(text: str | None) -> str:
    """Join the lines of each paragraph, which a terminal breaks where its own lines end."""
    paragraphs = inspect.cleandoc(text or "").split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


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


class ScopeName(StrEnum):
    """Who is ranked against whom."""

    all = "all"
    within_group = "within_group"
    both = "both"


_SCOPES: dict[ScopeName | None, list[tuple[Scope | None, str]]] = {
    None: [(None, "")],
    ScopeName.all: [("all", "")],
    ScopeName.within_group: [("within_group", "")],
    ScopeName.both: [("all", "_all"), ("within_group", "_within_group")],
}
"""Scopes that a name asks for, and what the names of their files end in."""

_RUN = "Folder that `openness fit` wrote."
_PROB = Annotated[
    float | None, typer.Option(help="Probability of the intervals; the league's by default.")
]
_SCOPE = Annotated[
    ScopeName | None,
    typer.Option(
        help="All units together, each group by itself, or both; the league's by default. With "
        "both, names of files end in _all and _within_group."
    ),
]


class ScoreName(StrEnum):
    """What a score is of."""

    measures = "measures"
    sources = "sources"
    factor = "factor"


_SCORE = Annotated[
    ScoreName | None,
    typer.Option(
        help="Another score than the one that the league declares. Names of files end in it."
    ),
]
_DRAFT = Annotated[
    bool, typer.Option("--draft", help="Allow a fit that failed the gate; every output says DRAFT.")
]


@dataclass(frozen=True)
class Run:
    """A folder, and how it was asked to be read.

    Attributes
    ----------
    folder : Path
    scope : ScopeName or None
    prob : float or None
    score : ScoreName or None
    is_draft_allowed : bool
    """

    folder: Path
    scope: ScopeName | None
    prob: float | None
    score: ScoreName | None
    is_draft_allowed: bool

    @cached_property
    def fit(self) -> Fit:
        """The fit in the folder, read when it is first needed."""
        from openness.fitting import load_fit

        return load_fit(self.folder)

    @cached_property
    def console(self) -> Console:
        """Standard output."""
        from openness.publish import open_console

        return open_console()

    def standings(self, fit: Fit | None = None) -> Iterator[tuple[Standing, str]]:
        """Yield the standing of each scope, of another fit if given, and what its files end in."""
        from openness.standing import stand

        fit = self.fit if fit is None else fit
        score: ScoreOf | None = None if self.score is None else self.score.value
        of = "" if score in (None, fit.league.score.of) else f"_{score}"
        for scope, suffix in _SCOPES[self.scope]:
            standing = stand(
                fit, scope=scope, prob=self.prob, score=score, draft=self.is_draft_allowed
            )
            yield standing, f"{of}{suffix}"

    def show(self, result: Result, **settings: int) -> None:
        """Print a result."""
        from openness.publish import show

        self.console.print(show(result, **settings))

    def write(self, result: Result, suffix: str = "", folder: Path | None = None) -> list[Path]:
        """Write a result into the folder of the run, or another."""
        from openness.publish import write

        return write(result, self.folder if folder is None else folder, suffix=suffix)

    def say_written(self, paths: list[Path], folder: Path | None = None) -> None:
        """Print the names of the files that were written."""
        self.console.print(written_into(folder or self.folder, paths), markup=False)


def reads_a_run(
    *, prob: bool = True, run: str = _RUN
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command the argument RUN, and the options of a standing.

    Parameters
    ----------
    prob : bool
        Whether it shows intervals of which --prob can be the probability.
    run : str
        Help for the argument.

    Returns
    -------
    callable
        Decorates a function whose first parameter is a `Run`.
    """

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        own = inspect.signature(command)
        hints = get_type_hints(command, include_extras=True)
        _, *others = own.parameters.values()
        added: dict[str, tuple[Any, Any]] = {"scope": (_SCOPE, None)}
        if prob:
            added["prob"] = (_PROB, None)
        added["score"] = (_SCORE, None)
        added["draft"] = (_DRAFT, False)

        @wraps(command)
        def whole(run: Path, **options: Any) -> None:
            asked = {name: options.pop(name) for name in added}
            chosen = Run(
                run,
                asked["scope"],
                asked.get("prob"),
                asked["score"],
                is_draft_allowed=asked["draft"],
            )
            command(chosen, **options)

        kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
        path = Annotated[Path, typer.Argument(help=run)]
        parameters = [
            inspect.Parameter("run", kind, annotation=path),
            *(other.replace(annotation=hints[other.name]) for other in others),
            *(
                inspect.Parameter(name, kind, default=default, annotation=hint)
                for name, (hint, default) in added.items()
            ),
        ]
        whole.__signature__ = own.replace(parameters=parameters)  # type: ignore[attr-defined]
        whole.__annotations__ = {each.name: each.annotation for each in parameters}
        return whole

    return decorate
