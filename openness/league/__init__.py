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
from openness.league.guards import Accepted, Guards
from openness.league.indicator import Direction, FamilyName, Indicator
from openness.league.load import league_hash, load_league, shipped_leagues
from openness.league.score import Score

__all__ = [
    "Accepted",
    "Band",
    "Bands",
    "Direction",
    "Domain",
    "Eligibility",
    "Facet",
    "FamilyName",
    "Group",
    "Guards",
    "Indicator",
    "League",
    "Priors",
    "Score",
    "Selection",
    "league_hash",
    "load_league",
    "shipped_leagues",
]
