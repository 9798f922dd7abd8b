"""Facets that no data could settle are refused in words, with their place in the file."""

from __future__ import annotations

from typing import Any

import pytest

from openness.errors import InvalidLeague
from openness.league import League, load_league


def league(*facet_of: str | None, family: str = "score", **settings: Any) -> League:
    """Four indicators of a survey and one of counts, with the facets that are named."""
    domains = ["survey"] * 4 + ["counts"]
    measures = [
        {
            "id": f"q{k}", "label": f"Q{k}", "family": family if facet else "score",
            "direction": "higher_is_better", "domain": domain,
        }
        | ({"facet": facet} if facet else {})
        for k, (facet, domain) in enumerate(zip(facet_of, domains, strict=True))
    ]  # fmt: skip
    levels = [{"id": x, "label": x, "share": 0.5} for x in ("high", "low")]
    return load_league(
        {
            "id": "small", "title": "Small", "unit": "trust", "unit_plural": "trusts",
            "groups": [{"id": "all", "label": "All"}],
            "domains": [{"id": d, "label": d} for d in ("survey", "counts")],
            "facets": [{"id": "bullying", "label": "Bullying", "domain": "survey"}],
            "indicators": measures,
            "bands": {"rule": "shares", "levels": levels},
        }
        | settings
    )  # fmt: skip


def test_near_copies_share_a_facet() -> None:
    made = league("bullying", "bullying", None, None, None)
    assert [facet.id for facet in made.scored_facets] == ["bullying"]
    assert [i.facet for i in made.indicators] == ["bullying", "bullying", None, None, None]
    assert made.priors.facet == (2, 2)


@pytest.mark.parametrize(
    ("facet_of", "message"),
    [
        (("bullying", "bulying", "bullying", None, None), "there is no facet 'bulying'"),
        (("bullying", "bullying", None, None, "bullying"), "'bullying' is a facet of 'survey'"),
        (("bullying", None, None, None, None), "1 of its indicators is scored"),
        ((None,) * 5, "0 of its indicators are scored"),
        (("bullying",) * 4 + (None,), "it holds all scored indicators of 'survey'"),
    ],
)
def test_what_is_refused(facet_of: tuple[str | None, ...], message: str) -> None:
    with pytest.raises(InvalidLeague, match=message):
        league(*facet_of)


def test_two_facets_of_one_id_are_refused() -> None:
    twice = [{"id": "bullying", "label": "Bullying", "domain": "survey"}] * 2
    with pytest.raises(InvalidLeague, match=r"facets\[2\].*'bullying' is declared twice"):
        league("bullying", "bullying", None, None, None, facets=twice)


def test_a_facet_of_an_unknown_domain_is_refused() -> None:
    lost = [{"id": "bullying", "label": "Bullying", "domain": "surveys"}]
    with pytest.raises(InvalidLeague, match="there is no domain 'surveys'"):
        league("bullying", "bullying", None, None, None, facets=lost)


def test_ordered_categories_are_refused_in_a_facet() -> None:
    with pytest.raises(InvalidLeague, match="only proportions, counts and scores may be in a"):
        league("bullying", "bullying", None, None, None, family="binary")
