"""The one tree of errors: every refusal says what came, what is allowed and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class OpennessError(Exception):
    """Base of every error that `openness` raises on purpose.

    Examples
    --------
    >>> try:
    ...     openness.load_fit("nowhere")
    ... except openness.OpennessError as error:
    ...     print(error)
    nowhere is not a folder; give the folder that `openness fit` wrote.
    """


@dataclass(frozen=True)
class Problem:
    """One thing wrong (or worth a warning) in one place of one input.

    Attributes
    ----------
    source : str
        File name, or the name of the argument for a table given in Python.
    where : str
        Row and column, or the path of a setting.
    found : str
        What came.
    allowed : str
        What is allowed there.
    remedy : str
        What to do about it; may be empty.

    Examples
    --------
    >>> problem = openness.errors.Problem("measures", "row 3, column value", "'n/a'", "a number")
    >>> print(problem)
    measures: row 3, column value: 'n/a'; a number
    """

    source: str
    where: str
    found: str
    allowed: str
    remedy: str = ""

    def __str__(self) -> str:
        text = f"{self.source}: {self.where}: {self.found}; {self.allowed}"
        return f"{text}. {self.remedy}" if self.remedy else text


class InvalidInput(OpennessError):
    """Input was refused; `problems` lists every reason, not only the first.

    Examples
    --------
    >>> try:
    ...     openness.load_league({"id": "small", "title": "Small"})
    ... except openness.errors.InvalidInput as error:
    ...     print(len(error.problems), "problems, the first in", error.problems[0].where)
    6 problems, the first in unit
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        lines = [self.heading(len(self.problems)), *(f"  {problem}" for problem in self.problems)]
        super().__init__("\n".join([*lines, *self.closing()]))

    def heading(self, count: int) -> str:
        """Say how many problems there are, and of what kind."""
        return f"{count} problem{'s' if count != 1 else ''} found:"

    def closing(self) -> Sequence[str]:
        """Say what to do about all of them."""
        return ()


class InvalidLeague(InvalidInput):
    """A league definition does not say something that can be fitted.

    Examples
    --------
    >>> openness.load_league("openess-2024")
    Traceback (most recent call last):
        ...
    openness.errors.InvalidLeague: 1 problem found:
      load_league: ... Did you mean 'openness-2024'?
    """


class InvalidMeasures(InvalidInput):
    """A table of measures or units breaks its rules.

    Examples
    --------
    >>> table = simulated.measures.replace({"indicator": {"safe": "save"}})
    >>> openness.read_measures(table, simulated.units, league)
    Traceback (most recent call last):
        ...
    openness.errors.InvalidMeasures: 1 problem found:
      measures: rows 1, 5, 9, ... column indicator: 'save'; ... Did you mean 'safe'?
    """


class InvalidStudy(InvalidInput):
    """A study definition does not say something that can be simulated.

    Examples
    --------
    >>> openness.study.load_study("nowhere.toml")
    Traceback (most recent call last):
        ...
    openness.errors.InvalidStudy: 1 problem found:
      nowhere.toml: file: it does not exist; the path of a TOML file is needed
    """


class NilReturns(InvalidInput):
    """Observed values look like nil or partial returns, and nobody has said that they are real.

    Examples
    --------
    >>> from openness.study.league_of_2016 import as_first_returned
    >>> of_2016 = openness.league_of_2016(2016)
    >>> table = as_first_returned(of_2016)
    >>> evidence = openness.read_measures(table, of_2016.units, of_2016.league)
    >>> openness.fit(of_2016.league, evidence, seed=2016)
    Traceback (most recent call last):
        ...
    openness.errors.NilReturns: 2 observed values look like nil or partial returns:
      ...
    """

    def heading(self, count: int) -> str:
        """Say how many cells there are."""
        if count == 1:
            return "1 observed value looks like a nil or partial return:"
        return f"{count} observed values look like nil or partial returns:"

    def closing(self) -> Sequence[str]:
        """Name the two ways out."""
        return (
            "Find out what each of them is, and then either mark it, with the status that says why",
            "there is no true value (system_change, not_returned, under_query, ...), or, if it is",
            'real, keep the status observed and begin its note with "confirmed:".',
        )


class NotIdentified(OpennessError):
    """The parameters of this league are not identified by its data.

    Examples
    --------
    >>> only = simulated.measures[simulated.measures["indicator"] == "heard"]
    >>> try:
    ...     openness.build_model(league, openness.read_measures(only, simulated.units, league))
    ... except openness.errors.NotIdentified as error:
    ...     print(str(error).split(".")[0])
    League 'small' has 1 scored indicator(s) with data (heard)
    """


class FitFailed(OpennessError):
    """Sampling was interrupted or could not start.

    Examples
    --------
    >>> issubclass(openness.errors.FitFailed, openness.OpennessError)
    True
    """


class GateFailed(OpennessError):
    """A fit did not pass the convergence gate and was asked for published numbers.

    Examples
    --------
    >>> from dataclasses import replace
    >>> failed = replace(fit, diagnostics=replace(fit.diagnostics, divergences=3))
    >>> try:
    ...     openness.rank(failed)
    ... except openness.errors.GateFailed as error:
    ...     print(str(error).splitlines()[1].strip())
    3 divergent transitions (none allowed)
    """


class InvalidRun(OpennessError):
    """A run folder is missing, incomplete, or would be overwritten.

    Examples
    --------
    >>> openness.load_fit("nowhere")
    Traceback (most recent call last):
        ...
    openness.errors.InvalidRun: nowhere is not a folder; give the folder that `openness fit` wrote.
    """


class StudyUnfinished(OpennessError):
    """A study ended before all its replicates had; what has ended is kept.

    Examples
    --------
    >>> issubclass(openness.errors.StudyUnfinished, openness.OpennessError)
    True
    """
