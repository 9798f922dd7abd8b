"""`openness.ranking` is a library by itself: it runs where nothing but what it needs is installed.

It is copied into an empty folder, beside links to numpy, scipy, pandas and what these require.
There is no numba either, so that the loops run uncompiled and have to say what compiled ones say.
"""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path

import numpy as np
import pytest
from packaging.requirements import Requirement

import openness
from openness.ranking import (
    Posterior,
    bands,
    optimal_grades,
    posterior_ranks,
    probability_of_superiority,
    rank_sets,
    separate,
    verdict,
)
from openness.ranking.compiled import COMPILED
from openness.ranking.ranks import rank_among

PACKAGE = Path(openness.__file__).parent
NEEDED = ("numpy", "scipy", "pandas")
KEPT_OUT = ("pymc", "pytensor", "arviz", "xarray", "numba", "nutpie", "pydantic", "matplotlib")


def test_it_imports_nothing_but_numpy_scipy_pandas_and_errors() -> None:
    allowed = {*NEEDED, *sys.stdlib_module_names}
    for source in sorted((PACKAGE / "ranking").glob("*.py")):
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            for name in names:
                if name.startswith("openness."):
                    assert name.split(".")[1] in ("errors", "ranking"), f"{source.name}: {name}"
                elif name != "numba" or source.name != "compiled.py":
                    assert name.split(".")[0] in allowed, f"{source.name}: {name}"


def numbers() -> dict[str, object]:
    """Something of each compiled loop."""
    rng = np.random.default_rng(5)
    draws = rng.normal(np.linspace(2, -2, 9), 1.0, size=(90, 9)).round(1)
    post = Posterior.from_draws(draws, [f"u{number}" for number in range(9)])
    grades = optimal_grades(post, certify="lp")
    ranks = posterior_ranks(post)
    return {
        "expected_rank": ranks.expected_rank.tolist(),
        "band": bands(post, shares=[0.2, 0.3, 0.5]).band()["band"].tolist(),
        "grade": grades.grade.to_dict(),
        "worth": [grades.objective, grades.lower_bound, grades.tau, grades.tau_error],
        "pairs": probability_of_superiority(post).probability.to_numpy().tolist(),
        "settled": separate(post, 0.9).ahead.tolist(),
        "sets": rank_sets(draws.mean(axis=0), np.full(9, 0.4))["rank_upper"].tolist(),
        "sentence": verdict(post).sentence,
        "among": rank_among(np.sort(draws[:, 1:], axis=1), draws[:, 0]).tolist(),
    }


CODE = """
import json, sys
sys.path[:0] = {paths!r}
from importlib.util import find_spec
found = [name for name in {kept_out!r} if find_spec(name)]
assert not found, found
import numpy as np
from openness.ranking import *
from openness.ranking.ranks import rank_among
from openness.ranking.compiled import COMPILED
assert not COMPILED
{function}
print(json.dumps(numbers()))
"""


def test_it_runs_without_the_rest_and_says_the_same(tmp_path: Path) -> None:
    assert COMPILED
    here, site = tmp_path / "here", tmp_path / "site"
    install(here)
    link(NEEDED, site)
    source = Path(__file__).read_text(encoding="utf-8")
    function = next(
        ast.get_source_segment(source, node)
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef) and node.name == "numbers"
    )
    code = CODE.format(paths=[str(here), str(site)], kept_out=KEPT_OUT, function=function)
    command = [sys.executable, "-I", "-S", "-W", "error", "-c", code]
    run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert run.returncode == 0, run.stderr
    said = json.loads(run.stdout)
    for name, expected in numbers().items():
        if isinstance(expected, list) and isinstance(np.ravel(expected)[0], float):
            np.testing.assert_allclose(said[name], expected, rtol=1e-12, err_msg=name)
        else:
            assert said[name] == expected, name


def install(folder: Path) -> None:
    """As a wheel would, without its other rooms."""
    (folder / "openness").mkdir(parents=True)
    for name in ("__init__.py", "errors.py"):
        shutil.copy(PACKAGE / name, folder / "openness")
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(PACKAGE / "ranking", folder / "openness" / "ranking", ignore=ignored)
    (folder / "openness-0.dist-info").mkdir()
    metadata = "Metadata-Version: 2.1\nName: openness\nVersion: 0\n"
    (folder / "openness-0.dist-info" / "METADATA").write_text(metadata, encoding="utf-8")


def link(names: tuple[str, ...], site: Path) -> None:
    """Link the files of these distributions, and of those that they require, into a folder."""
    site.mkdir()
    wanted, seen = list(names), set()
    while wanted:
        found = distribution(wanted.pop())
        if found.name in seen:
            continue
        seen.add(found.name)
        if found.files is None:
            pytest.fail(f"{found.name} does not say which files it has")
        for top in {file.parts[0] for file in found.files} - {"..", "__pycache__"}:
            target = site / top
            if not target.exists():
                target.symlink_to(Path(str(found.locate_file(top))).resolve())
        for line in found.requires or ():
            required = Requirement(line)
            if required.marker is None or required.marker.evaluate({"extra": ""}):
                wanted.append(required.name)
