"""Z-scores of many units, and the variance between units that chance does not explain.

Rates of large units differ by more than chance allows, so that a funnel of sampling errors alone
flags too many of them. Both rules here estimate how much more from the z-scores of the units that
are not at either end, and add it to every sampling variance.

Sources: D. J. Spiegelhalter (2005), "Handling over-dispersion of performance indicators", Quality
and Safety in Health Care 14: 347-351; D. Spiegelhalter, C. Sherlaw-Johnson, M. Bardsley, I. Blunt,
C. Wood and O. Grigg (2012), "Statistical methods for healthcare regulation", Journal of the Royal
Statistical Society A 175: 1-47; for "shmi", NHS Digital, "Indicator specification: Summary
Hospital-level Mortality Indicator".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.stats import rankdata

from openness.ranking.arguments import as_choice, as_number, refuse

Array = np.ndarray
Rule = Literal["shmi", "cqc"]
RULES: tuple[Rule, ...] = ("shmi", "cqc")


@dataclass(frozen=True, eq=False)
class Overdispersion:
    """What units vary by beyond chance.

    Attributes
    ----------
    used : ndarray, shape (units,)
        The z-scores that it was estimated from: NaN at the ends under "shmi", drawn in under "cqc".
    phi : float
        Mean square of them: 1 if there is nothing but chance.
    tau2 : float
        Variance between units, on the scale of the estimates.
    z : ndarray, shape (units,)
        The estimates' distance from target in sds, with `tau2` counted.
    """

    used: Array
    phi: float
    tau2: float
    z: Array


def overdispersion(
    distance: Array, s: Array, *, method: Rule = "shmi", trim: float = 0.1
) -> Overdispersion:
    """Estimate the variance between units, and allow for it.

    Parameters
    ----------
    distance : ndarray, shape (units,)
        Estimates minus their target, on a scale where they are about normal.
    s : ndarray, shape (units,)
        Their sampling errors.
    method : {"shmi", "cqc"}
        What is done to both ends of the z-scores: cut off, or winsorised.
    trim : float
        The share at either end, from 0 to less than a half.

    Returns
    -------
    Overdispersion

    Raises
    ------
    InvalidInput
        If a setting is not allowed, or fewer than two units are left.
    """
    as_choice(method, "method", RULES)
    as_number(trim, "trim", lambda x: 0 <= x < 0.5, "a share from 0 to less than 0.5 at each end")
    z = distance / s
    used = truncate(z, trim) if method == "shmi" else winsorise(z, trim)
    kept = ~np.isnan(used)
    n = int(kept.sum())
    if n < 2:
        found = f"{trim:g} at either end leaves {n} of them"
        needs = "a variance between units needs at least 2"
        raise refuse("trim", f"{len(z)} units", found, needs)
    phi = float(np.mean(used[kept] ** 2))
    w = 1 / s[kept] ** 2
    # tau^2 = (I phi - (I - 1)) / (sum w - sum w^2 / sum w), not below 0
    tau2 = max(0.0, float((n * phi - (n - 1)) / (w.sum() - (w**2).sum() / w.sum())))
    return Overdispersion(used, phi, tau2, distance / np.sqrt(s**2 + tau2))


def truncate(z: Array, trim: float) -> Array:
    """Leave out the lowest and the highest share, which become NaN.

    A z-score with rank r of n stays if trim <= r / (n + 1) < 1 - trim; equal ones share their mean
    rank. With trim = 1/10 this is 0 < floor(10 r / (n + 1)) < 9, as the mortality indicator has it.
    """
    rank = rankdata(z)
    n = len(z)
    # Quotients of exact numbers, so that a rank on the cut is not a matter of rounding.
    inside = (rank / (n + 1) >= trim) & ((n + 1 - rank) / (n + 1) > trim)
    return np.where(inside, z, np.nan)


def winsorise(z: Array, trim: float) -> Array:
    """Draw the lowest and the highest share in to the quantile, of the linear kind."""
    low, high = np.quantile(z, [trim, 1 - trim])
    return np.clip(z, low, high)
