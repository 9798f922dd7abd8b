"""What the model expects before it has seen a value."""

from __future__ import annotations

import numpy as np
import pytest

from openness.errors import InvalidInput
from openness.fitting.gate import AUXILIARY, LATENT
from openness.model.build import build_collapsed
from openness.predicting import prior_predictive

DRAWS = 400


@pytest.fixture(scope="module")
def prior(example):
    return prior_predictive(example.league, example.measures, seed=5, draws=DRAWS)


def test_it_has_every_parameter_of_the_model(example, prior) -> None:
    model = build_collapsed(example.league, example.cells, example.structure)
    named = {variable.name for variable in (*model.free_RVs, *model.deterministics)} - LATENT
    assert set(prior["prior"].data_vars) == named | {"factor", "domain_level"}
    assert named >= AUXILIARY - {"indicator_variate", "group_variate"}
    assert prior["prior"]["loading"].dims == ("chain", "draw", "indicator")
    assert prior["prior"]["indicator"].to_numpy().tolist() == list(example.cells.indicators)


def test_parameters_come_from_their_priors(example, prior) -> None:
    communality = prior["prior"]["communality"].to_numpy()
    a, b = example.league.priors.communality
    # 400 draws of nine: five standard errors of a mean and of an sd.
    sd = np.sqrt(a * b / (a + b) ** 2 / (a + b + 1))
    assert abs(communality.mean() - a / (a + b)) < 5 * sd / np.sqrt(communality.size)
    assert abs(communality.std() / sd - 1) < 5 / np.sqrt(2 * communality.size)


def test_the_factor_has_variance_one_within_a_type(example, prior) -> None:
    dataset = prior["prior"].to_dataset()
    effect = dataset["group_effect"].to_numpy()[0][:, example.cells.group]
    z = dataset["factor"].to_numpy()[0] - effect
    assert abs(z.mean()) < 5 / np.sqrt(z.size)
    assert abs(z.std() - 1) < 5 / np.sqrt(2 * z.size)


def test_tables_are_those_that_the_units_could_have_had(example, prior) -> None:
    tables, seen = prior["prior_predictive"].to_dataset(), prior["observed_data"].to_dataset()
    assert set(tables.data_vars) == set(seen.data_vars) == set(example.cells.indicators)
    for indicator in example.cells.definitions:
        drawn = tables[indicator.id].to_numpy()
        assert drawn.shape == (1, DRAWS, seen.sizes[f"unit_{indicator.id}"])
        if indicator.family == "proportion":
            assert ((drawn >= 0) & (drawn <= 1)).all()
        if indicator.labels:
            assert set(np.unique(drawn)) <= set(range(len(indicator.labels)))
    # No category of a rating is expected more than another: their shares are uniform together.
    n_labels = len(next(i for i in example.cells.definitions if i.id == "rating").labels)
    share = float((tables["rating"] == 0).mean())
    # 400 draws of a share with a sd below 1/2: five standard errors, and nearly one more for units.
    assert abs(share - 1 / n_labels) < 0.15


def test_one_seed_one_table(example, prior) -> None:
    again = prior_predictive(example.league, example.measures, seed=5, draws=DRAWS)
    assert again["prior_predictive"].to_dataset().equals(prior["prior_predictive"].to_dataset())
    assert again["prior"].to_dataset().equals(prior["prior"].to_dataset())


def test_no_draws_are_refused(example) -> None:
    with pytest.raises(InvalidInput, match="draws: 0"):
        prior_predictive(example.league, example.measures, seed=1, draws=0)
