import numpy as np
import pytest
import xarray as xr

from openness.fitting.gate import AUXILIARY, LATENT, diagnose


def chains(rng, offset=0.0, draws=1000):
    values = rng.normal(size=(4, draws))
    values[0] += offset
    return values


def tree(values, diverging=0, energy=None):
    rng = np.random.default_rng(5)
    flags = np.zeros(values.shape, dtype=bool)
    flags.flat[:diverging] = True
    energy = rng.normal(size=values.shape) if energy is None else energy
    dims = ("chain", "draw")
    posterior = xr.Dataset(
        {
            "agreement": (dims, values),
            "factor": ((*dims, "unit"), rng.normal(size=(*values.shape, 2))),
            "loading": ((*dims, "indicator"), np.stack([values, np.ones_like(values)], axis=-1)),
        },
        coords={"unit": ["A", "B"], "indicator": ["heard", "fixed"]},
    )
    return posterior, xr.Dataset({"diverging": (dims, flags), "energy": (dims, energy)})


def test_independent_draws_pass():
    diagnostics = diagnose(*tree(chains(np.random.default_rng(1))))
    assert diagnostics.passed
    assert list(diagnostics.table.index) == [
        "agreement",
        "factor[A]",
        "factor[B]",
        "loading[heard]",
    ], "a constant has no diagnostics"


def test_a_chain_apart_fails_and_is_named():
    diagnostics = diagnose(*tree(chains(np.random.default_rng(1), offset=2.0)))
    assert not diagnostics.passed
    assert diagnostics.failures()[0].startswith(("agreement: R-hat", "loading[heard]: R-hat"))


def test_too_few_draws_fail():
    diagnostics = diagnose(*tree(chains(np.random.default_rng(1), draws=60)))
    assert any("at least 400" in failure for failure in diagnostics.failures())


def test_one_divergence_fails():
    diagnostics = diagnose(*tree(chains(np.random.default_rng(1)), diverging=1))
    assert diagnostics.failures() == ["1 divergent transitions (none allowed)"]


def test_slow_energy_fails():
    walk = np.cumsum(np.random.default_rng(2).normal(size=(4, 1000)), axis=1)
    diagnostics = diagnose(*tree(chains(np.random.default_rng(1)), energy=walk))
    assert diagnostics.failures()[0].startswith("E-BFMI")


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_what_is_not_a_number_does_not_pass(bad):
    values = chains(np.random.default_rng(1))
    values[0, 0] = bad
    posterior, statistics = tree(values)
    with np.errstate(invalid="ignore"):
        diagnostics = diagnose(posterior, statistics)
    assert not diagnostics.passed


@pytest.mark.parametrize("name", sorted(AUXILIARY | LATENT))
def test_what_no_data_settle_is_kept_and_not_judged(name):
    posterior, statistics = tree(chains(np.random.default_rng(1)))
    wandering = posterior["agreement"] + np.arange(4)[:, None]
    assert diagnose(posterior.assign({name: wandering}), statistics).passed
    assert not diagnose(posterior.assign(another=wandering), statistics).passed
