"""What a study found: means over replicates with their Monte Carlo errors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from openness.study.definition import Study
from openness.study.folder import StudyFolder
from openness.study.replicate import MODEL
from openness.study.score import FIGURES


@dataclass(frozen=True)
class StudySummary:
    """A study, summed up.

    Attributes
    ----------
    study : Study
    figures : pandas.DataFrame
        Columns `condition`, `method`, `among`, `figure`, `mean`, `error` (Monte Carlo standard
        error: sd over replicates over the root of their number; NaN if there is only one),
        `replicates` (that have the figure) and `units` (mean number in the class).
    fits : pandas.DataFrame
        Indexed by `condition`: `replicates` that have ended, `fits` of the model among them,
        `failed`, `missed_gate`, and the worst `rhat` and `ess` and most `divergences` of a fit.
    failures : pandas.DataFrame
        `condition`, `method`, `reason` and `replicates`: every reason for which a method has no
        figures. A fit that missed the gate has figures, and is counted in `fits`.
    """

    study: Study
    figures: pd.DataFrame
    fits: pd.DataFrame
    failures: pd.DataFrame


def summarise(folder: StudyFolder) -> StudySummary:
    """Sum up the replicates that have ended.

    Raises
    ------
    InvalidRun
        If none has.
    """
    results = folder.read()
    return StudySummary(
        study=folder.study,
        figures=_figures(results, folder.study),
        fits=_fits(results, folder.study),
        failures=_failures(results),
    )


def missed_gate(results: pd.DataFrame, study: Study) -> pd.Series:
    """Return which fits missed the study's gate; one without a figure for it has missed it."""
    through = (results["rhat"] <= study.gate.max_rhat) & (results["ess"] >= study.gate.min_ess)
    return ~through


def _figures(results: pd.DataFrame, study: Study) -> pd.DataFrame:
    ended = results[results["failure"] == ""]
    by = ["condition", "method", "among"]
    long = ended.melt([*by, "units"], FIGURES, "figure", "value").dropna(subset="value")
    grouped = long.groupby([*by, "figure"], sort=False)
    table = grouped.agg(
        mean=("value", "mean"),
        sd=("value", "std"),
        replicates=("value", "size"),
        units=("units", "mean"),
    ).reset_index()
    table["error"] = table.pop("sd") / np.sqrt(table["replicates"])
    return _in_order(table, study)


def _in_order(table: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Sort by the order in which the study names things."""
    order = {
        "condition": [condition.id for condition in study.conditions],
        "figure": list(FIGURES),
    }
    keys = table.assign(
        **{
            name: table[name].map({v: n for n, v in enumerate(words)})
            for name, words in order.items()
        }
    )
    places = keys.sort_values(["condition", "figure"], kind="stable").index
    columns = ["condition", "method", "among", "figure", "mean", "error", "replicates", "units"]
    return table.loc[places, columns].reset_index(drop=True)


def _fits(results: pd.DataFrame, study: Study) -> pd.DataFrame:
    fits = results[(results["method"] == MODEL) & (results["among"] == "all")]
    fits = fits.assign(
        failed=fits["failure"] != "",
        missed_gate=(fits["failure"] == "") & missed_gate(fits, study),
    )
    grouped = fits.groupby("condition", sort=False)
    table = grouped.agg(
        fits=("failure", "size"),
        failed=("failed", "sum"),
        missed_gate=("missed_gate", "sum"),
        rhat=("rhat", "max"),
        ess=("ess", "min"),
        divergences=("divergences", "max"),
    )
    ids = pd.Index([condition.id for condition in study.conditions], name="condition")
    ended = results.groupby("condition")["replicate"].nunique()
    table.insert(0, "replicates", ended)
    counts = ["replicates", "fits", "failed", "missed_gate"]
    table = table.reindex(ids)
    table["replicates"] = ended.reindex(ids)
    table[counts] = table[counts].fillna(0).astype(int)
    return table


def _failures(results: pd.DataFrame) -> pd.DataFrame:
    failed = results[results["failure"] != ""].rename(columns={"failure": "reason"})
    counted = failed.groupby(["condition", "method", "reason"], sort=False)["replicate"]
    return counted.nunique().rename("replicates").reset_index()
