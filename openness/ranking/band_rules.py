"""How a ranking is cut into bands: by shares or counts of the units, best first."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Real

import numpy as np
from numpy.typing import ArrayLike, NDArray

from openness.ranking.arguments import as_floats, as_sequence, refuse

ADDS_UP = 1e-6
"""How far shares that are written with a few digits may add up to something else than 1."""


def require_one_rule(**rules: object) -> None:
    """Refuse anything but exactly one of the rules that cut a ranking."""
    given = [name for name, rule in rules.items() if rule is not None]
    if len(given) != 1:
        raise refuse(
            ", ".join(rules),
            "rule",
            "none given" if not given else f"{' and '.join(given)} given",
            "exactly one of them says how the ranking is cut",
        )


def band_limits(
    units: int,
    *,
    shares: Sequence[float] | None = None,
    counts: Sequence[int | None] | None = None,
) -> NDArray[np.int64]:
    """Worst rank of each band.

    Parameters
    ----------
    units : int
        Number of ranked units.
    shares : sequence of float, length B
        Shares of the units, best band first. The limit of a band is its cumulative share of the
        units, rounded to the nearest whole number, halves upwards.
    counts : sequence of int, length B
        Numbers of units, best band first. Limits are cumulative counts, at most `units`; the last
        band takes what is left, whatever its own count.

    Returns
    -------
    numpy.ndarray, shape (B,)
        Limits, the last of which is `units`.

    See Also
    --------
    limits_among : Refuses counts that are not made for so many units.

    Examples
    --------
    >>> from openness.ranking import band_limits
    >>> band_limits(10, shares=[0.25, 0.5, 0.25]).tolist()
    [3, 8, 10]
    >>> band_limits(10, counts=[2, 3, None]).tolist()
    [2, 5, 10]
    """
    require_one_rule(shares=shares, counts=counts)
    if shares is not None:
        limits = _limits_of_shares(shares, units)
    else:
        first = _whole_counts(() if counts is None else counts)[:-1]
        limits = np.minimum(np.cumsum([*first, 0]), units).astype(np.int64)
    limits[-1] = units
    return limits


def limits_among(
    units: int,
    *,
    shares: Sequence[float] | None = None,
    counts: Sequence[int | None] | None = None,
) -> NDArray[np.int64]:
    """Worst rank of each band, as `band_limits`, of counts that fit the units exactly.

    A league's counts are for the units that it expects, some of which may not be ranked. Counts
    that are given for these units must leave nobody over, and no band short.
    """
    if counts is not None:
        found = _whole_counts(counts)
        total = sum(count for count in found if count is not None)
        if total > units or (found[-1] is not None and total < units):
            raise refuse(
                "counts",
                "values",
                f"{list(found)}, which add up to {total}",
                f"there are {units} units",
                "The last may be None, and takes what is left.",
            )
    return band_limits(units, shares=shares, counts=counts)


def _limits_of_shares(shares: Sequence[float], units: int) -> NDArray[np.int64]:
    found = as_floats(shares, "shares")
    total = float(np.sum(found))
    # The comparisons are made so that NaN fails them.
    if found.ndim != 1 or not ((found >= 0).all() and abs(total - 1) <= ADDS_UP):
        raise refuse(
            "shares",
            "values",
            f"{found.tolist()}, which add up to {total:g}",
            "shares must not be negative and must add up to 1",
        )
    # Binary fractions: 0.15 of 230 comes as 34.4999..., and means 34.5.
    return np.floor(np.cumsum(found) * units + 0.5 + 1e-9).astype(np.int64)


def _whole_counts(counts: Sequence[int | None]) -> tuple[int | None, ...]:
    """Return counts that are whole numbers but for the last, which may be None."""
    given = as_sequence(counts, "counts")
    numbers = given[:-1] if given and given[-1] is None else given
    whole = [isinstance(count, Real) and float(count).is_integer() for count in numbers]
    if len(given) < 2 or not all(whole) or min(numbers) < 0:
        raise refuse(
            "counts",
            "values",
            f"{counts}",
            "every band but the last needs a count, a whole number that is not negative",
        )
    return tuple(None if count is None else int(count) for count in given)


def as_limits(limits: ArrayLike, units: int) -> NDArray[np.int64]:
    """Return the worst rank of each band, or say that these are none of so many units."""
    found = as_floats(limits, "limits")
    whole = found.ndim == 1 and found.size and (found == np.rint(found)).all()
    if not whole or found[-1] != units or (np.diff(found, prepend=0) < 0).any():
        raise refuse(
            "limits",
            "values",
            f"{found.tolist()}",
            f"they must be whole numbers that do not fall, up to the {units} units",
            "Use band_limits.",
        )
    return found.astype(np.int64)
