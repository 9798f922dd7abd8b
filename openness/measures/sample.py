"""One indicator's counts or shares as arrays, with what they are counted against."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from openness.families.counted import counted
from openness.league.indicator import Indicator

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Sample:
    """One indicator over the units that have it, arrays of shape (units,).

    Attributes
    ----------
    share : bool
        Events are among `size` respondents, and it is odds that differ between units by a gamma
        distribution; else they are counts with exposure `size`, and it is rates.
    events, size : array
        Over the design effect, and not rounded.
    group : array
        Labels.
    factor : array
        By which a unit's rate or odds are expected to differ from those of its peers.
    extra : array
        What is not known of `factor`: its relative variance.
    """

    share: bool
    events: Floats
    size: Floats
    group: npt.NDArray[Any]
    factor: Floats
    extra: Floats

    @property
    def exposure(self) -> Floats:
        """What events are counted against.

        For a share these are the respondents who are not events, at least half a one. A share near
        1 has much room below and little above; odds have the same room either way. The lower tail
        of a gamma distribution is heavier than a log-normal's, so it errs on the safe side.
        """
        against = np.maximum(self.size - self.events, 0.5) if self.share else self.size
        return against * self.factor

    def expected_events(self, rate: Floats | float, units: Indices) -> Floats:
        """Events of `units` at this rate, or at these odds, times their factor."""
        at = rate * self.factor[units]
        return self.size[units] * (at / (1 + at) if self.share else at)


def sample_of(indicator: Indicator, cells: pd.DataFrame) -> Sample:
    """Take a sample from observed cells of one proportion or count, a row for each unit."""
    family = counted(indicator)
    value, denominator = cells["value"].to_numpy(float), cells["denominator"].to_numpy(float)
    events, size = family.effective(indicator, value, denominator)
    return Sample(
        share=family.figure == "share",
        events=events,
        size=size,
        group=cells["group"].to_numpy(),
        factor=np.ones(len(cells)),
        extra=np.zeros(len(cells)),
    )
