"""How likely so few events were: predictive probabilities, averaged over what is not known of phi.

A threshold of one in millions is far out in the tail, where a plug-in dispersion that is a little
too small makes an honest unit look impossible. So the dispersion is not plugged in: the tail is
averaged over its posterior.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import (
    betainc,
    betainccinv,
    betaincinv,
    betaln,
    expit,
    gammainc,
    gammainccinv,
    gammaincinv,
    gammaln,
)

from openness.measures.overdispersion import DISPERSIONS, Profile

Floats = npt.NDArray[np.float64]

_LOG_GRID = np.log(DISPERSIONS)
_FINE = np.linspace(_LOG_GRID[0], _LOG_GRID[-1], 400)
_NO_WEIGHT = 1e-12
_LEFT_OUT = 1e-13  # probability beyond either end of the quadrature
_TINY = 1e-300
_NODES, _NODE_WEIGHTS = np.polynomial.legendre.leggauss(100)


@dataclass(frozen=True)
class Prediction:
    """What other units lead one to expect: negative binomials and their weights.

    Attributes
    ----------
    weight : array, shape (J,)
        Posterior of phi under a prior that is flat in log phi; adds up to 1.
    rate : array, shape (J,)
        m given phi.
    dispersion : array, shape (J,)
        phi, and what is not known of m: its relative variance.
    """

    weight: Floats
    rate: Floats
    dispersion: Floats

    @property
    def mean_rate(self) -> float:
        """Expected rate of another unit."""
        return float(self.weight @ self.rate)


def predict(others: Profile, borrowed: Floats | float = 0.0) -> Prediction:
    """Turn the profile of other units into a prediction for one more.

    `borrowed`, shape (len(DISPERSIONS),), is the log-likelihood of the dispersion from elsewhere.
    """
    from scipy.interpolate import CubicSpline  # slow to import, and few tables need it

    known = np.column_stack(
        [others.log_likelihood + borrowed, np.log(others.rate), np.log(others.information)]
    )
    log_posterior, log_rate, log_information = CubicSpline(_LOG_GRID, known)(_FINE).T
    weight = np.exp(log_posterior - log_posterior.max())
    weight /= weight.sum()
    kept = weight > _NO_WEIGHT
    return Prediction(
        weight=weight[kept] / weight[kept].sum(),
        rate=np.exp(log_rate[kept]),
        dispersion=np.exp(_FINE[kept]) + np.exp(-log_information[kept]),
    )


def negative_binomial_tail(
    events: Floats | float, mean: Floats, dispersion: Floats | float
) -> Floats:
    """Return Pr(Y <= events) for mean mu and variance mu + phi mu^2; the arrays broadcast."""
    return betainc(1 / dispersion, events + 1, 1 / (1 + dispersion * mean))


def count_tail(
    expected: Prediction, events: float, size: float, factor: float = 1.0, extra: float = 0.0
) -> float:
    """Return Pr(Y <= events) of a count with exposure `size`.

    The rate of this unit is `factor` times that of the prediction, and its dispersion larger by
    `extra`.
    """
    mean, dispersion = expected.rate * factor * size, expected.dispersion + extra
    return float(expected.weight @ negative_binomial_tail(events, mean, dispersion))


def share_tail(
    expected: Prediction, events: float, size: float, factor: float = 1.0, extra: float = 0.0
) -> float:
    """Return Pr(Y <= events) of a binomial count of `size` whose odds follow a gamma distribution.

    The prediction is of events by non-event: odds. Those of this unit are `factor` times as large,
    and their dispersion larger by `extra`. The probability is right to about 1e-9.

    With gamma odds O and a share B ~ Beta(y + 1, n - y), Pr(Y <= y | O) = Pr(odds(B) > O). So the
    tail is the mean over O of a beta distribution function, and the mean over B of a gamma one. For
    each dispersion the mean over the narrower distribution is taken, by Gauss-Legendre quadrature
    on the scale of log odds.
    """
    a, b = events + 1, size - events
    shape = 1 / (expected.dispersion + extra)[:, None]
    scale = expected.rate[:, None] * factor / shape

    share_ends = np.array([betaincinv(a, b, _LEFT_OUT), betainccinv(a, b, _LEFT_OUT)])
    low, high = np.log(share_ends) - np.log1p(-share_ends)
    log_odds, step = _nodes(low, high)
    density = np.exp(a * log_odds - (a + b) * np.logaddexp(0, log_odds) - betaln(a, b))
    over_share = (gammainc(shape, np.exp(log_odds) / scale) * density * step).sum(axis=1)

    odds_ends = [gammaincinv(shape, _LEFT_OUT), gammainccinv(shape, _LEFT_OUT)]
    lowest, highest = (np.log(np.maximum(end, _TINY) * scale) for end in odds_ends)
    log_odds, step = _nodes(lowest, highest)
    at = np.exp(log_odds) / scale
    density = np.exp(shape * np.log(at) - at - gammaln(shape))
    over_odds = (betainc(b, a, expit(-log_odds)) * density * step).sum(axis=1)

    return float(
        expected.weight @ np.where(high - low < (highest - lowest)[:, 0], over_share, over_odds)
    )


def _nodes(low: Floats | float, high: Floats | float) -> tuple[Floats, Floats]:
    """Return nodes and weights of the quadrature between two ends."""
    half = (high - low) / 2
    return low + half * (_NODES + 1), half * _NODE_WEIGHTS
