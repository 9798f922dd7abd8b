"""What a compiled model is made for: everything but what it takes as data."""

from __future__ import annotations

from dataclasses import dataclass, fields

from openness.errors import Problem
from openness.league import League
from openness.league.definition import Priors
from openness.model.cells import Cells


@dataclass(frozen=True)
class Shape:
    """Tables of one shape can be fitted by one compilation.

    Attributes
    ----------
    units : int
        How many there are; which ones makes no difference.
    groups, domains, indicators, collections : tuple of str
        Those with data; see `openness.model.cells.Cells`.
    families, directions : tuple of str
        Of the indicators.
    domain_of, facet_of : tuple of str
        Of the indicators; "" where one is in no facet.
    labels : tuple of tuple of str
        By indicator, the categories that occur.
    priors : Priors
    slope : str
        Whether the slope of returning by openness is stated or estimated.
    """

    units: int
    groups: tuple[str, ...]
    domains: tuple[str, ...]
    indicators: tuple[str, ...]
    collections: tuple[str, ...]
    families: tuple[str, ...]
    directions: tuple[str, ...]
    domain_of: tuple[str, ...]
    facet_of: tuple[str, ...]
    labels: tuple[tuple[str, ...], ...]
    priors: Priors
    slope: str

    def differences(self, other: Shape) -> list[Problem]:
        """Return where a table of shape `other` does not fit, in words."""
        return [
            Problem("refit", field.name, f"found {_words(came)}", f"compiled for {_words(here)}")
            for field in fields(self)
            if (here := getattr(self, field.name)) != (came := getattr(other, field.name))
        ]


def shape_of(league: League, cells: Cells) -> Shape:
    """Return the shape of a league's table."""
    return Shape(
        units=len(cells.units),
        groups=cells.groups,
        domains=cells.domains,
        indicators=cells.indicators,
        collections=cells.collections,
        families=tuple(indicator.family for indicator in cells.definitions),
        directions=tuple(indicator.direction for indicator in cells.definitions),
        domain_of=tuple(indicator.domain for indicator in cells.definitions),
        facet_of=tuple(cells.facets[f] if f >= 0 else "" for f in cells.facet),
        labels=cells.labels,
        priors=league.priors,
        slope="estimated" if cells.selection.estimate else "stated",
    )


def _words(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(_words, value)) or "none"
    return str(value)
