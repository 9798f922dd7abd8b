from types import MappingProxyType

import numpy as np
import pandas as pd
import pytest

from openness.study import replicate
from openness.study.replicate import COLUMNS, MODEL, MODEL_ORDER, Task, run_replicate, seed_code

from .studies import GAPS, small_study


def test_a_seed_is_that_of_spawning():
    study = small_study({}, {**GAPS, "id": "second"})
    spawned = np.random.SeedSequence(study.seed).spawn(2)[1].spawn(3)[2]
    own = Task(1, 2).seed(study)
    assert own.generate_state(4).tolist() == spawned.generate_state(4).tolist()
    assert seed_code(own) == f"{spawned.generate_state(1)[0]:08x}"


def test_more_replicates_or_conditions_change_none_that_are_there():
    first = run_replicate(small_study(GAPS), Task(0, 1))
    second = run_replicate(small_study(GAPS, {**GAPS, "id": "other"}, replicates=9), Task(0, 1))
    pd.testing.assert_frame_equal(first, second)
    third = run_replicate(small_study(GAPS), Task(0, 2))
    assert not first["rank_error"].equals(third["rank_error"])


def test_rows_are_of_methods_and_classes_of_units():
    table = run_replicate(small_study(GAPS), Task(0, 0))
    assert tuple(table.columns) == COLUMNS
    assert set(table["method"]) == {"mean_available_z", "learning_from_mistakes_2016"}
    by = table[table["method"] == "mean_available_z"].set_index("among")["units"]
    assert by["all"] == 40 == by["complete"] + by["incomplete"]
    assert 0 < by["system_change"] <= by["incomplete"]
    assert (table["failure"] == "").all()


def test_a_method_is_held_against_what_the_league_declares():
    """Without sampling error, and with nothing missing, a mean of z is the score of measures."""
    exact = {"family": "score", "relative_se": 1e-9}
    copies = {"indicators": 3, "copies": {"indicators": 2, "in_facet": False}}
    changes = {"domains": {"survey": exact, "incidents": {**exact, **copies}}}
    score = {"of": "measures", "weights": "equal_measures"}
    study = small_study(changes, {**changes, "id": "of_measures", "score": score})
    of_factor, of_measures = (
        run_replicate(study, Task(condition, 0)).set_index(["method", "among"])["rank_error"]
        for condition in (0, 1)
    )
    assert of_measures["mean_available_z", "all"] == 0
    assert of_factor["mean_available_z", "all"] > 1


def test_a_method_that_fails_is_recorded_and_the_others_go_on(monkeypatch):
    def failing(measures, league):
        raise ValueError("no such luck\nand more")

    methods = {**replicate.METHODS, "mean_available_z": failing}
    monkeypatch.setattr(replicate, "METHODS", MappingProxyType(methods))
    table = run_replicate(small_study(GAPS), Task(0, 0))
    failed = table[table["method"] == "mean_available_z"]
    assert failed["failure"].tolist() == ["ValueError: no such luck"]
    assert np.isnan(failed["wrong_band"]).all()
    assert (table["method"] == "learning_from_mistakes_2016").sum() > 1


@pytest.mark.sampling
def test_the_model_is_compiled_once_for_all_patterns_of_gaps():
    from openness.study import model_cache

    model_cache._models.clear()
    sampler = {"draws": 200, "tune": 200}
    # 40 units and certain gaps: the model's own shape, whatever is missing.
    study = small_study({}, GAPS, model=True, sampler=sampler, methods=["mean_available_z"])
    tables = [run_replicate(study, task) for task in (Task(0, 0), Task(1, 0), Task(1, 1))]
    assert len(model_cache._models) == 1
    table = pd.concat(tables)
    assert (table["failure"] == "").all()
    of_model = table[(table["method"] == MODEL) & (table["among"] == "all")]
    assert of_model["rhat"].between(1, 1.2).all()
    # 120 units with intervals of 95%: four standard errors of a binomial share.
    assert of_model["coverage"].mean() > 0.95 - 4 * np.sqrt(0.95 * 0.05 / 120)
    assert set(table["method"]) == {"mean_available_z", MODEL, MODEL_ORDER}
    again = run_replicate(study, Task(1, 0))
    pd.testing.assert_frame_equal(again, tables[1])


@pytest.mark.sampling
def test_a_fit_that_fails_is_recorded(monkeypatch):
    from openness.errors import FitFailed
    from openness.study import model_cache

    def failing(*arguments, **settings):
        raise FitFailed("Sampling did not start")

    monkeypatch.setattr(model_cache, "fit_by_cached_model", failing)
    table = run_replicate(small_study(GAPS, model=True), Task(0, 0))
    failed = table[table["failure"] != ""]
    assert failed["method"].tolist() == [MODEL, MODEL_ORDER]
    assert failed["failure"].unique().tolist() == ["FitFailed: Sampling did not start"]
