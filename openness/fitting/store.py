"""A run folder: written whole or not at all, and checked when it is read."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd
import xarray as xr

from openness.errors import InvalidRun, Problem
from openness.fitting.gate import Diagnostics
from openness.fitting.result import Fit
from openness.league import League
from openness.measures import Measures

SCHEMA = 2
"""Of a run folder. It rises when what a run holds is read differently; 1 had no number yet.

2: parameters as in `openness.build_model`, `constant_data` (the cells), `observed_data`, the log
likelihood of what was observed, and the log prior.
"""

_SEAL = "provenance.json"
_DRAWS, _LEAGUE, _CELLS, _UNITS, _DIAGNOSTICS = (
    "draws.nc",
    "league.json",
    "cells.csv",
    "units.csv",
    "diagnostics.csv",
)


def save_fit(fit: Fit, folder: str | Path, *, overwrite: bool = False) -> Path:
    """Write a run folder.

    Parameters
    ----------
    fit : Fit
    folder : str or Path
        Must not exist, or be empty; with `overwrite` it may be an earlier run, which goes.
    overwrite : bool

    Returns
    -------
    Path
        The folder: `draws.nc` (netCDF, for ArviZ), `league.json`, `cells.csv`, `units.csv`,
        `diagnostics.csv` and `provenance.json`, which holds the hashes of the others.

    Raises
    ------
    InvalidRun
        If the folder holds anything that would be lost.

    Examples
    --------
    >>> folder = openness.save_fit(fit, "run")
    >>> sorted(path.name for path in folder.iterdir())[:3]
    ['cells.csv', 'diagnostics.csv', 'draws.nc']
    """
    folder = Path(folder).resolve()
    require_free(folder, overwrite=overwrite)
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as aside:
        new, old = Path(aside, "new"), Path(aside, "old")
        new.mkdir()
        _write_files(fit, new)
        if folder.exists():
            folder.rename(old)
        new.rename(folder)
    return folder


def require_free(folder: str | Path, *, overwrite: bool) -> None:
    """Refuse a folder in which something would be lost, or that cannot be written.

    Raises
    ------
    InvalidRun
    """
    folder = Path(folder).resolve()
    if folder.exists() and not folder.is_dir():
        raise InvalidRun(f"{folder} is a file; name a folder for the run.")
    if folder == Path.cwd():
        raise InvalidRun("The run cannot replace the working folder; name a folder in it.")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryDirectory(dir=folder.parent).cleanup()
    except OSError as error:
        raise InvalidRun(f"{folder} cannot be written: {error.strerror}.") from None
    if not folder.exists() or not any(folder.iterdir()):
        return
    try:
        _read_seal(folder)
    except InvalidRun:
        raise InvalidRun(
            f"{folder} is not empty and not a run of openness; name another folder."
        ) from None
    if not overwrite:
        raise InvalidRun(f"{folder} holds a run already; name another folder, or use --overwrite.")


def load_fit(folder: str | Path) -> Fit:
    """Read a run folder.

    Parameters
    ----------
    folder : str or Path

    Returns
    -------
    Fit

    Raises
    ------
    InvalidRun
        If it is not a run, is of another schema than this version reads, or a file in it is missing
        or is not the one that was written.

    Examples
    --------
    >>> openness.load_fit(openness.save_fit(fit, "run")).league.title
    'A small league'
    """
    folder = Path(folder)
    record = _read_seal(folder)
    _require_schema(folder, record)
    for name, expected in record["files"].items():
        if not (folder / name).is_file():
            raise InvalidRun(f"{folder}: {name} is missing; fit again.")
        if _sha256(folder / name) != expected:
            raise InvalidRun(f"{folder}: {name} has changed since the fit; fit again.")
    league = League.model_validate_json((folder / _LEAGUE).read_text(encoding="utf-8"))
    table = pd.read_csv(folder / _DIAGNOSTICS, index_col="quantity")
    with xr.open_datatree(folder / _DRAWS, engine="h5netcdf") as stored:
        draws = stored.load()
    return Fit(
        league=league,
        measures=_read_measures(folder, record),
        draws=draws,
        diagnostics=Diagnostics(table, record["gate"]["divergences"], record["gate"]["bfmi"]),
        provenance=record["provenance"],
        flags=tuple(record["flags"]),
    )


def _write_files(fit: Fit, folder: Path) -> None:
    fit.draws.to_netcdf(folder / _DRAWS, engine="h5netcdf")
    (folder / _LEAGUE).write_text(fit.league.model_dump_json(indent=2) + "\n", encoding="utf-8")
    fit.measures.cells.to_csv(folder / _CELLS, index=False, lineterminator="\n")
    fit.measures.units.to_csv(folder / _UNITS, lineterminator="\n")
    fit.diagnostics.table.to_csv(folder / _DIAGNOSTICS, lineterminator="\n")
    record = {
        "schema": SCHEMA,
        "provenance": fit.provenance,
        "gate": {
            "passed": fit.diagnostics.passed,
            "summary": fit.diagnostics.summary(),
            "divergences": fit.diagnostics.divergences,
            "bfmi": fit.diagnostics.bfmi,
        },
        "flags": list(fit.flags),
        "warnings": [asdict(warning) for warning in fit.measures.warnings],
        "files": {path.name: _sha256(path) for path in sorted(folder.iterdir())},
    }
    text = json.dumps(record, indent=2, ensure_ascii=False)
    (folder / _SEAL).write_text(text + "\n", encoding="utf-8")


def _read_seal(folder: Path) -> dict[str, Any]:
    if not folder.is_dir():
        raise InvalidRun(f"{folder} is not a folder; give the folder that `openness fit` wrote.")
    try:
        record = json.loads((folder / _SEAL).read_text(encoding="utf-8"))
        if not {"provenance", "gate", "files", "flags", "warnings"} <= set(record):
            raise ValueError("parts are missing")
        return record
    except (FileNotFoundError, ValueError, TypeError):
        raise InvalidRun(
            f"{folder} has no readable {_SEAL}: it is not a whole run of openness; fit again."
        ) from None


def _require_schema(folder: Path, record: Mapping[str, Any]) -> None:
    found = record.get("schema", 1)
    if found == SCHEMA:
        return
    by = record["provenance"].get("versions", {}).get("openness", "an unknown version")
    if isinstance(found, int) and found > SCHEMA:
        raise InvalidRun(
            f"{folder} has schema {found}, written by openness {by}; this is openness "
            f"{version('openness')}, which reads schema {SCHEMA}. Read it with a version at least "
            "as new as the one that wrote it."
        )
    raise InvalidRun(
        f"{folder} has schema {found}, written by openness {by}; this version reads schema "
        f"{SCHEMA}. The run does not hold the cells that it was fitted to, so that its scores "
        "could be explained by other ones. Fit its measures again with `openness fit` and the seed "
        f"{record['provenance'].get('seed')}, or read it with the version that wrote it."
    )


def _read_measures(folder: Path, record: Mapping[str, Any]) -> Measures:
    cells = pd.read_csv(folder / _CELLS, dtype="str", keep_default_na=False)
    for column in ("value", "denominator", "se"):
        cells[column] = pd.to_numeric(cells[column].replace("", None))
    cells["denominator_filled"] = cells["denominator_filled"] == "True"
    units = pd.read_csv(folder / _UNITS, dtype="str", index_col="unit", keep_default_na=False)
    return Measures(
        units=units,
        cells=cells,
        period=record["provenance"]["period"],
        warnings=tuple(Problem(**warning) for warning in record["warnings"]),
        sources=record["provenance"]["inputs"],
    )


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
