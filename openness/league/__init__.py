"""The league definition: a TOML file read into frozen parts. Knows no data."""

from openness.league.bands import Band, Bands
from openness.league.definition import (
    Domain,
    Eligibility,
    Facet,
    Group,
    League,
    Priors,
    Selection,
)
from openness.league.indicator import Direction, FamilyName, Indicator
from openness.league.load import league_hash, load_league, shipped_leagues

__all__ = [
    "Band",
    "Bands",
    "Direction",
    "Domain",
    "Eligibility",
    "Facet",
    "FamilyName",
    "Group",
    "Indicator",
    "League",
    "Priors",
    "Selection",
    "league_hash",
    "load_league",
    "shipped_leagues",
]
