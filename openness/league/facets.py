"""Whether the facets of a league can be told from their sources and from their measures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from openness.league.complaints import Complaint
from openness.league.indicator import Indicator

if TYPE_CHECKING:
    from openness.league.definition import Facet


def check_facets(facets: Sequence[Facet], indicators: Sequence[Indicator]) -> Iterator[Complaint]:
    """Complain of facets that no data could settle, and of measures that a facet cannot hold.

    Parameters
    ----------
    facets : sequence of Facet
    indicators : sequence of Indicator
        All of the league. They name facets and domains that are declared.

    Yields
    ------
    Complaint
        A facet with fewer than two scored indicators; one that holds all scored indicators of its
        domain; an ordinal or binary indicator in a facet.
    """
    for position, facet in enumerate(facets):
        held = [i.id for i in indicators if i.scored and i.facet == facet.id]
        of_domain = [i.id for i in indicators if i.scored and i.domain == facet.domain]
        place = "facets", position
        if len(held) < 2:
            yield Complaint(
                place,
                f"{len(held)} of its indicators {'is' if len(held) == 1 else 'are'} scored",
                "a facet holds at least 2, which have something in common besides their source",
            )
        elif held == of_domain:
            yield Complaint(
                place,
                f"it holds all scored indicators of {facet.domain!r}",
                "a source must have something beside a facet; without the facet the model is "
                "the same",
            )
    for position, indicator in enumerate(indicators):
        if indicator.facet is not None and indicator.labels:
            yield Complaint(
                ("indicators", position, "facet"),
                f"given for {indicator.family} categories",
                "only proportions, counts and scores may be in a facet: leave the setting out",
            )
