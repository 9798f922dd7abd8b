import json

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from openness.errors import InvalidRun
from openness.fitting import load_fit, require_free, save_fit
from openness.fitting.store import SCHEMA

pytestmark = pytest.mark.sampling


@pytest.fixture
def run(small_fit, tmp_path):
    return save_fit(small_fit, tmp_path / "run")


def test_a_run_comes_back_as_it_was(small_fit, run):
    loaded = load_fit(run)
    assert loaded.league == small_fit.league
    pd.testing.assert_frame_equal(loaded.measures.cells, small_fit.measures.cells)
    pd.testing.assert_frame_equal(loaded.measures.units, small_fit.measures.units)
    assert loaded.provenance == json.loads(json.dumps(dict(small_fit.provenance)))
    assert loaded.flags == small_fit.flags
    xr.testing.assert_equal(loaded.posterior, small_fit.posterior)
    pd.testing.assert_frame_equal(
        loaded.diagnostics.table, small_fit.diagnostics.table, check_exact=False, rtol=1e-12
    )
    assert loaded.diagnostics.failures() == small_fit.diagnostics.failures()


def test_arviz_reads_the_draws(run):
    arviz = pytest.importorskip("arviz")
    tree = arviz.from_netcdf(run / "draws.nc")
    assert set(tree.children) == {
        *("posterior", "sample_stats", "log_likelihood", "log_prior"),
        *("constant_data", "observed_data"),
    }


def test_provenance_holds_no_time_and_the_hash_of_every_file(run):
    record = json.loads((run / "provenance.json").read_text())
    assert set(record["files"]) == {path.name for path in run.iterdir()} - {"provenance.json"}
    assert {"league", "inputs", "seed", "settings", "versions"} <= set(record["provenance"])


@pytest.mark.parametrize("name", ["draws.nc", "cells.csv", "league.json"])
def test_a_changed_file_is_found(run, name):
    with (run / name).open("ab") as file:
        file.write(b" ")
    with pytest.raises(InvalidRun, match=f"{name} has changed"):
        load_fit(run)


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        (None, "has schema 1, written by openness .*Fit its measures again with .* the seed 1,"),
        (99, "has schema 99, .* at least as new as the one that wrote it"),
    ],
)
def test_a_run_of_another_schema_is_refused_in_words(run, schema, words):
    record = json.loads((run / "provenance.json").read_text())
    assert record.pop("schema") == SCHEMA
    if schema:
        record["schema"] = schema
    (run / "provenance.json").write_text(json.dumps(record))
    with pytest.raises(InvalidRun, match=words):
        load_fit(run)


def test_a_loaded_run_has_the_cells_it_was_fitted_to(run, small_fit, monkeypatch):
    def make_no_cells(*_args):
        raise AssertionError("cells were made again")

    monkeypatch.setattr("openness.model.cells.make_cells", make_no_cells)
    loaded = load_fit(run)
    for name in ("value", "error_variance", "present"):
        np.testing.assert_array_equal(getattr(loaded.cells, name), getattr(small_fit.cells, name))
    assert loaded.structure.coherence == small_fit.structure.coherence


def test_a_missing_file_is_found(run):
    (run / "units.csv").unlink()
    with pytest.raises(InvalidRun, match=r"units\.csv is missing"):
        load_fit(run)


def test_what_is_not_a_run_is_refused(tmp_path):
    with pytest.raises(InvalidRun, match="not a folder"):
        load_fit(tmp_path / "nothing")
    with pytest.raises(InvalidRun, match="not a whole run"):
        load_fit(tmp_path)


def test_nothing_is_overwritten_unasked(small_fit, run, tmp_path):
    with pytest.raises(InvalidRun, match="holds a run already"):
        save_fit(small_fit, run)
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "dear.txt").write_text("keep me")
    with pytest.raises(InvalidRun, match="not a run of openness"):
        save_fit(small_fit, tmp_path / "letters", overwrite=True)
    assert (tmp_path / "letters" / "dear.txt").read_text() == "keep me"
    require_free(run, overwrite=True)


def test_an_interrupted_write_leaves_nothing(small_fit, tmp_path, monkeypatch):
    def interrupt(*_args, **_kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(pd.DataFrame, "to_csv", interrupt)
    with pytest.raises(KeyboardInterrupt):
        save_fit(small_fit, tmp_path / "run")
    assert list(tmp_path.iterdir()) == []
