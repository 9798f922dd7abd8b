"""How large bands came out, beside how large they were declared to be."""

from __future__ import annotations

import pandas as pd

from openness.league import League
from openness.ranking import BandProbabilities

_NAMED = {
    "zero-one": "each is named the most probable band",
    "absolute": "each is named its median band",
    "stated": "each is named the band of least expected loss",
}


def band_sizes(
    banded: BandProbabilities, named: pd.Series, league: League, loss: str
) -> dict[str, object]:
    """Return what is published of the sizes of bands.

    Parameters
    ----------
    banded : BandProbabilities
    named : pandas.Series
        The id of the band that each unit is named.
    league : League
    loss : {"zero-one", "absolute", "stated"}
        By which they were named.

    Returns
    -------
    dict
        `declared_<band id>` (missing under cut points) and `named_<band id>` for each band, and
        `sizes_in_words`.
    """
    ids = [band.id for band in league.bands.levels]
    counts = [int((named == band).sum()) for band in ids]
    declared = banded.declared
    figures: dict[str, object] = {}
    for at, band in enumerate(ids):
        figures[f"declared_{band}"] = None if declared is None else declared[at]
        figures[f"named_{band}"] = counts[at]
    whole = None if declared is None else list(declared)
    figures["sizes_in_words"] = sizes_in_words(whole, counts, league, loss)
    return figures


def sizes_in_words(declared: list[int] | None, named: list[int], league: League, loss: str) -> str:
    """Say how the sizes of bands differ from those that were declared, and why.

    Examples
    --------
    >>> from openness.standing.band_sizes import sizes_in_words
    >>> print(sizes_in_words([20, 20], [22, 18], league, "zero-one"))
    The bands hold 22 and 18 schools; the league declares 20 and 20. Each is named the most
    probable band, so that sizes are free.
    """
    plural = league.unit_plural
    found = f"The bands hold {_listed(named)} {plural}"
    if declared is None:
        return f"{found}; the league cuts by score and declares no sizes."
    if league.bands.sizes == "as_declared":
        if declared == named:
            return f"{found}, as the league declares."
        why = f"{plural.capitalize()} with the same figures share a band, so that sizes are as near"
        return f"{found}; the league declares {_listed(declared)}. {why} as they can be."
    why = _NAMED[loss]
    if declared == named:
        return f"{found}, as the league declares, although sizes are free: {why}."
    found = f"{found}; the league declares {_listed(declared)}."
    return f"{found} {_opened(why)}, so that sizes are free."


def _listed(numbers: list[int]) -> str:
    *first, last = (f"{number:,}" for number in numbers)
    return f"{', '.join(first)} and {last}"


def _opened(words: str) -> str:
    return words[:1].upper() + words[1:]
