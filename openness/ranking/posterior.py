"""Joint draws of the units' values, labelled: what every function of this folder can be given."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from openness.errors import InvalidInput, Problem
from openness.ranking.alike import Alike, as_alike, class_of_each
from openness.ranking.arguments import (
    as_choice,
    as_draws,
    as_generator,
    as_names,
    as_sequence,
    as_whole,
    refuse,
)
from openness.ranking.estimates import (
    as_estimates,
    draws_given_flat_prior,
    draws_given_normal_prior,
)
from openness.ranking.precision import FEWEST_DRAWS
from openness.ranking.ranks import rank_draws


@dataclass(frozen=True, eq=False)
class Posterior:
    """Draws of n units from their joint posterior; larger is better.

    Made by `from_draws`, `from_estimates` or `from_arviz`.

    Attributes
    ----------
    draws : numpy.ndarray, shape (S, n)
        The s-th row is one draw of all units together; chain after chain. Read-only.
    names : tuple of str, length n
    flat : bool
        The draws were made of estimates with a flat prior, so that they hold the errors of the
        estimates twice over: good for intervals, and not for variances between units.
    alike : tuple of numpy.ndarray
        Positions of the units of each class of two or more that nothing tells apart. What is said
        of one of them is said of all: summaries are those of the class.

    Examples
    --------
    >>> from openness.ranking import Posterior
    >>> draws = np.random.default_rng(1).normal([2, 1, 0, -1], 0.8, (400, 4))
    >>> post = Posterior.from_draws(draws, ["a", "b", "c", "d"])
    >>> post.ranks.shape
    (400, 4)
    >>> Posterior.from_estimates([3.0, 1.0, 2.5], se=[0.4, 0.5, 0.4]).names
    ('1', '2', '3')

    Of "b" and "c" the same is known, so that no order of them is claimed:

    >>> from openness.ranking import posterior_ranks
    >>> post = Posterior.from_draws(draws, ["a", "b", "c", "d"], classes=[0, 1, 1, 2])
    >>> posterior_ranks(post).expected_rank.round(2).to_dict()
    {'a': 1.21, 'b': 2.51, 'c': 2.51, 'd': 3.77}
    """

    draws: NDArray[np.floating]
    names: tuple[str, ...]
    flat: bool = False
    alike: Alike = ()

    @classmethod
    def from_draws(
        cls,
        draws: ArrayLike,
        names: Iterable[object] | None = None,
        *,
        classes: Iterable[object] | None = None,
    ) -> Self:
        """Take draws as they are.

        Parameters
        ----------
        draws : array_like, shape (S, n)
            At least 16 draws, chain after chain, of at least 2 units; larger is better. Not
            copied. Columns of a data frame are taken as names.
        names : sequence of str, length n, optional
            "1", "2" and so on if not given.
        classes : sequence, length n, optional
            The class of each unit: units of one class are known by the same figures, so that
            their posterior is exchangeable and only chance orders their draws. Each by itself if
            not given.

        Returns
        -------
        Posterior

        Raises
        ------
        InvalidInput
            If they are not finite numbers of this shape, if names are repeated, or if all units
            are tied in every draw.
        """
        if names is None and hasattr(draws, "columns"):
            names = draws.columns
        checked = as_draws(draws)
        return cls._checked(checked, names, alike=as_alike(classes, checked.shape[1]))

    @classmethod
    def from_estimates(
        cls,
        est: ArrayLike,
        se: ArrayLike | None = None,
        cov: ArrayLike | None = None,
        *,
        prior: Literal["normal", "flat"] = "normal",
        names: Iterable[object] | None = None,
        size: int = 4000,
        seed: int | np.random.Generator = 1,
    ) -> Self:
        """Draw from the posterior of estimates with known errors.

        Parameters
        ----------
        est : array_like, shape (n,)
            Estimates; larger is better. Labels of a series are taken as names.
        se : array_like, shape (n,), optional
            Standard errors of independent estimates.
        cov : array_like, shape (n, n), optional
            Covariance of the estimates; instead of `se`.
        prior : {"normal", "flat"}
            "normal" takes the units as a sample of a normal population of unknown mean and sd,
            and draws each nearer to the others the less is known of it. "flat" takes each estimate
            at its word.
        names : sequence of str, length n, optional
        size : int
            Number of draws, at least 16.
        seed : int or numpy.random.Generator

        Returns
        -------
        Posterior

        Raises
        ------
        InvalidInput
            If the estimates or their errors cannot be used.

        References
        ----------
        Gelman et al. (2013), "Bayesian Data Analysis", section 5.4.
        """
        as_choice(prior, "prior", ("normal", "flat"))
        estimates = as_estimates(est, se, cov, names)
        draw = draws_given_flat_prior if prior == "flat" else draws_given_normal_prior
        size = as_whole(size, "size", FEWEST_DRAWS, np.inf, f"draws, {FEWEST_DRAWS} or more")
        draws = draw(estimates, size, as_generator(seed))
        return cls._checked(draws, estimates.names, flat=prior == "flat")

    @classmethod
    def from_arviz(cls, tree: Any, variable: str) -> Self:
        """Take the draws of one variable of a stored fit.

        Parameters
        ----------
        tree : xarray.DataTree or xarray.Dataset
            With a group `posterior`, or that group itself.
        variable : str
            Name of a variable with the dimensions `chain`, `draw` and one of units, whose
            coordinate, if it has one, gives the names.

        Returns
        -------
        Posterior

        Raises
        ------
        InvalidInput
            If there is no such variable, or it has other dimensions.
        """
        group = getattr(tree, "posterior", tree)
        known = [str(name) for name in getattr(group, "data_vars", ())]
        if not isinstance(variable, str) or variable not in known:
            has = ", ".join(sorted(known)) or "nothing"
            raise refuse("variable", "name", repr(variable), f"the posterior has {has}")
        array = group[variable]
        units = [dim for dim in array.dims if dim not in ("chain", "draw")]
        if len(units) != 1 or len(array.dims) != 3:
            raise refuse(
                "variable",
                variable,
                f"dimensions {', '.join(map(str, array.dims))}",
                "it must have chain, draw and one of units",
                "Select one period or group first.",
            )
        values = array.transpose("chain", "draw", units[0]).to_numpy()
        labels = array[units[0]].to_numpy() if units[0] in array.coords else None
        return cls._checked(as_draws(values.reshape(-1, values.shape[-1])), labels)

    @classmethod
    def _checked(
        cls,
        draws: NDArray[np.floating],
        names: Iterable[object] | None,
        *,
        flat: bool = False,
        alike: Alike = (),
    ) -> Self:
        size, units = draws.shape
        if units < 2:
            raise refuse("draws", "shape", str(draws.shape), "a ranking needs at least 2 units")
        if size < FEWEST_DRAWS:
            raise refuse(
                "draws",
                "shape",
                str(draws.shape),
                f"it takes {FEWEST_DRAWS} draws to say how exact a probability is",
            )
        if _all_tied(draws):
            raise refuse(
                "draws",
                "values",
                "all units are tied in every draw",
                "there must be something to rank by",
            )
        view = draws.view()
        view.flags.writeable = False
        return cls(view, as_names(names, units), flat, alike)

    @cached_property
    def ranks(self) -> NDArray[np.float32]:
        """Ranks within each draw, shape (S, n), 1 for the best; computed once."""
        ranks = rank_draws(self.draws)
        ranks.flags.writeable = False
        return ranks

    def positions(self, *names: str) -> list[int]:
        """Return the columns of units, or say which there are none of and what names are near."""
        missing = [
            Problem(
                "unit",
                "name",
                repr(name),
                f"one of the {len(self.names)} units",
                f"Did you mean {near[0]!r}?" if near else "",
            )
            for name in names
            if not isinstance(name, str) or name not in self.names
            for near in [difflib.get_close_matches(str(name), self.names, n=1)]
        ]
        if missing:
            raise InvalidInput(missing)
        column = {name: position for position, name in enumerate(self.names)}
        return [column[name] for name in names]

    def only(self, names: Iterable[str]) -> Posterior:
        """Return some of the units, to rank them among themselves, in the order of `names`."""
        chosen = as_sequence(names, "names")
        at = self.positions(*chosen)
        alike = as_alike(class_of_each(self.alike, len(self.names))[at], len(at))
        return Posterior._checked(self.draws[:, at], chosen, flat=self.flat, alike=alike)

    def halves(self) -> tuple[slice, slice]:
        """Return which draws are the first and which the second half, to be compared."""
        middle = len(self.draws) // 2
        return slice(None, middle), slice(middle, None)

    def part(self, draws: slice) -> Posterior:
        """Return the same units by some of the draws."""
        return Posterior(self.draws[draws], self.names, self.flat, self.alike)


def as_posterior(post: Posterior) -> Posterior:
    """Return a posterior, or say how to make one of what came."""
    if not isinstance(post, Posterior):
        raise refuse(
            "post",
            "type",
            type(post).__name__,
            "it must be a Posterior",
            "Make one with Posterior.from_draws, from_estimates or from_arviz.",
        )
    return post


def _all_tied(draws: NDArray[np.floating]) -> bool:
    return bool((draws[0] == draws[0, 0]).all() and (draws == draws[:, :1]).all())
