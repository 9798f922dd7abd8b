from pathlib import Path

import pytest

from openness.errors import InvalidStudy
from openness.study import load_study
from openness.study.definition import study_hash
from openness.study.load import merge

from .studies import small_study

TOML = """
id = "s"
title = "S"
seed = 1
replicates = 2
methods = ["mean_fill"]

[bands]
rule = "shares"
levels = [{ id = "a", label = "A", share = 0.5 }, { id = "b", label = "B", share = 0.5 }]

[base.types]
one = { units = 10 }

[base.domains.survey]
family = "proportion"
indicators = 3
communality = 0.5

[[conditions]]
id = "as_it_is"
label = "As it is"

[[conditions]]
id = "weak"
label = "Weak"
domains.survey.communality = 0.2
missing.cells = { share = 0.1 }
"""

SHIPPED = Path(__file__).parents[2] / "examples" / "study" / "wrong-bands.toml"


def read(tmp_path: Path, text: str):
    path = tmp_path / "s.toml"
    path.write_text(text)
    return load_study(path)


def test_a_condition_is_the_base_with_some_settings_changed(tmp_path):
    first, second = read(tmp_path, TOML).conditions
    assert first.domains["survey"].communality == 0.5
    assert second.domains["survey"].communality == 0.2
    assert second.domains["survey"].indicators == 3
    assert first.missing == {}


def test_merging_leaves_the_base_as_it_was():
    base = {"a": {"b": 1, "c": 2}}
    assert merge(base, {"a": {"c": 3}, "d": [4]}) == {"a": {"b": 1, "c": 3}, "d": [4]}
    assert base == {"a": {"b": 1, "c": 2}}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"mean_fill"', '"mean_fil"', r"methods\[1\]: there is no method 'mean_fil'.*mean_fill'\?"),
        ('"mean_fill"', '"mean_fill", "mean_fill"', r"methods\[2\]: 'mean_fill' is named twice"),
        ('["mean_fill"]', "[]\nmodel = false", "no method is named, and `model` is false"),
        ("units = 10", "units = 100000000000", "found 100000000000; it must be 100000 or less"),
        ("communality = 0.5", "size = 1e18", r"it must be 1e\+09 or less"),
        ('label = "Weak"', 'label = ""', "label: found ''; it must not be empty"),
        ('title = "S"', 'title = ""', "title: found ''; it must not be empty"),
        ("{ share = 0.1 }", "3", "found 3; a table of settings is needed"),
        ("seed = 1", "seed = -1", "seed: found -1; it must be 0 or more"),
        ("seed = 1\n", "", "seed: the setting is missing"),
        ("communality = 0.2", "comunality = 0.2", r"domains: survey: comunality.*Did you"),
        ("communality = 0.2", "communality = 1.2", "found 1.2; it must be below 1"),
        ("{ share = 0.1 }", "{ share = 0.1, types = ['two'] }", "'two' is not declared"),
        ("{ share = 0.1 }", "{ share = 0.1, status = 'lost' }", "found 'lost'; allowed: 'not_coll"),
        ('id = "weak"', 'id = "as_it_is"', "'as_it_is' is declared twice"),
        ('family = "proportion"', 'family = "share"', "allowed: 'proportion', 'count'"),
        ("indicators = 3", "indicators = 3\nlower_is_better = 4", "the domain has 3 indicators"),
        ("[base.types]", "[base.score]\nof = 'measures'\n[base.types]", "states its weights"),
        ("[base.types]", "[base.score]\nof = 'measures'\nweights = { survey_4 = 1 }\n[base.types]",
         "survey_4: not declared; one of survey_1, survey_2, survey_3"),
        ("[base.types]", "[base.score]\nof = 'sources'\nweights = { survey_1 = 1 }\n[base.types]",
         "survey_1: not declared; one of survey"),
        ("indicators = 3", "indicators = 3\ncopies = { indicators = 3 }", "and one is no copy"),
        ("indicators = 3", "indicators = 3\ncopies = { indicators = 1 }", "must be 2 or more"),
        ("[bands]", "[bands", "not TOML"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_place(tmp_path, old, new, message):
    assert old in TOML
    with pytest.raises(InvalidStudy, match=message):
        read(tmp_path, TOML.replace(old, new))


@pytest.mark.parametrize("value", [float("inf"), float("nan")])
def test_a_shift_without_end_is_refused(value):
    types = {"town": {"units": 25, "shifts": {"survey": value}}}
    with pytest.raises(ValueError, match="finite number"):
        small_study({"types": types})


def test_cut_points_are_refused():
    levels = [{"id": "a", "label": "A", "above": 0.0}, {"id": "b", "label": "B"}]
    with pytest.raises(ValueError, match="naive scores have no such scale"):
        small_study(bands={"rule": "cut_points", "levels": levels})


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(InvalidStudy, match="it does not exist"):
        load_study(tmp_path / "none.toml")


def test_the_hash_is_of_what_the_results_rest_on():
    first = study_hash(small_study())
    assert study_hash(small_study(title="Another", replicates=50)) == first
    assert study_hash(small_study(seed=8)) != first
    assert study_hash(small_study({"tail_df": 3})) != first


def test_what_is_not_set_is_not_in_the_hash():
    """A study that knows nothing of scores and copies is the study that it was."""
    first = study_hash(small_study())
    assert study_hash(small_study({"score": {"of": "factor"}})) == first
    score = {"of": "measures", "weights": "equal_measures"}
    assert study_hash(small_study({"score": score})) != first
    incidents = {"indicators": 3, "copies": {"indicators": 2}}
    without = study_hash(small_study({"domains": {"incidents": {"indicators": 3}}}))
    assert study_hash(small_study({"domains": {"incidents": incidents}})) != without


def test_the_other_shipped_study_is_of_two_scores_in_each_world():
    study = load_study(SHIPPED.parent / "what-is-ranked.toml")
    worlds: dict[str, list[str]] = {}
    for condition in study.conditions:
        world = condition.model_dump_json(exclude={"id", "label", "score"})
        worlds.setdefault(world, []).append(condition.score.of)
    assert len(worlds) == 4
    assert set(map(tuple, worlds.values())) == {("measures", "factor")}


def test_the_shipped_study_is_of_conditions_right_and_wrong():
    study = load_study(SHIPPED)
    assert len(study.conditions) >= 6
    assert study.replicates >= 100
    by_id = {condition.id: condition for condition in study.conditions}
    assert by_id["heavy_tails"].tail_df
    assert by_id["correlated_specifics"].specific_correlation
    assert by_id["levels_off"].domains["survey"].bend
    quiet = by_id["closed_keep_quiet"]
    assert quiet.missing["kept_back"].slope > 0
    assert quiet.assumed_slope == 0
    assert sum(kind.units for kind in quiet.types.values()) == 230
    assert sum(source.indicators for source in quiet.domains.values()) == 9
