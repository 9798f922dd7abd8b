"""Hold each unit of one indicator against the others: how likely are so few events."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from openness.measures.lower_tail import count_tail, negative_binomial_tail, predict, share_tail
from openness.measures.overdispersion import DISPERSIONS, Profile, profile
from openness.measures.sample import Floats, Indices, Sample

PEERS = 5
"""Least number of other units of its group that a unit is held against; else it is all others."""

BORROWED = 5
"""What the other groups say of the dispersion counts as this many units would.

Groups have rates of their own, and often, but not always, a similar spread. With more, a small
group that is honestly more uneven than the rest is blocked too often; with none, a nil in it is not
seen.
"""

COLLAPSE = 0.5
"""A value of at least this share of what is expected is no collapse, however improbable.

Where units hardly differ, a moderately low value is improbable, but no sign of a missing return.
"""

_LOOK_CLOSER = 1e-3
"""A unit that is likelier than this under a fit that includes it is not judged without it."""


@dataclass(frozen=True)
class Judgement:
    """What the others led one to expect, arrays of shape (units,).

    Attributes
    ----------
    expected : array
        Events; NaN where there were too few others for an opinion, or none of them had an event.
    probability : array
        Of so few events; 1 where they are no collapse, NaN as above.
    peers : int array
        How many other units were asked.
    own_group : bool array
        Whether they were those of the unit's group.
    """

    expected: Floats
    probability: Floats
    peers: Indices
    own_group: npt.NDArray[np.bool_]


def judge(sample: Sample) -> Judgement:
    """Work out for every unit how likely so few events are, given the other units.

    The others are those of the unit's group, if there are at least `PEERS` and some had events, and
    else all of them. A unit that looks improbable is judged by a fit to the others alone.

    Parameters
    ----------
    sample : Sample

    Returns
    -------
    Judgement
    """
    n = len(sample.events)
    answer = Judgement(
        expected=np.full(n, np.nan),
        probability=np.full(n, np.nan),
        peers=np.zeros(n, dtype=np.intp),
        own_group=np.zeros(n, dtype=bool),
    )
    for fit in _fits(sample):
        answer.expected[fit.units], answer.probability[fit.units] = _judge_units(sample, fit)
        answer.peers[fit.units] = len(fit.asked) - 1
        answer.own_group[fit.units] = fit.of_a_group
    return answer


def usual(sample: Sample) -> tuple[Floats, Floats]:
    """Return what is usual among each unit's peers, itself included.

    Parameters
    ----------
    sample : Sample

    Returns
    -------
    rate, dispersion : array, shape (units,)
        The likeliest values; NaN where `judge` has no opinion.
    """
    rate, dispersion = np.full((2, len(sample.events)), np.nan)
    for fit in _fits(sample):
        rate[fit.units], dispersion[fit.units] = fit.likeliest
    return rate, dispersion


@dataclass(frozen=True)
class _Fit:
    """A distribution fitted to those `asked`, for `units`; other groups inform its dispersion."""

    units: Indices
    asked: Indices
    of_a_group: bool
    fitted: Profile
    borrowed: Floats | float

    @property
    def likeliest(self) -> tuple[float, float]:
        """Rate and dispersion."""
        best = (self.fitted.log_likelihood + self.borrowed).argmax()
        return float(self.fitted.rate[best]), float(DISPERSIONS[best])


def _fits(sample: Sample) -> Iterator[_Fit]:
    """Fit each group that is large enough, and all units for those of the other groups."""
    members = [np.flatnonzero(sample.group == label) for label in np.unique(sample.group)]
    groups = [units for units in members if len(units) > PEERS and sample.events[units].any()]
    profiles = [_profile(sample, units) for units in groups]
    in_groups = sum(map(len, groups))
    together = np.sum([found.log_likelihood for found in profiles], axis=0)
    for units, own in zip(groups, profiles, strict=True):
        elsewhere = max(1, in_groups - len(units))
        borrowed = (together - own.log_likelihood) * min(1.0, BORROWED / elsewhere)
        yield _Fit(units, units, True, own, borrowed)

    everyone = np.arange(len(sample.events))
    rest = np.setdiff1d(everyone, np.concatenate([*groups, everyone[:0]]))
    if len(rest) and len(everyone) > PEERS and sample.events.any():
        yield _Fit(rest, everyone, False, _profile(sample, everyone), 0.0)


def _judge_units(sample: Sample, fit: _Fit) -> tuple[Floats, Floats]:
    """Expected events and their probability for the units of a fit."""
    units = fit.units
    rate, dispersion = fit.likeliest
    expected, probability = sample.expected_events(rate, units), np.ones(len(units))
    roughly = negative_binomial_tail(
        sample.events[units], rate * sample.exposure[units], dispersion + sample.extra[units]
    )
    low = (sample.events[units] < COLLAPSE * expected) & (roughly < _LOOK_CLOSER)
    for position in np.flatnonzero(low):
        unit = units[position]
        others = predict(_profile(sample, fit.asked[fit.asked != unit]), fit.borrowed)
        expected[position] = sample.expected_events(others.mean_rate, units[[position]])[0]
        tail = share_tail if sample.share else count_tail
        probability[position] = tail(
            others, sample.events[unit], sample.size[unit], sample.factor[unit], sample.extra[unit]
        )
    return expected, probability


def _profile(sample: Sample, units: Indices) -> Profile:
    return profile(sample.events[units], sample.exposure[units])
