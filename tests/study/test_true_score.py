"""The declared score of true latents, by hand and by what draws the score of a fit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from openness.league import League, Score
from openness.measures import read_measures
from openness.model.cells import Cells, make_cells
from openness.model.identification import identify
from openness.model.priors import coordinates
from openness.scoring import Scale, category_values, draw_score
from openness.study import SimulatedLeague, draw_truth, simulate_league
from openness.study.simulate import empty_cells
from openness.study.true_score import true_score

EXACT = 1e-12
"""Sums of a few numbers in another order."""

UNITS = {"town": 30, "country": 20}


def make_league(**score: object) -> League:
    """Two measures of a survey in a facet and one beside; a rating and a mean; a lone mean."""
    indicators = [
        {"id": "heard", "domain": "survey", "facet": "voice"},
        {"id": "listened", "domain": "survey", "facet": "voice"},
        {"id": "bullied", "domain": "survey", "direction": "lower_is_better"},
        {"id": "rating", "domain": "board", "family": "ordinal", "categories": ["1", "2", "3"]},
        {"id": "led", "domain": "board", "groups": ["town"]},
        {"id": "reports", "domain": "incidents"},
    ]
    return League.model_validate(
        {
            "id": "true",
            "title": "True",
            "unit": "unit",
            "unit_plural": "units",
            "groups": [{"id": g, "label": g} for g in UNITS],
            "domains": [{"id": d, "label": d} for d in ("survey", "board", "incidents")],
            "facets": [{"id": "voice", "label": "Voice", "domain": "survey"}],
            "indicators": [
                {"label": i["id"], "direction": "higher_is_better", "family": "score", **i}
                for i in indicators
            ],
            "bands": {
                "rule": "shares",
                "levels": [
                    {"id": "upper", "label": "Upper", "share": 0.5},
                    {"id": "lower", "label": "Lower", "share": 0.5},
                ],
            },
            "score": score,
        }
    )


STATED = {"heard": 3, "listened": 1, "bullied": 2, "rating": 2, "led": 1, "reports": 1}
LEAGUE = make_league(of="measures", weights=STATED)


@pytest.fixture(scope="module")
def simulated() -> SimulatedLeague:
    """Sampling errors are a ten-thousandth of the spread: what is seen is what is true."""
    rng = np.random.default_rng(11)
    truth = draw_truth(LEAGUE, rng, units_per_group=UNITS, group_sd=1.0)
    return simulate_league(LEAGUE, UNITS, truth, rng, relative_se=1e-4)


def declaring(simulated: SimulatedLeague, **score: object) -> League:
    return simulated.league.model_copy(update={"score": Score(**score)})


def categories(simulated: SimulatedLeague) -> tuple[np.ndarray, np.ndarray]:
    """Category of every unit, and what each of them counts."""
    eta, cuts = simulated.eta["rating"].to_numpy(), simulated.truth.cuts_of("rating")
    return (eta[:, None] > cuts).sum(axis=1), np.array(category_values(eta.mean(), eta.std(), cuts))


def test_measures_count_by_their_true_values(simulated: SimulatedLeague) -> None:
    category, counts = categories(simulated)
    value = simulated.eta.assign(rating=counts[category], bullied=-simulated.eta["bullied"])
    town = (simulated.units["group"] == "town").to_numpy()
    centre, spread = value.mean(), value.std(ddof=0)
    centre["led"], spread["led"] = value["led"][town].mean(), value["led"][town].std(ddof=0)
    z = ((value - centre) / spread)[list(STATED)].to_numpy()
    # "led" does not apply in the country, and leaves its weight to the rating
    weights = np.where(town[:, None], list(STATED.values()), [3, 1, 2, 3, 0, 1]) / 10
    by_hand = (weights * z).sum(axis=1)
    np.testing.assert_allclose(true_score(simulated), by_hand, rtol=EXACT, atol=EXACT)


def test_latent_ratings_count_by_what_lies_behind_them(simulated: SimulatedLeague) -> None:
    only = {**dict.fromkeys(STATED, 0), "rating": 1}
    eta = simulated.eta["rating"]
    for ratings, expected in (
        ("latent", (eta - eta.mean()) / eta.std(ddof=0)),
        ("category", pd.Series(categories(simulated)[0], eta.index)),
    ):
        league = declaring(simulated, of="measures", weights=only, ratings=ratings)
        found = true_score(simulated, league)
        assert found.rank().tolist() == expected.rank().tolist(), ratings


def test_sources_count_by_their_levels_and_a_lone_measure_by_itself(
    simulated: SimulatedLeague,
) -> None:
    league = declaring(simulated, of="sources", weights={"survey": 2, "board": 0, "incidents": 1})
    level, lone = simulated.domain_levels["survey"], simulated.eta["reports"]
    z = [(x - x.mean()) / x.std(ddof=0) for x in (level, lone)]
    by_hand = (2 * z[0] + z[1]) / 3
    np.testing.assert_allclose(true_score(simulated, league), by_hand, rtol=EXACT, atol=EXACT)


def test_the_factor_is_the_factor(simulated: SimulatedLeague) -> None:
    league = declaring(simulated)
    assert true_score(simulated, league).tolist() == simulated.factor.tolist()
    within = true_score(simulated, declaring(simulated, within_group=True))
    effect = simulated.truth.group_effect[simulated.units["group"]].to_numpy()
    np.testing.assert_allclose(within, simulated.factor - effect, rtol=EXACT)


@pytest.mark.parametrize("of", ["measures", "sources"])
def test_the_mean_of_a_type_is_taken_out(of: str) -> None:
    """Of 4000 units in each type: its mean score is within four standard errors of 0."""
    rng, many = np.random.default_rng(5), {"town": 4000, "country": 4000}
    drawn = draw_truth(LEAGUE, rng, units_per_group=many, group_sd=1.0)
    truth = replace(drawn, group_effect=drawn.group_effect * 0 + [0.8, -0.8])
    made = simulate_league(LEAGUE, many, truth, rng)
    for within in (True, False):
        league = declaring(made, of=of, weights="equal_sources", within_group=within)
        score = true_score(made, league)
        means = score.groupby(made.units["group"].to_numpy()).mean()
        assert (means.abs() < 4 * score.std() / np.sqrt(4000)).all() == within


def test_constants_of_a_fit_are_used(simulated: SimulatedLeague) -> None:
    only = {**dict.fromkeys(STATED, 0), "rating": 1}
    league = declaring(simulated, of="measures", weights=only)
    scale = Scale(dict.fromkeys(STATED, 1.0), dict.fromkeys(STATED, 2.0), {"rating": (5, 7, 11)})
    expected = (np.array([5, 7, 11])[categories(simulated)[0]] - 1) / 2
    found = true_score(simulated, league, scale=scale)
    np.testing.assert_allclose(found, expected, rtol=EXACT)


def test_levels_are_counted_from_their_usual_mean(simulated: SimulatedLeague) -> None:
    """What all types have in a source is in its intercepts: no data settle where a level is 0."""
    league = declaring(simulated, of="sources", weights={"survey": 1, "board": 0, "incidents": 0})
    parts = ("survey", "board", "incidents")
    scale = Scale(dict.fromkeys(parts, 0.0), dict.fromkeys(parts, 1.0), {})
    truth = simulated.truth
    usual = np.sqrt(truth.coherence["survey"]) * truth.group_effect
    usual += truth.domain_shift.loc["survey"]
    overall = np.average(usual[list(UNITS)], weights=list(UNITS.values()))
    expected = simulated.domain_levels["survey"] - overall
    found = true_score(simulated, league, scale=scale)
    np.testing.assert_allclose(found, expected, rtol=EXACT, atol=EXACT)


def test_a_category_that_nobody_shows_counts_as_the_nearest(simulated: SimulatedLeague) -> None:
    """All units of the lowest category have not returned it: a fit knows of two categories."""
    table = simulated.measures
    lowest = (table["indicator"] == "rating") & (table["value"] == "1")
    holed = replace(simulated, measures=empty_cells(table, lowest.to_numpy(), "not_returned"))
    only = {**dict.fromkeys(STATED, 0), "rating": 1}
    league = declaring(holed, of="measures", weights=only)
    scale = Scale(dict.fromkeys(STATED, 0.0), dict.fromkeys(STATED, 1.0), {"rating": (2, 3)})
    expected = np.array([2, 2, 3])[categories(simulated)[0]]
    assert true_score(holed, league, scale=scale).tolist() == expected.tolist()


@pytest.mark.parametrize("within_group", [False, True])
@pytest.mark.parametrize("of", ["measures", "sources"])
def test_a_fit_that_knew_the_truth_would_draw_it(
    simulated: SimulatedLeague, of: str, within_group: bool
) -> None:
    """With the true parameters and latents as draws, and figures without sampling error."""
    league = declaring(simulated, of=of, weights="equal_sources", within_group=within_group)
    measures = read_measures(simulated.measures, simulated.units, league)
    cells = make_cells(league, measures)
    structure = identify(league, cells)
    posterior = _the_truth(simulated, cells, coordinates(cells, structure))
    drawn, scale = draw_score(league.score, league, measures, posterior, cells, structure, seed=1)
    true = true_score(simulated, league, scale=scale)[list(cells.units)]
    # Sampling errors are 1e-4 of the spread, and what does not apply is not counted.
    np.testing.assert_allclose(drawn, np.tile(true, (len(drawn), 1)), atol=2e-3)


def _the_truth(simulated: SimulatedLeague, cells: Cells, coords: dict[str, list[str]]):
    """True parameters and latents as two chains of one draw, as the collapsed model names them."""
    truth, units, ids = simulated.truth, list(cells.units), list(cells.indicators)
    groups, domains = list(cells.groups), list(cells.domains)
    h, rho = truth.communality[ids].to_numpy(), truth.coherence[domains].to_numpy()
    mean = np.sqrt(rho) * truth.group_effect[groups].to_numpy()[:, None]
    mean += truth.domain_shift.loc[domains, groups].T.to_numpy()
    usual = np.average(mean, axis=0, weights=[UNITS[g] for g in groups])
    mean -= usual
    sign = np.array([i.sign for i in cells.definitions])
    own = sign * truth.spread[ids].to_numpy() * np.sqrt(h)
    kappa = truth.facet_coherence[list(cells.facets)].to_numpy()
    in_facet = cells.facet >= 0
    root = np.where(in_facet, np.sqrt(kappa[np.maximum(cells.facet, 0)]), 1.0)
    loading = own * root
    level = simulated.domain_levels.loc[units, domains].to_numpy() - usual
    facet_level = simulated.facet_levels.loc[units].to_numpy()
    facet_level = facet_level - np.sqrt(kappa) * usual[cells.domain_of_facet]
    values = {
        "loading": (loading * np.sqrt(rho)[cells.domain], ("indicator",)),
        "residual_domain_loading": (loading * np.sqrt(1 - rho)[cells.domain], ("indicator",)),
        "residual_facet_loading": (own * np.sqrt(1 - root**2), ("indicator",)),
        "uniqueness_sd": (truth.spread[ids].to_numpy() * np.sqrt(1 - h), ("indicator",)),
        "communality": (h, ("indicator",)),
        "coherence": (truth.coherence[coords["coherent_domain"]].to_numpy(), ("coherent_domain",)),
        "facet_coherence": (kappa, ("facet",)),
        "group_effect": (truth.group_effect[groups].to_numpy(), ("unit_group",)),
        "domain_mean": (mean, ("unit_group", "domain")),
        "expected": (
            truth.intercept[ids].to_numpy() + loading * (mean + usual)[:, cells.domain],
            ("unit_group", "indicator"),
        ),
        "cut_point": (truth.cuts_of("rating"), ("cut",)),
        "factor": (simulated.factor[units].to_numpy(), ("unit",)),
        "domain_level": (level, ("unit", "domain")),
        "facet_level": (facet_level, ("unit", "facet")),
        "level": (level[:, domains.index("board")], ("sampled_level",)),
    }
    return xr.Dataset(
        {
            name: (("chain", "draw", *dims), np.stack([value, value])[:, None])
            for name, (value, dims) in values.items()
        },
        coords={name: labels for name, labels in coords.items() if labels},
    )
