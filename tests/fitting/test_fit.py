import numpy as np
import pytest
from scipy.stats import spearmanr

from openness.errors import GateFailed, InvalidInput, NilReturns
from openness.fitting import Settings, reliability, require_gate, save_fit, scores
from openness.fitting.fit import fit
from openness.measures import read_measures

pytestmark = pytest.mark.sampling


def test_default_settings_pass_the_gate(small_fit):
    assert small_fit.diagnostics.failures() == []
    assert not small_fit.is_draft


def test_scores_find_the_truth(small_fit, small_simulation):
    estimate = scores(small_fit).mean("sample")
    # With 40 schools and a reliability of about one half, a correlation of 0.4 is three standard
    # errors above none.
    truth = small_simulation.factor.loc[estimate["unit"].to_numpy()]
    assert spearmanr(estimate, truth).statistic > 0.4


def test_intervals_cover_the_truth(small_fit, small_simulation):
    draws = scores(small_fit)
    truth = small_simulation.factor.loc[draws["unit"].to_numpy()].to_numpy()
    lower, upper = np.quantile(draws, [0.025, 0.975], axis=0)
    covered = (lower <= truth) & (truth <= upper)
    # 95% of 40 is 38; 33 or fewer has a probability of 0.01 if the intervals are right.
    assert covered.sum() >= 34


def test_reliability_is_a_share_that_grows_with_evidence(small_fit, small_measures):
    settled = reliability(small_fit, scores(small_fit))
    assert ((settled >= 0) & (settled < 1)).all()
    present = small_measures.observed.groupby("unit").size()
    present = present.reindex(settled["unit"].to_numpy(), fill_value=0).to_numpy()
    assert settled[present == 4].mean() > settled[present < 4].mean()


def test_same_seed_same_bytes(small_fit, small_league, small_measures, tmp_path):
    first = save_fit(small_fit, tmp_path / "first")
    again = fit(small_league, small_measures, seed=1)
    second = save_fit(again, tmp_path / "second")
    for path in first.iterdir():
        assert path.read_bytes() == (second / path.name).read_bytes(), path.name


def test_gate_refuses_what_has_not_converged(small_league, small_measures):
    hasty = fit(
        small_league, small_measures, seed=1, settings=Settings(chains=2, draws=100, tune=100)
    )
    assert hasty.is_draft
    with pytest.raises(GateFailed, match=r"effective draws .* \(at least 400\)"):
        require_gate(hasty)


def test_settings_are_checked():
    with pytest.raises(InvalidInput, match="chains: 1; a whole number, at least 2") as error:
        Settings(chains=1, target_accept=1.5)
    assert len(error.value.problems) == 2


def test_negative_seed_is_refused(small_league, small_measures):
    with pytest.raises(InvalidInput, match="seed: -1"):
        fit(small_league, small_measures, seed=-1)


def test_a_nil_return_blocks_until_it_is_confirmed(small_league, small_simulation):
    """Confirmed, it is the one cell whose value is sampled."""
    table = small_simulation.measures.copy()
    nil = (table["unit"] == "T001") & (table["indicator"] == "reported")
    table.loc[nil, "value"] = 0
    hasty = Settings(chains=2, draws=100, tune=100)

    def fit_table():
        measures = read_measures(table, small_simulation.units, small_league)
        return fit(small_league, measures, seed=1, settings=hasty)

    with pytest.raises(NilReturns, match="0 for reported of T001"):
        fit_table()
    table.loc[nil, "note"] = "confirmed: the school's log is empty"
    result = fit_table()
    assert result.posterior["exact_cell"].to_numpy().tolist() == ["T001: reported"]
