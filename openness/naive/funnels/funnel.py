"""Funnel plots with over-dispersion: the bands of the mortality indicator and of the regulator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.stats import norm

from openness.errors import InvalidInput, Problem
from openness.naive.arguments import as_pair, broken
from openness.naive.funnels.overdispersion import Array, Rule, overdispersion
from openness.ranking.arguments import as_choice, as_number

Kind = Literal["ratio", "proportion", "ratio_of_counts"]
KINDS: tuple[Kind, ...] = ("ratio", "proportion", "ratio_of_counts")

BANDS = ("higher than expected", "as expected", "lower than expected")


@dataclass(frozen=True, eq=False)
class Funnel:
    """One indicator in its funnel.

    Attributes
    ----------
    table : pandas.DataFrame
        A row for each unit, labelled as the input: `value` (numerator over denominator), `y` and
        `s` (the same on the scale of the z-scores, and its sampling error), `z` (sampling error
        only), `used` (the z-score as it entered phi; NaN if it was cut off), `adjusted_z`, `lower`
        and `upper` (the limits), and `band`. The limits are on the scale of `value`; those of a
        ratio of counts on that of (O + 1/2) / (D + 1/2), from which `value` differs where counts
        are small.
    target : float
        What is expected, on the scale of `y`.
    phi, tau2 : float
        See `Overdispersion`; tau2 is on the scale of `y`, squared.

    Examples
    --------
    >>> from openness.naive import funnel_bands
    >>> funnel = funnel_bands([102, 95, 99, 104, 97, 101, 250], np.full(7, 100.0), trim=0.15)
    >>> f"{funnel.target:.1f} {funnel.tau2:.3f}"
    '0.0 0.000'
    """

    table: pd.DataFrame
    target: float
    phi: float
    tau2: float


def funnel_bands(
    numerator: ArrayLike,
    denominator: ArrayLike,
    *,
    method: Rule = "shmi",
    limits: float = 0.95,
    trim: float = 0.1,
    kind: Kind = "ratio",
) -> Funnel:
    """Band units by whether they lie within the limits of an over-dispersed funnel.

    Parameters
    ----------
    numerator, denominator : array_like, shape (units,)
        Observed and expected events of a standardised ratio; events and size of a proportion; the
        two counts of a ratio. The labels of a pandas Series are kept.
    method : {"shmi", "cqc"}
        "shmi" takes logs of a standardised ratio and cuts off the ends; "cqc" takes square roots
        and winsorises. The transformations of the other kinds are the same under both.
    limits : float
        Probability between the limits.
    trim : float
        Share of units at either end that does not enter the variance between units.
    kind : {"ratio", "proportion", "ratio_of_counts"}
        See Notes.

    Returns
    -------
    Funnel

    Raises
    ------
    InvalidInput
        If a number is missing or out of its range, or a setting is not allowed.

    Notes
    -----
    =================  ==============================  ================================  ==========
    kind               y                               s                                 target
    =================  ==============================  ================================  ==========
    ratio, "shmi"      log(O/E)                        1/sqrt(E)                         0
    ratio, "cqc"       sqrt(O/E)                       1/(2 sqrt(E))                     1
    proportion         arcsin(sqrt(O/n))               1/(2 sqrt(n))                     of the sums
    ratio_of_counts    log((O + 1/2) / (D + 1/2))      sqrt(O/(O + 1/2)^2                of the sums
                                                       + D/(D + 1/2)^2)
    =================  ==============================  ================================  ==========

    With z = (y - target) / s trimmed as `method` says, I of them: phi = mean(z^2), w = 1/s^2,
    tau^2 = max(0, (I phi - (I - 1)) / (sum w - sum w^2 / sum w)); the adjusted z is
    (y - target) / sqrt(s^2 + tau^2), and the limits are target -+ c sqrt(s^2 + tau^2), carried back
    through the transformation. See `openness.naive.funnels.overdispersion` for the sources.

    Examples
    --------
    >>> from openness.naive import funnel_bands
    >>> funnel = funnel_bands([102, 95, 99, 104, 97, 101, 250], np.full(7, 100.0), trim=0.15)
    >>> funnel.table["band"].tail(2).tolist()
    ['as expected', 'higher than expected']
    """
    top, bottom = as_pair(numerator, denominator, ("numerator", "denominator"))
    _check(top, bottom, method, limits, kind)
    o, e = top.to_numpy(), bottom.to_numpy()
    y, s, target = transform(o, e, kind, method)
    over = overdispersion(y - target, s, method=method, trim=trim)
    half_width = norm.ppf((1 + limits) / 2) * np.sqrt(s**2 + over.tau2)
    lower, upper = (_ratio(target + side * half_width, kind, method) for side in (-1, 1))
    table = pd.DataFrame(
        {
            "value": o / e,
            "y": y,
            "s": s,
            "z": (y - target) / s,
            "used": over.used,
            "adjusted_z": over.z,
            "lower": lower,
            "upper": upper,
            "band": band_names(over.z, limits),
        },
        top.index,
    )
    return Funnel(table, target, over.phi, over.tau2)


def transform(o: Array, e: Array, kind: Kind, method: Rule) -> tuple[Array, Array, float]:
    """Carry numerators and denominators to where they are about normal: y, s and the target."""
    if kind == "proportion":
        target = float(np.arcsin(np.sqrt(o.sum() / e.sum())))
        return np.arcsin(np.sqrt(o / e)), 1 / (2 * np.sqrt(e)), target
    if kind == "ratio_of_counts":
        s = np.sqrt(o / (o + 0.5) ** 2 + e / (e + 0.5) ** 2)
        return np.log((o + 0.5) / (e + 0.5)), s, float(np.log(o.sum() / e.sum()))
    if method == "cqc":
        return np.sqrt(o / e), 1 / (2 * np.sqrt(e)), 1.0
    return np.log(o / e), 1 / np.sqrt(e), 0.0


def _ratio(y: Array, kind: Kind, method: Rule) -> Array:
    if kind == "proportion":
        return np.sin(np.clip(y, 0, np.pi / 2)) ** 2
    if kind == "ratio" and method == "cqc":
        return np.maximum(y, 0) ** 2
    return np.exp(y)


def band_names(z: Array, limits: float, names: Sequence[str] = BANDS) -> Array:
    """Say of every adjusted z whether it is above, within or below the limits."""
    c = norm.ppf((1 + limits) / 2)
    return np.select([z > c, z < -c], [names[0], names[2]], names[1])


def check_limits(limits: float) -> None:
    """Refuse limits that have no probability between them, or all of it."""
    allowed = "a probability between 0 and 1, such as 0.95 or 0.998"
    as_number(limits, "limits", lambda x: 0 < x < 1, allowed)


def refuse_zeros(events: pd.Series, source: str, method: Rule) -> None:
    """Refuse units without events where "shmi" takes logs of what is observed over expected."""
    if method == "shmi" and (events == 0).any():
        words = "the log of 0 is not a number. Use method='cqc', which takes square roots"
        raise InvalidInput(broken(source, events, events > 0, words))


def _check(top: pd.Series, bottom: pd.Series, method: Rule, limits: float, kind: Kind) -> None:
    check_limits(limits)
    as_choice(kind, "kind", KINDS)
    counted = np.isfinite(top) & (top >= 0)
    wrong = broken("numerator", top, counted, "a finite number from 0")
    sized = np.isfinite(bottom) & (bottom > 0)
    wrong += broken("denominator", bottom, sized, "a finite number above 0")
    if kind == "proportion":
        wrong += broken("numerator", top, ~(top > bottom), "no more than the denominator")
    if not wrong and top.sum() == 0:
        wrong.append(Problem("numerator", "all units", "all are 0", "some unit has an event"))
    if wrong:
        raise InvalidInput(wrong)
    if kind == "ratio":
        refuse_zeros(top, "numerator", method)
