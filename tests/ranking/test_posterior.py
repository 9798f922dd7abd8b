import numpy as np
import pandas as pd
import pytest
import xarray as xr

from openness.errors import InvalidInput
from openness.ranking import Posterior, rank_draws

DRAWS = np.random.default_rng(11).normal(size=(60, 3))


def tree(dims=("unit", "chain", "draw"), labelled=True):
    values = DRAWS.reshape(4, 15, 3)
    array = xr.DataArray(values, dims=("chain", "draw", "unit"))
    if labelled:
        array = array.assign_coords(unit=["Ash", "Birch", "Cedar"])
    return xr.Dataset({"theta": array.transpose(*dims), "mu": array.mean("unit")})


def test_draws_are_kept_as_they_are_and_cannot_be_changed():
    post = Posterior.from_draws(DRAWS, ["Ash", "Birch", "Cedar"])
    assert np.shares_memory(post.draws, DRAWS)
    assert not post.draws.flags.writeable
    assert DRAWS.flags.writeable
    assert Posterior.from_draws(DRAWS).names == ("1", "2", "3")


def test_columns_of_a_data_frame_are_names():
    frame = pd.DataFrame(DRAWS, columns=["Ash", "Birch", "Cedar"])
    assert Posterior.from_draws(frame).names == ("Ash", "Birch", "Cedar")


@pytest.mark.parametrize("dims", [("unit", "chain", "draw"), ("chain", "draw", "unit")])
def test_a_stored_fit_gives_its_draws_chain_after_chain(dims):
    data = tree(dims)
    for source in (data, xr.DataTree.from_dict({"posterior": data})):
        post = Posterior.from_arviz(source, "theta")
        assert post.names == ("Ash", "Birch", "Cedar")
        np.testing.assert_array_equal(post.draws, DRAWS)


def test_units_without_labels_are_numbered():
    assert Posterior.from_arviz(tree(labelled=False), "theta").names == ("1", "2", "3")


def test_some_units_are_ranked_among_themselves():
    post = Posterior.from_draws(DRAWS, ["Ash", "Birch", "Cedar"]).only(["Cedar", "Ash"])
    assert post.names == ("Cedar", "Ash")
    np.testing.assert_array_equal(post.draws, DRAWS[:, [2, 0]])


def test_halves_are_consecutive_and_ranks_are_computed_once():
    post = Posterior.from_draws(DRAWS[:31])
    first, second = (post.draws[half] for half in post.halves())
    np.testing.assert_array_equal(np.concatenate([first, second]), DRAWS[:31])
    assert abs(len(first) - len(second)) <= 1
    assert post.ranks is post.ranks
    np.testing.assert_array_equal(post.ranks, rank_draws(post.draws))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Posterior.from_draws(DRAWS[:, :1]), "a ranking needs at least 2 units"),
        (lambda: Posterior.from_draws(DRAWS[:15]), "it takes 16 draws"),
        (lambda: Posterior.from_draws(DRAWS[0]), r"shape: \(3,\)"),
        (lambda: Posterior.from_draws(DRAWS[:, :, None]), r"shape: \(60, 3, 1\)"),
        (lambda: Posterior.from_draws(np.where(DRAWS > 2, np.nan, DRAWS)), "nan; every draw"),
        (lambda: Posterior.from_draws(np.ones((20, 3))), "all units are tied in every draw"),
        (lambda: Posterior.from_draws(DRAWS, ["a", "b"]), "2; there are 3 units"),
        (lambda: Posterior.from_draws(DRAWS, ["a", "b", "a"]), "name 'a': it comes twice"),
        (lambda: Posterior.from_arviz(tree(), "thta"), "'thta'; the posterior has mu, theta"),
        (lambda: Posterior.from_arviz(tree(), "mu"), "dimensions chain, draw; it must have chain"),
        (lambda: Posterior.from_draws(DRAWS).only(["1", "4"]), "'4'; one of the 3 units"),
        (lambda: Posterior.from_draws(DRAWS).only(["1", "2", "1"]), "it comes twice"),
    ],
)
def test_what_cannot_be_ranked_is_refused(make, words):
    with pytest.raises(InvalidInput, match=words):
        make()


def test_every_unknown_unit_is_reported_with_a_near_name():
    post = Posterior.from_draws(DRAWS, ["Ash", "Birch", "Cedar"])
    with pytest.raises(InvalidInput) as refused:
        post.positions("Birk", "Cedar", "Elm")
    assert len(refused.value.problems) == 2
    assert "Did you mean 'Birch'?" in str(refused.value)


def test_draws_that_are_tied_here_and_there_are_accepted():
    draws = np.ones((20, 2))
    draws[7, 0] = 2
    assert Posterior.from_draws(draws).names == ("1", "2")
