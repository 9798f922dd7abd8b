"""What a family answers, and what it answers unless it says otherwise.

A family is the distribution by which a measure is observed about its value `eta` on the link scale,
and all that follows from it. The rest of the package asks the family, and never for its name.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Protocol

if TYPE_CHECKING:
    import numpy as np

    from openness.families.matching import Column, Reference

    Array = np.ndarray

Figure = Literal["share", "rate", "mean", "category"]
COUNTED = ("share", "rate")
"""Figures with a number of events behind them, and a denominator that they are out of."""

_WIDE = 2.5  # times what was observed: what a prior holds that has no other scale to go by

Setting = Literal[
    "categories", "respondent_sd", "design_effect", "likelihood", "suppressed", "range"
]


class Declared(Protocol):
    """What is read of the definition of an indicator: see `openness.league.Indicator`."""

    @property
    def id(self) -> str:
        """Column name."""

    @property
    def family(self) -> str:
        """Name of the family."""

    @property
    def design_effect(self) -> float:
        """1 if it takes none."""

    @property
    def respondent_sd(self) -> float | None:
        """Of a score, if it was given."""

    @property
    def categories(self) -> tuple[str, ...]:
        """Labels that were declared."""

    @property
    def range(self) -> tuple[float, float] | None:
        """Least and largest value that there can be, if it was given."""


@dataclass(frozen=True)
class ValueRule:
    """One thing that may be wrong with a number in the column `value`.

    Attributes
    ----------
    broken : callable
        Array of finite numbers -> boolean array, true where the rule is broken.
    allowed : str
        What is allowed, in words.
    remedy : callable
        Number -> what to do, in words; "" if there is nothing to add.
    """

    broken: Callable[[Any], Any]
    allowed: str
    remedy: Callable[[float], str] = lambda number: ""


@dataclass(frozen=True)
class Sampling:
    """With what n units are observed in a simulated league.

    Attributes
    ----------
    error : (n,) array
        Standard normal sampling error, which the indicators of a domain may share.
    size : (n,) array
        Denominator.
    se : (n,) array, optional
        Published standard errors; if not given, those that follow from the size.
    cuts : (categories - 1,) array
        Cut points.
    rng : numpy.random.Generator
        For a family that does not use `error`.
    """

    error: Array
    size: Array
    se: Array | None
    cuts: Array
    rng: np.random.Generator


class Family:
    """Base of every family. What is not said here of a method, a family has to say.

    Attributes
    ----------
    name, plural : str
        As a definition names it, and as a message does: `count`, `counts`.
    figure : {"share", "rate", "mean", "category"}
        How the evidence is published: a share of the respondents in `denominator`; a number of
        events with their exposure in `denominator`; a number with a standard error, which may
        follow from the number of respondents; one of the ordered `labels`.
    settings : frozenset of str
        Those settings of an indicator that not every family takes. With `likelihood` an indicator
        may ask for exact cells, with `suppressed` a withheld number of events may be used.
    rules : tuple of ValueRule
        What a value must be, besides a finite number.
    typical : (float, float, float)
        Of a measure as it is usually met, on the link scale: mean and sd of the intercept, median
        of the spread. For simulated leagues.
    """

    name: ClassVar[str]
    plural: ClassVar[str]
    figure: ClassVar[Figure]
    settings: ClassVar[frozenset[Setting]] = frozenset()
    rules: ClassVar[tuple[ValueRule, ...]] = ()
    typical: ClassVar[tuple[float, float, float]] = (0.0, 0.5, 0.4)

    @property
    def counts_events(self) -> bool:
        """Whether there is a number of events behind the value, and a denominator."""
        return self.figure in COUNTED

    @property
    def asks_respondents(self) -> bool:
        """Whether people answer, who may err alike on whatever they are asked."""
        return self.figure in ("share", "mean")

    @property
    def size_in_words(self) -> str:
        """What the denominator counts."""
        return "exposure" if self.figure == "rate" else "number of respondents"

    def labels(self, declared: Declared) -> tuple[str, ...]:
        """Return the ordered labels, from the lowest; none unless the figure is a category."""
        return ()

    def column(self, declared: Declared, value: Array, denominator: Array, se: Array) -> Column:
        """Return the cells of the units that have the measure; arrays of shape (N,).

        Not asked of a category, whose cells are positions among the labels.
        """
        raise NotImplementedError(f"{type(self).__name__}.column")

    def by_group(self, column: Column, group: Array, n_groups: int) -> Column:
        """Return the cells matched under the reference of each unit's type, not that of all.

        Parameters
        ----------
        column : Column
            Of `Family.column`.
        group : (N,) int array
            Position of the type of each unit that has the measure.
        n_groups : int
        """
        return replace(column, by_group=(column.reference,) * n_groups)

    def figures(self, value: Array, denominator: Array) -> Array:
        """Return what units are compared by, (N,): alike for all, it says nothing of any."""
        return value

    def typical_spread(self, declared: Declared, reference: Reference) -> float:
        """Return a between-unit sd that is wide for the measure: the unit of its priors.

        A family whose link scale means the same for every measure says one without the data.
        """
        return _WIDE * reference.sd

    def link(self, value: float) -> float:
        """Return a published value on the link scale."""
        return value

    def natural(self, eta: float) -> float:
        """Return a value on the link scale as it is published: the inverse of `link`."""
        return eta

    def written(self, value: float) -> str:
        """Write a published value for a reader."""
        return f"{value:,.3g}"

    def standard_error(self, declared: Declared, figure: Array, n: Array, se: Array) -> Array:
        """Return how far chance moves the published figure; NaN where it is not known."""
        return figure * math.nan

    def draw(self, declared: Declared, eta: Array, by: Sampling) -> dict[str, Array]:
        """Observe the measure of n units: the columns of a measures table that the family has.

        Parameters
        ----------
        declared : Declared
        eta : (n,) array
            Value on the link scale.
        by : Sampling
        """
        raise NotImplementedError(f"{type(self).__name__}.draw")

    def draw_shares_below(self, declared: Declared, rng: np.random.Generator) -> Array:
        """Draw the share of units below each label but the lowest; asked of a category only."""
        raise NotImplementedError(f"{type(self).__name__}.draw_shares_below")

    def declare(self, name: str, eta: Any, y: Array, n: Array, own: Array, dims: str) -> None:
        """Declare the observations of the textbook model, within a `pymc.Model` context.

        Parameters
        ----------
        name, dims : str
        eta : (n,) tensor
            Predictor, with the part of the sampling error that the domain shares.
        y, n : (n,) arrays
            As in `Column`.
        own : (n,) array
            Part of the sampling variance that the domain does not share.
        """
        raise NotImplementedError(f"{type(self).__name__}.declare")
