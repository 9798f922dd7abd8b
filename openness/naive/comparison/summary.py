"""What is said of each ranking in one line: agreement, bands, gaps, and what it hangs on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from openness.naive.comparison.agreement import agreement, discordance_under

_FURTHEST = 5


def summarise(
    ranks: pd.DataFrame,
    reference_ranks: pd.DataFrame,
    bands: pd.DataFrame,
    fairness: pd.DataFrame,
    dropped: pd.DataFrame,
    years: pd.DataFrame,
) -> pd.DataFrame:
    """Put what is known of each ranking into a row, as `Comparison.summary` has it.

    The arguments are the tables of `Comparison`; the last two may be empty.
    """
    reference = ranks.columns[0]
    rows = {
        name: {
            **agreement(ranks[name], bands[name], reference_ranks[name], bands[reference]),
            **_gap(fairness, name, name == reference),
            **_hangs_on(_of(dropped, name)),
            **_year(years, name),
        }
        for name in ranks.columns
    }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("method")


def judge_by_posterior(
    ranks: pd.DataFrame,
    bands: pd.DataFrame,
    strata: Sequence[NDArray[np.intp]],
    draws: NDArray[np.floating],
    band_probability: pd.DataFrame,
) -> pd.DataFrame:
    """Say what share of pairs and of bands each ranking has wrong, if the posterior is right.

    The draws, shape (S, units), are of the rows of `ranks`. By method: `discordance`, `concordance`
    and `tau`, each with `_error`, its Monte Carlo error; `expected_misbanded`.
    """
    rows: dict[str, dict[str, float]] = {}
    for name in ranks.columns:
        pairs = discordance_under(ranks[name].to_numpy(), draws, strata)
        rows[name] = {}
        for label, figure in zip(("discordance", "concordance", "tau"), pairs, strict=True):
            rows[name] |= {label: figure.value, f"{label}_error": figure.monte_carlo_error}
        rows[name]["expected_misbanded"] = _misbanded(bands[name], band_probability)
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("method")


def furthest(
    ranks: pd.DataFrame, reference_ranks: pd.DataFrame, units: pd.DataFrame, missing: pd.DataFrame
) -> pd.DataFrame:
    """List the units that each method moves furthest; see `Comparison.furthest`."""
    tables = {}
    for name in ranks.columns[1:]:
        shift = (ranks[name] - reference_ranks[name]).dropna()
        order = shift.abs().sort_values(ascending=False, kind="stable").index[:_FURTHEST]
        tables[name] = pd.DataFrame(
            {
                "unit": order,
                "name": units.loc[order, "name"].to_numpy(),
                "group": units.loc[order, "group"].to_numpy(),
                "rank": ranks.loc[order, name].to_numpy(),
                "reference_rank": reference_ranks.loc[order, name].to_numpy(),
                "shift": shift[order].to_numpy(),
                "missing": missing.loc[order, "any"].to_numpy(),
            },
            index=pd.RangeIndex(1, len(order) + 1, name="position"),
        )
    return pd.concat(tables, names=["method"])


def _misbanded(band: pd.Series, probability: pd.DataFrame) -> float:
    """Expected share of the units with a band that belong in another one."""
    chosen = band.dropna()
    if chosen.empty:
        return float("nan")
    rows = probability.index.get_indexer(chosen.index)
    columns = probability.columns.get_indexer(pd.Index(chosen))
    return float(1 - probability.to_numpy()[rows, columns].mean())


def _of(table: pd.DataFrame, method: str) -> pd.DataFrame:
    """Rows of one method; none if it has none."""
    if table.empty or method not in table.index.get_level_values("method"):
        return table.iloc[:0]
    return pd.DataFrame(table.xs(method, level="method"))


def _gap(fairness: pd.DataFrame, name: str, is_reference: bool) -> dict[str, float]:
    if is_reference:
        return {"fairness_gap": 0.0, "fairness_gap_error": 0.0}
    row: Mapping[Any, Any] = _of(fairness, name).loc["any"].to_dict()
    return {"fairness_gap": row["gap"], "fairness_gap_error": row["gap_error"]}


def _hangs_on(dropped: pd.DataFrame) -> dict[str, object]:
    correlation = (
        dropped["rank_correlation"].astype(float).dropna() if len(dropped) else pd.Series()
    )
    if correlation.empty:
        return {"drop_one_correlation": np.nan, "drop_one_indicator": None}
    return {
        "drop_one_correlation": float(correlation.min()),
        "drop_one_indicator": correlation.idxmin(),
    }


def _year(years: pd.DataFrame, name: str) -> dict[str, float]:
    if name not in years.index:
        return {"year_correlation": np.nan, "year_other_band": np.nan}
    row: Mapping[Any, Any] = years.loc[name].to_dict()
    share = row["other_band"] / row["units"] if row["units"] else np.nan
    return {"year_correlation": row["rank_correlation"], "year_other_band": share}
