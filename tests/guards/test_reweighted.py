"""How far scores move under other priors, where that is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr
from scipy.stats import lognorm

from openness.fitting import Fit
from openness.guards import GUARDS, look
from openness.guards.prior import doubled

DRAWS = 200


@pytest.fixture
def spread_types(honest: Fit) -> Fit:
    """The sd between two types is its prior, and they differ by as much as it says."""
    sd = lognorm(s=0.5).ppf((np.arange(DRAWS) + 0.5) / DRAWS)
    rng = np.random.default_rng(4)
    sd = rng.permutation(sd).reshape(2, -1)
    posterior = honest.posterior
    group = honest.cells.group
    factor = sd[..., None] * np.where(group == 0, 1.0, -1.0) + rng.normal(size=(*sd.shape, 90))
    dims = ("chain", "draw")
    posterior = posterior.assign(group_sd=(dims, sd), factor=((*dims, "unit"), factor))
    log_prior = xr.Dataset({"group_sd": (dims, lognorm(s=0.5).logpdf(sd))})
    groups = {name: part.to_dataset() for name, part in honest.draws.children.items()}
    draws = {**groups, "posterior": posterior, "log_prior": log_prior}
    return replace(honest, draws=xr.DataTree.from_dict(draws))


def test_types_do_not_move_under_their_own_prior(spread_types: Fit) -> None:
    moves = look(spread_types).type_moves.set_index(["prior", "type"])
    own = moves.loc["log-normal(0, 0.5)"]
    np.testing.assert_allclose(own["moved"], 0, atol=1e-9)
    np.testing.assert_allclose(own["effective_draws"], DRAWS)


def test_types_draw_together_under_a_prior_that_says_they_are_alike(spread_types: Fit) -> None:
    moves = look(spread_types).type_moves.set_index(["prior", "type"])
    closer = moves.loc["half-normal(0.5)"]
    assert closer.loc["acute", "moved"] > 0 > closer.loc["ambulance", "moved"]
    assert closer["effective_draws"].max() < DRAWS
    # 60 units of one type and 30 of the other share 90 places, whatever the prior.
    assert 60 * closer.loc["acute", "moved"] + 30 * closer.loc["ambulance", "moved"] == (
        pytest.approx(0, abs=1e-6)
    )


def test_a_type_that_moves_is_noted_with_the_draws_that_are_left(spread_types: Fit) -> None:
    limits = spread_types.league.guards.model_copy(update={"type_move": 0.01})
    league = spread_types.league.model_copy(update={"guards": limits})
    found = list(GUARDS["types"](look(replace(spread_types, league=league))))
    assert {finding.about for finding in found} == {"acute", "ambulance"}
    assert all("draws are left" in finding.sentence for finding in found)


def test_a_type_of_few_units_is_noted(honest: Fit) -> None:
    limits = honest.league.guards.model_copy(update={"few_units": 31})
    league = honest.league.model_copy(update={"guards": limits})
    (found,) = GUARDS["types"](look(replace(honest, league=league)))
    assert found.about == "ambulance"


def test_doubling_a_normal_prior_moves_a_normal_mean_as_it_must() -> None:
    """With x ~ N(m, s^2) a posteriori, the mean under a prior N(0, 1 / a) moves by -m s^2 da."""
    m, s = 0.8, 0.3
    x = np.random.default_rng(5).normal(m, s, size=400_000)
    moved = doubled(x[:, None], -(x**2) / 2)
    # Monte Carlo error: an sd of about s^2 m over 630, a hundredth of the figure.
    assert moved[0] == pytest.approx(-np.log(2) * m * s**2, rel=0.02)


def test_a_score_that_the_prior_decides_is_noted(spread_types: Fit) -> None:
    log_likelihood = xr.Dataset(
        {"observed": (("chain", "draw", "unit"), np.zeros((2, DRAWS // 2, 90)))}
    )
    groups = {name: part.to_dataset() for name, part in spread_types.draws.children.items()}
    tree = xr.DataTree.from_dict({**groups, "log_likelihood": log_likelihood})
    # The factors go with the sd between types, whose prior is all that is known of it.
    found = list(GUARDS["prior"](look(replace(spread_types, draws=tree))))
    assert [finding.severity for finding in found] == ["notes"]
    assert found[0].figures["by_evidence"] == 0
