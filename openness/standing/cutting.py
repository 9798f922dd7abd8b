"""The bands of a league among the units of a stratum."""

from __future__ import annotations

from typing import Any

import numpy as np

from openness.league import Bands, League
from openness.ranking import BandProbabilities, band_limits
from openness.ranking import bands as bands_of_posterior
from openness.standing.standing import Stratum


def band_probabilities(stratum: Stratum, league: League) -> BandProbabilities:
    """Return the probability of each band of the league for each unit of the stratum."""
    rule = cut_among(league.bands, len(stratum.posterior.names))
    ids = [band.id for band in league.bands.levels]
    return bands_of_posterior(stratum.posterior, labels=ids, **rule)


def cut_among(bands: Bands, units: int) -> dict[str, list[Any]]:
    """Return the rule of a league's bands for so many ranked units, as `openness.ranking.bands`.

    A league's counts are for the units that it expects. Where fewer are ranked, the lowest bands
    are short.
    """
    if bands.rule != "counts":
        return bands.cut
    limits = band_limits(units, **bands.cut)
    return {"counts": np.diff(limits, prepend=0).tolist()}
