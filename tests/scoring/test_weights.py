"""What each measure weighs, by hand."""

import numpy as np
import pytest

from openness.errors import InvalidLeague
from openness.league import Score, load_league
from openness.scoring import declared_weights, reweighted, score_of


def test_numbers_are_divided_by_their_sum(small_league):
    score = Score(of="sources", weights={"survey": 3, "incidents": 1})
    assert declared_weights(small_league, score) == {"survey": 0.75, "incidents": 0.25}


def test_a_facet_has_one_voice_in_its_source(small_league):
    settings = small_league.model_dump()
    extra = settings["indicators"][0] | {"id": "again"}
    settings["facets"] = [{"id": "pair", "label": "Pair", "domain": "survey"}]
    settings["indicators"] = [
        settings["indicators"][0] | {"facet": "pair"},
        extra | {"facet": "pair"},
        *settings["indicators"][1:],
    ]
    weights = declared_weights(load_league(settings), Score(of="measures", weights="equal_sources"))
    # Half a source each; in the survey, the facet and the other measure have a quarter.
    assert weights == {
        "heard": 0.125,
        "again": 0.125,
        "safe": 0.25,
        "reported": 0.25,
        "near_misses": 0.25,
    }


def test_the_other_scores_weigh_sources_as_the_declared_one_does(small_league):
    stated = {"heard": 0.4, "safe": 0.2, "reported": 0.4, "near_misses": 0.0}
    league = small_league.model_copy(update={"score": Score(of="measures", weights=stated)})
    assert score_of(league, "sources").weights == pytest.approx({"survey": 0.6, "incidents": 0.4})
    assert score_of(league, "factor").weights is None
    by_source = Score(of="sources", weights={"survey": 3, "incidents": 1})
    league = small_league.model_copy(update={"score": by_source})
    assert score_of(league, "measures").weights == pytest.approx(
        {"heard": 0.375, "safe": 0.375, "reported": 0.125, "near_misses": 0.125}
    )
    assert score_of(league, "sources") == by_source


def test_what_does_not_apply_passes_its_weight_on():
    weights, source = np.array([0.2, 0.2, 0.1, 0.5]), np.array([0, 0, 0, 1])
    applies = np.array(
        [
            [True, True, True, True],
            [True, False, True, True],  # to the others of its source, by their weights
            [False, False, False, True],  # of the whole source, to the other source
            [False, False, False, False],
        ]
    )
    expected = [
        [0.2, 0.2, 0.1, 0.5],
        [0.5 * 2 / 3, 0, 0.5 / 3, 0.5],
        [0, 0, 0, 1],
        [0, 0, 0, 0],
    ]
    np.testing.assert_allclose(reweighted(weights, source, applies), expected, atol=1e-12)
    draws = np.stack([weights, np.array([0.0, 0.5, 0.5, 0.0])])
    found = reweighted(draws, source, applies)
    np.testing.assert_allclose(found[0], expected, atol=1e-12)
    np.testing.assert_allclose(found[1, 1], [0, 0, 1, 0], atol=1e-12)


@pytest.mark.parametrize(
    ("score", "words"),
    [
        ({"of": "measures"}, "score: weights: not given"),
        ({"of": "measures", "weights": "equal"}, "'equal_measures', 'equal_sources'"),
        ({"of": "factor", "weights": "equal_measures"}, "the factor has no weights"),
        ({"of": "sources", "weights": {"survey": 1}}, "none for incidents"),
        ({"of": "sources", "weights": {"survey": 1, "incident": 1}}, "Did you mean 'incidents'?"),
        ({"of": "sources", "weights": {"survey": 0, "incidents": 0}}, "all are 0"),
        ("openness", "score: found 'openness'"),
    ],
)
def test_a_score_that_does_not_say_what_it_is_is_refused(small_league, score, words):
    with pytest.raises(InvalidLeague, match=words):
        load_league(small_league.model_dump() | {"score": score})


def test_a_word_is_the_factor_with_or_without_the_means_of_types(small_league):
    read = load_league(small_league.model_dump() | {"score": "within_group"})
    assert read.score == Score(within_group=True)
    assert load_league(read.model_dump()) == read
