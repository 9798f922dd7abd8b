"""Read a study from TOML: a base, and conditions that differ from it in a few settings."""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from openness.errors import InvalidStudy
from openness.league.problems import problems_of
from openness.league.toml import read_toml
from openness.study.definition import Study


def load_study(path: str | PathLike[str]) -> Study:
    """Read a study definition.

    Parameters
    ----------
    path : str or path
        Of a TOML file. Its table `base` holds the settings of a condition; each entry of
        `conditions` has an `id`, a `label` and the settings in which it differs. Tables are merged
        with those of the base, setting by setting; a list takes the place of the base's.

    Returns
    -------
    Study

    Raises
    ------
    InvalidStudy
        With every problem that was found, each with its place. Conditions are described whole, so
        that what is wrong in the base is found in each of them.
    """
    path = Path(path)
    data = read_toml(path, "a study definition", InvalidStudy)
    base = data.pop("base", {})
    conditions = data.get("conditions")
    if isinstance(conditions, list) and isinstance(base, Mapping):
        merged = [merge(base, one) if isinstance(one, Mapping) else one for one in conditions]
        data["conditions"] = merged
    try:
        return Study.model_validate(data)
    except ValidationError as error:
        raise InvalidStudy(problems_of(error, data, path.name, Study)) from None


def merge(base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return `base` with `changes`; tables in both are merged in turn."""
    merged = dict(base)
    for name, value in changes.items():
        here = base.get(name)
        if isinstance(here, Mapping) and isinstance(value, Mapping):
            merged[name] = merge(here, value)
        else:
            merged[name] = value
    return merged
