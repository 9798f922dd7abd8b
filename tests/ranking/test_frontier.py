import numpy as np
import pytest

from openness.errors import InvalidInput
from openness.ranking import Posterior, grade_path, optimal_grades

from .weak_orders import normal_pairs

PI = normal_pairs(40, np.random.default_rng(40), spread=0.3)


def test_a_larger_weight_makes_more_distinctions_and_more_of_them_wrong():
    path = grade_path(PI, np.linspace(0, 1, 26))
    assert (path["n_grades"].iloc[0], path["n_grades"].iloc[-1]) == (1, 40)
    for column in ("discordance", "concordance", "tau"):
        assert (path[column].diff().dropna() >= -1e-12).all(), column
    np.testing.assert_allclose(path["tau"], path["concordance"] - path["discordance"])


def test_each_row_is_the_grading_of_its_weight():
    path = grade_path(PI, [0.2, 0.7])
    for lam, row in path.iterrows():
        grades = optimal_grades(PI, lam=lam, certify="none")
        assert row["objective"] == grades.objective
        assert row["n_grades"] == grades.n_grades
        assert row["share_wrong"] == grades.share_wrong
        pairs = 40 * 39 / 2
        assert grades.objective == pytest.approx(
            pairs * ((1 - lam) * row["discordance"] - lam * row["tau"])
        )


def test_draws_and_their_pairs_have_one_frontier():
    post = Posterior.from_estimates(np.arange(12.0), np.full(12, 3.0), size=400)
    assert grade_path(post).index[-1] == 1
    row = grade_path(post, [0.75]).iloc[0]
    grades = optimal_grades(post, lam=0.75, certify="none")
    assert row["discordance"] == pytest.approx(grades.discordance.value)
    assert row["monte_carlo_error"] == grades.discordance.monte_carlo_error > 0
    assert row["monte_carlo_error"] == pytest.approx(grades.concordance.monte_carlo_error)
    assert np.isnan(grade_path(PI, [0.25])["monte_carlo_error"]).all()
    assert grade_path(post, [0.0])["share_wrong"].iloc[0] == 0


@pytest.mark.parametrize("lams", [[0.2, 1.1], [-0.1], [np.nan]])
def test_a_weight_out_of_range_is_refused(lams):
    with pytest.raises(InvalidInput, match="lam"):
        grade_path(PI, lams)
