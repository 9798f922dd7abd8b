"""What a run rests on, so that anybody can check that it is the same."""

from __future__ import annotations

import platform
from importlib.metadata import version
from typing import Any

from openness.fitting.settings import Settings
from openness.league import League, league_hash
from openness.measures import Measures

_PACKAGES = (
    "openness",
    "pymc",
    "pytensor",
    "nutpie",
    "numba",
    "numpy",
    "scipy",
    "xarray",
    "pandas",
)


def provenance(
    league: League, measures: Measures, settings: Settings, seed: int, method: str
) -> dict[str, Any]:
    """Return what determines the draws. No time of day: the same run has the same record.

    Parameters
    ----------
    league : League
    measures : Measures
    settings : Settings
    seed : int
    method : str

    Returns
    -------
    dict
    """
    return {
        "league": {"id": league.id, "title": league.title, "sha256": league_hash(league)},
        "inputs": dict(sorted(measures.sources.items())),
        "period": measures.period,
        "method": method,
        "seed": seed,
        "settings": settings.record(),
        "versions": {
            "python": platform.python_version(),
            "machine": f"{platform.system()} {platform.machine()}",
            **{package: version(package) for package in _PACKAGES},
        },
    }
