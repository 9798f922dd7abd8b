"""What the shipped leagues rank, and the league that `models/README.md` gives to copy."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from openness.guards import GUARDS
from openness.league import load_league, shipped_leagues
from openness.measures import read_measures
from openness.model.cells import make_cells
from openness.model.identification import identify
from openness.scoring import declared_weights

MODELS = Path(__file__).parents[2] / "models"


@pytest.mark.parametrize("name", shipped_leagues())
def test_a_shipped_league_declares_what_it_ranks_and_why(name: str) -> None:
    score = load_league(name).score
    assert score.of == "measures"
    assert score.weights is not None
    assert score.why
    assert not score.within_group


@pytest.mark.parametrize(
    ("name", "facets"),
    [
        (
            "openness-2024",
            {
                "treatment": [
                    "bullied_by_manager",
                    "bullied_by_colleagues",
                    "discrimination_by_staff",
                ],
                "means": ["can_make_improvements", "burned_out", "enough_staff"],
            },
        ),
        ("freedom-to-speak-up", {"recommend": ["recommend_work", "recommend_care"]}),
        ("learning-from-mistakes-2016", {}),
    ],
)
def test_near_copies_are_in_one_facet(name: str, facets: dict[str, list[str]]) -> None:
    league = load_league(name)
    held = {f.id: [i.id for i in league.scored if i.facet == f.id] for f in league.facets}
    assert held == facets
    assert all(facet.why for facet in league.facets)


def test_the_index_after_which_a_league_is_named_is_half_of_it() -> None:
    league = load_league("freedom-to-speak-up")
    weights = declared_weights(league, league.score)
    assert weights["ftsu_index"] == pytest.approx(0.5)
    assert weights["recommend_work"] + weights["recommend_care"] == pytest.approx(0.2)


@pytest.mark.parametrize("name", shipped_leagues())
def test_what_a_league_accepts_is_of_a_guard_and_of_its_own_parts(name: str) -> None:
    league = load_league(name)
    parts = {i.id for i in league.scored} | {d.id for d in league.domains}
    parts |= {group.id for group in league.groups}
    for accepted in league.guards.accepted:
        assert accepted.guard in GUARDS
        assert accepted.about
        first, *rest = accepted.about.split(" and ")
        # of two, the second may be a unit: those are in the data and not in the league
        assert first in parts
        assert accepted.guard == "outlying_cells" or set(rest) <= parts


def _to_copy() -> str:
    return re.findall(
        r"^```toml\n(.*?)^```", (MODELS / "README.md").read_text("utf-8"), flags=re.M | re.S
    )[0]


def test_the_first_league_of_the_readme_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "my-league.toml"
    path.write_text(_to_copy(), encoding="utf-8")
    league = load_league(path)
    assert league.score.of == "measures"
    assert all(indicator.why for indicator in league.indicators)


def test_the_league_to_copy_can_be_fitted() -> None:
    """With the two tables whose columns the page names, the model is identified."""
    league = load_league(tomllib.loads(_to_copy()))
    rng = np.random.default_rng(1)
    codes = [f"S{number:02d}" for number in range(20)]
    people = rng.integers(80, 200, 20)
    figures = {
        "heard": rng.binomial(people, 0.6) / people,
        "bullied": rng.binomial(people, 0.2) / people,
        "inspection_rating": rng.choice(["requires improvement", "good"], 20),
    }
    rows = [
        (code, name, value, "" if name == "inspection_rating" else size, "", "observed", "")
        for name, values in figures.items()
        for code, value, size in zip(codes, values, people, strict=True)
    ]
    columns = ["unit", "indicator", "value", "denominator", "se", "status", "note"]
    measures = pd.DataFrame(rows, columns=columns).astype(str)
    units = pd.DataFrame({"unit": codes, "name": codes, "group": "school"})
    cells = make_cells(league, read_measures(measures, units, league))
    assert cells.indicators == tuple(figures)
    assert identify(league, cells).coherent
