import numpy as np
import pandas as pd
import pytest

from openness.errors import InvalidInput
from openness.ranking import (
    Posterior,
    grade_path,
    monte_carlo_error,
    optimal_grades,
    probability_of_superiority,
)
from openness.ranking.discordance import discordance_of_draws

from .weak_orders import normal_pairs

POST = Posterior.from_draws(
    np.random.default_rng(50).normal(np.repeat([2.0, 0.0, -2.0], 5), 0.7, size=(2000, 15)),
    [f"{group}{number}" for group in "abc" for number in range(5)],
)


def test_three_groups_far_apart_are_three_grades():
    grades = optimal_grades(POST)
    assert grades.grade.groupby(grades.grade.index.str[0]).unique().map(list).to_dict() == {
        "a": [1],
        "b": [2],
        "c": [3],
    }
    assert grades.table["position"].tolist() == list(range(1, 16))
    assert grades.table["stable"].all()
    assert grades.optimal
    assert grades.n_grades == 3


def test_errors_of_proportions_are_those_of_the_draws():
    grades = optimal_grades(POST, certify="none")
    per_draw = discordance_of_draws(grades.grade[list(POST.names)].to_numpy() - 1, POST.ranks)
    assert grades.discordance.value == pytest.approx(per_draw[:, 0].mean())
    assert grades.concordance.value == pytest.approx(per_draw[:, 1].mean())
    error = monte_carlo_error(per_draw)
    assert grades.discordance.monte_carlo_error == pytest.approx(error[0])
    assert grades.concordance.monte_carlo_error == pytest.approx(error[1])
    wrong, right = per_draw.T
    derived = monte_carlo_error(np.column_stack([right - wrong, wrong / (wrong + right)]))
    assert grades.tau_error == pytest.approx(derived[0])
    assert grades.share_wrong_error == pytest.approx(derived[1])
    assert grades.lower_bound is grades.gap is grades.optimal is None


def test_pairs_give_the_grading_of_the_draws_they_come_from():
    pairs = probability_of_superiority(POST)
    for given in (pairs, pairs.probability):
        found = optimal_grades(given)
        pd.testing.assert_series_equal(found.grade, optimal_grades(POST).grade)
        assert np.isnan(found.discordance.monte_carlo_error)
        assert "stable" not in found.table


def test_a_grade_that_half_of_the_draws_does_not_give_is_not_stable():
    turned = POST.draws.copy()
    turned[:1000, [0, 14]] = turned[:1000, [14, 0]]
    table = optimal_grades(Posterior.from_draws(turned, POST.names), certify="none").table
    assert not table.loc[["a0", "c4"], "stable"].any()


def test_a_limit_on_discordance_is_kept_and_used_up_along_the_frontier():
    pi = normal_pairs(40, np.random.default_rng(51), spread=0.3)
    for limit in (0.0, 0.02, 0.05, 1.0):
        grades = optimal_grades(pi, max_discordance=limit, certify="none")
        assert grades.discordance.value <= limit
        finer = grade_path(pi, [min(1, grades.lam + 1e-3)])
        assert grades.lam == 1 or finer["discordance"].iloc[0] > limit


@pytest.mark.parametrize("n_grades", [1, 2, 4, 9, 40])
def test_a_number_of_grades_is_kept_to(n_grades):
    pi = normal_pairs(40, np.random.default_rng(52), spread=0.3)
    grades = optimal_grades(pi, n_grades=n_grades)
    assert grades.n_grades == n_grades
    assert grades.gap >= 0
    if 0 < grades.lam < 1:
        assert grade_path(pi, [grades.lam - 1e-4])["n_grades"].iloc[0] < n_grades


def test_a_proof_mends_a_grading_that_the_search_did_not_get_right():
    """Random cases of very unequal precision, until the search alone does worse in one."""
    rng = np.random.default_rng(35)
    for _ in range(20):
        pi = normal_pairs(50, rng, spread=1.0)
        searched = optimal_grades(pi, lam=0.6, certify="none")
        proved = optimal_grades(pi, lam=0.6, certify="lp")
        assert proved.objective <= searched.objective
        if proved.objective < searched.objective - 1e-6:
            break
    else:
        pytest.fail("the proof mended no case of 20")
    assert proved.optimal
    limit = optimal_grades(pi, max_discordance=searched.discordance.value)
    assert limit.discordance.value <= searched.discordance.value


def test_nothing_to_tell_apart_is_one_grade():
    grades = optimal_grades(np.full((5, 5), 0.5))
    assert grades.n_grades == 1
    assert (grades.objective, grades.share_wrong, grades.tau) == (0, 0, 0)
    assert grades.optimal


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"lam": 1.5}, "1.5; it must be from 0"),
        ({"lam": -0.1}, "-0.1; it must be from 0"),
        ({"lam": 0.2, "n_grades": 3}, "lam and n_grades given; at most one"),
        ({"n_grades": 16}, "16; it must be a whole number from 1 to the 15 units"),
        ({"n_grades": 2.5}, "2.5; it must be a whole number"),
        ({"max_discordance": -0.1}, "it must be a share"),
        ({"certify": "milp"}, "'milp'; it is one of 'auto', 'lp', 'none'"),
    ],
)
def test_what_makes_no_sense_is_refused(arguments, words):
    with pytest.raises(InvalidInput, match=words):
        optimal_grades(POST, **arguments)


def test_a_proof_that_memory_does_not_hold_is_refused():
    with pytest.raises(InvalidInput, match="at most 800 units can be certified"):
        optimal_grades(np.full((801, 801), 0.5), certify="lp")


@pytest.mark.real_data
def test_published_report_card_of_76_names(real_data):
    """Kline, Rose and Walters: order and grades of all names, with the objective to 6 decimals."""
    folder = real_data / "published/names-report-card"
    names = pd.read_csv(folder / "names.csv").sort_values("name_id").set_index("firstname")
    pi = np.loadtxt(folder / "pi_matrix_logspline.csv", delimiter=",")
    grades = optimal_grades(pd.DataFrame(pi, names.index), lam=0.25, certify="lp")
    both = grades.table.join(names)
    assert (both["position"] == both["published_condorcet_rank"]).sum() == 76
    assert (both["grade"] == both["published_grade_lambda025"]).sum() == 76
    assert round(grades.objective, 6) == -52.645530
    assert grades.optimal
    # Published to four decimals.
    assert round(grades.discordance.value, 4) == 0.0708
    assert round(grades.concordance.value, 4) == 0.3570
    assert round(grades.tau, 4) == 0.2862
