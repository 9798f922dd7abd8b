"""The bands of a fit: how probable each is for each unit, and which to name."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal, cast, get_args

import numpy as np
import pandas as pd

from openness.errors import InvalidInput, Problem
from openness.league import League
from openness.ranking import BandProbabilities, posterior_ranks
from openness.result import Result
from openness.standing.band_sizes import band_sizes
from openness.standing.standing import Standing, by_stratum
from openness.standing.strata import Stratum, band_probabilities

NamedLoss = Literal["zero-one", "absolute"]


def bands(
    standing: Standing,
    *,
    loss: NamedLoss | pd.DataFrame | None = None,
    set_prob: float = 0.95,
) -> Result:
    """Say how probable each band is for each unit, and which to name.

    Parameters
    ----------
    standing : Standing
    loss : {"zero-one", "absolute"} or pandas.DataFrame, optional
        What a wrong band costs. "zero-one" names the most probable band, "absolute" (bands between
        the named and the true one) the median band. A table with the ids of the bands as index and
        columns says what it costs to name the band of the row where that of the column is true. If
        not given it is "zero-one", and "absolute" where the league has bands keep their declared
        sizes, which they then do under any loss.
    set_prob : float
        Probability of the sets of bands, between 0 and 1.

    Returns
    -------
    Result
        `table`, indexed by `unit`, in reading order: `name`, `group`, `expected_rank`; `band` (its
        id), the one of least expected loss, with its `probability` and `monte_carlo_error`, and
        whether either half of the draws by itself names the same (`stable`); the fewest
        neighbouring bands that hold the unit with the probability `set_prob`, from `set_best` to
        `set_worst`, with their `set_probability` and `set_error`; `prob_<band id>` and
        `error_<band id>`, its Monte Carlo error, for each band; `ranked`, `reason`, `loss`,
        `set_prob`. A unit that is not ranked has no band.

        `summary`, by `stratum`: `label`, `units` (how many are ranked), `expected_misbanded`
        (expected share of them that are not truly in the band named) with its `monte_carlo_error`,
        and `unstable` (how many are not in the same band in either half); `declared_<band id>` and
        `named_<band id>` for each band, and `sizes_in_words`: how the sizes of the named bands
        differ from those that the league declares.

        `about`: `loss` ("stated" for a table), `set_prob`, `scope`.

    Raises
    ------
    InvalidInput
        If the loss is not one of these, or no two units can be ranked.

    Examples
    --------
    >>> bands = openness.bands(fit, loss="absolute")
    >>> sorted(bands.table["band"].unique())
    ['lower', 'upper']
    >>> bands.about
    {'loss': 'absolute', 'set_prob': 0.95, 'scope': 'all'}
    """
    league = standing.league
    ids = [band.id for band in league.bands.levels]
    loss = league.bands.named_by if loss is None else loss
    costs = loss if isinstance(loss, str) else as_loss(loss, ids, "loss").to_numpy()
    sizes, by = league.bands.sizes, loss if isinstance(loss, str) else "stated"
    tables, summary = [], {}
    for stratum in standing.require_strata():
        banded = band_probabilities(stratum, league)
        table = _by_unit(stratum, banded, banded.band(costs, sizes=sizes), set_prob)
        misbanded = banded.expected_misbanded(costs, sizes=sizes)
        tables.append(table)
        summary[stratum.id] = {
            "label": stratum.label,
            "units": len(table),
            "expected_misbanded": misbanded.value,
            "monte_carlo_error": misbanded.monte_carlo_error,
            "unstable": int((~table["stable"]).sum()),
            **band_sizes(banded, table["band"], league, by),
        }
    facts: dict[str, Any] = {"loss": by, "set_prob": set_prob}
    table = standing.in_reading_order(tables, "expected_rank").assign(**facts)
    return Result(
        "bands",
        table.astype({"stable": "boolean"}),
        league,
        summary=by_stratum(summary),
        standing=standing,
        about={**facts, "scope": standing.scope},
    )


def _by_unit(
    stratum: Stratum, banded: BandProbabilities, chosen: pd.DataFrame, set_prob: float
) -> pd.DataFrame:
    probabilities = banded.prob_band
    held = banded.band_set(set_prob).set_axis(
        ["set_best", "set_worst", "set_probability", "set_error"], axis=1
    )
    first = posterior_ranks(stratum.posterior).expected_rank
    return pd.concat(
        [
            first,
            chosen,
            held,
            probabilities.probability.add_prefix("prob_"),
            probabilities.monte_carlo_error.add_prefix("error_"),
        ],
        axis=1,
    )


def named_or_stated(text: str, league: League) -> NamedLoss | pd.DataFrame:
    """Return a loss by its name, or else the losses that a file states; see `read_loss`."""
    if text in get_args(NamedLoss):
        return cast("NamedLoss", text)
    ids = [band.id for band in league.bands.levels]
    if not Path(text).suffix and not Path(text).exists():
        raise _refuse("loss", "value", repr(text), ids)
    return read_loss(text, ids)


def read_loss(path: str | Path, ids: list[str]) -> pd.DataFrame:
    """Read a table of losses, both ways in the order of `ids`, the league's bands, best first.

    A CSV file: the first column has the ids of the bands that may be named, the first line those
    that may be true, and each cell what it costs.

    Examples
    --------
    >>> from openness.standing import read_loss
    >>> costs = pd.DataFrame({"upper": [0, 1], "lower": [2, 0]}, index=["upper", "lower"])
    >>> costs.to_csv("loss.csv")
    >>> read_loss("loss.csv", ["upper", "lower"])
           upper  lower
    upper    0.0    2.0
    lower    1.0    0.0
    """
    path = Path(path)
    try:
        table = pd.read_csv(path, index_col=0, dtype="str", keep_default_na=False)
    except FileNotFoundError:
        raise _refuse(str(path), "file", "it does not exist", ids) from None
    except (OSError, ValueError) as error:
        raise _refuse(str(path), "file", f"it cannot be read ({error})", ids) from None
    return as_loss(table.rename(index=str.strip, columns=str.strip), ids, path.name)


def as_loss(table: pd.DataFrame, ids: list[str], source: str) -> pd.DataFrame:
    """Return losses as numbers, both ways in the order of the bands, or say what is wrong."""
    if not isinstance(table, pd.DataFrame):
        raise _refuse(source, "type", type(table).__name__, ids)
    for axis, labels in (("rows", table.index), ("columns", table.columns)):
        if sorted(map(str, labels)) != sorted(ids):
            raise _refuse(source, axis, ", ".join(map(str, labels)) or "none", ids)
    numbers = table.loc[ids, ids].apply(pd.to_numeric, errors="coerce").astype(float)
    bad = ~np.isfinite(numbers.to_numpy())
    if bad.any():
        row, column = np.argwhere(bad)[0]
        found = repr(str(table.loc[ids[row], ids[column]]))
        raise _refuse(source, f"row {ids[row]}, column {ids[column]}", found, ids)
    cheapest = numbers.min(axis=0).to_numpy()
    dear = np.diag(numbers) > cheapest
    if dear.any():
        band = ids[int(np.flatnonzero(dear)[0])]
        raise InvalidInput(
            [
                Problem(
                    source,
                    f"column {band}",
                    f"to name {band} where it is true costs more than to name another",
                    "the true band must be the cheapest",
                    "Rows are the bands that are named, columns those that are true",
                )
            ]
        )
    return numbers


def _refuse(source: str, where: str, found: str, ids: list[str]) -> InvalidInput:
    allowed = f"a loss is 'zero-one', 'absolute', or a table of numbers by {', '.join(ids)}"
    remedy = "Give a row for each band that may be named, and a column for each that may be true"
    return InvalidInput([Problem(source, where, found, f"{allowed}, both ways", remedy)])
