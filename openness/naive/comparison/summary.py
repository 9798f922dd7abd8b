"""What is said of each ranking in one line: agreement, bands, gaps, and what it hangs on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from openness.league import League
from openness.measures.strata import strata_of
from openness.naive.comparison.agreement import agreement, discordance_under
from openness.ranking import Posterior

_FURTHEST = 5


def summarise(
    ranks: pd.DataFrame,
    beside: pd.DataFrame,
    bands: pd.DataFrame,
    fairness: pd.DataFrame,
    dropped: pd.DataFrame,
    years: pd.DataFrame,
) -> pd.DataFrame:
    """Put what is known of each ranking into a row; see `Comparison.summary`.

    Parameters
    ----------
    ranks, bands : pandas.DataFrame
        Rows `unit`, columns `method`; the first method is the reference.
    beside : pandas.DataFrame
        Likewise: ranks of the reference among the units that the method places.
    fairness, dropped, years : pandas.DataFrame
        Of `Comparison`; the last two may be empty.

    Returns
    -------
    pandas.DataFrame
        Indexed by `method`.
    """
    reference = ranks.columns[0]
    rows = {
        name: {
            **agreement(ranks[name], bands[name], beside[name], bands[reference]),
            **_gap(fairness, name, name == reference),
            **_hangs_on(_of(dropped, name)),
            **_year(years, name),
        }
        for name in ranks.columns
    }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("method")


def hold_against_posterior(
    ranks: pd.DataFrame,
    bands: pd.DataFrame,
    units: pd.DataFrame,
    league: League,
    posterior: Posterior,
    band_probability: pd.DataFrame,
) -> pd.DataFrame:
    """Say what share of pairs and of bands each ranking has wrong, if the posterior is right.

    Parameters
    ----------
    ranks, bands : pandas.DataFrame
        Rows `unit`, columns `method`.
    units : pandas.DataFrame
        Of these units, with `group`.
    league : League
    posterior : Posterior
        Of these units at least.
    band_probability : pandas.DataFrame
        Rows the units, columns ids of bands.

    Returns
    -------
    pandas.DataFrame
        Indexed by `method`: `discordance`, `concordance` and `tau`, each with `_error`, its Monte
        Carlo error; `expected_misbanded`.
    """
    draws = posterior.draws[:, posterior.positions(*units.index)]
    leagues = strata_of(units["group"], league, league.scope)
    rows = {}
    for name in ranks.columns:
        parts = discordance_under(ranks[name].to_numpy(), draws, leagues)
        named = zip(("discordance", "concordance", "tau"), parts, strict=True)
        rows[name] = {
            column: figure
            for label, part in named
            for column, figure in (
                (label, part.value),
                (f"{label}_error", part.monte_carlo_error),
            )
        }
        rows[name]["expected_misbanded"] = _misbanded(bands[name], band_probability)
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("method")


def furthest(
    ranks: pd.DataFrame, beside: pd.DataFrame, units: pd.DataFrame, missing: pd.DataFrame
) -> pd.DataFrame:
    """List the units that each method moves furthest; see `Comparison.furthest`."""
    tables = {}
    for name in ranks.columns[1:]:
        shift = (ranks[name] - beside[name]).dropna()
        order = shift.abs().sort_values(ascending=False, kind="stable").index[:_FURTHEST]
        tables[name] = pd.DataFrame(
            {
                "unit": order,
                "name": units.loc[order, "name"].to_numpy(),
                "group": units.loc[order, "group"].to_numpy(),
                "rank": ranks.loc[order, name].to_numpy(),
                "reference_rank": beside.loc[order, name].to_numpy(),
                "shift": shift[order].to_numpy(),
                "missing": missing.loc[order, "any"].to_numpy(),
            },
            index=pd.RangeIndex(1, len(order) + 1, name="place"),
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
