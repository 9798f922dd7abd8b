"""Dask is an extra: leagues are simulated without it, and a study says that it is missing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from openness.errors import OpennessError
from openness.study.cluster import import_distributed

from .studies import small_study

HIDE = """
import sys

class Without:
    def __init__(self, finder):
        self.finder = finder
    def __getattr__(self, name):
        return getattr(self.finder, name)
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"dask", "distributed"}:
            return None
        return self.finder.find_spec(name, path, target)

sys.meta_path = [Without(finder) for finder in sys.meta_path]
"""

SIMULATE = """
import numpy as np
import openness
import openness.study
from openness.study import draw_truth

league = openness.load_league("freedom-to-speak-up")
rng = np.random.default_rng(1)
units = {group.id: 4 for group in league.groups}
simulated = openness.simulate_league(league, units, draw_truth(league, rng), rng)
print(len(simulated.units))
"""

RUN = """
from pathlib import Path
from openness.errors import OpennessError
from openness.study import Study
from openness.study.run import run_study

try:
    run_study(Study.model_validate_json(sys.argv[1]), Path(sys.argv[2]))
except OpennessError as error:
    print(error)
"""


def run_without_dask(code: str, *arguments: str) -> str:
    command = [sys.executable, "-c", HIDE + code, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_leagues_are_simulated_without_dask() -> None:
    assert run_without_dask(SIMULATE) == "4\n"


def test_a_study_without_dask_says_how_to_install_it(tmp_path: Path) -> None:
    study = small_study({}, replicates=1)
    said = run_without_dask(RUN, study.model_dump_json(), str(tmp_path / "out"))
    assert said == (
        "A study runs on Dask, and there is no module 'distributed' here. Install it: "
        'pip install "openness[study]"\n'
    )
    assert not (tmp_path / "out").exists()


def test_simulating_leaves_dask_alone_where_it_is_installed() -> None:
    code = "import sys, openness.study, openness.study.run; print('distributed' in sys.modules)"
    command = [sys.executable, "-c", code]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    assert run.stdout == "False\n"


def test_what_hides_behind_the_missing_module_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """A broken installation of Dask is not taken for none at all."""
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(OpennessError) as caught:
        import_distributed()
    assert isinstance(caught.value.__cause__, ModuleNotFoundError)
