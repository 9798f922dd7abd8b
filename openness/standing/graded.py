"""The grades of a fit: cut where the evidence is, with what they are worth."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from openness.errors import InvalidInput, Problem
from openness.ranking import Grades, Posterior, grade_path, optimal_grades, posterior_ranks
from openness.ranking.frontier import DEFAULT_LAMS
from openness.ranking.pairs import pair_probabilities
from openness.result import Result
from openness.standing.standing import Standing, by_stratum
from openness.standing.strata import Stratum

Certify = Literal["auto", "lp", "none"]

_MOST_CELLS = 500
"""More units than that are averaged with their neighbours in the map of pairs."""

_MANY = 1000
_LAMS_OF_MANY = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6)
"""Weights of the frontier of many units: each takes seconds, and those beyond minutes, for hundreds
of grades that nobody wants."""


@dataclass(frozen=True, eq=False)
class PairMap:
    """Probabilities of superiority of all pairs, in the order in which the units are graded.

    Attributes
    ----------
    probability : numpy.ndarray, shape (m, m)
        That the unit of the row is ahead of that of the column. Where there are more than 500
        units, means over neighbours.
    edges : tuple of int, length K + 1
        Where each grade begins, in units, and how many units there are.
    by_grade : numpy.ndarray, shape (K, K)
        Mean over the pairs of a unit of one grade and a unit of another.

    Examples
    --------
    >>> grades = openness.grades(fit, n_grades=2, certify="none")
    >>> pairs = grades.parts["pairs"]["all"]
    >>> pairs.probability.shape, pairs.by_grade.shape
    ((40, 40), (2, 2))
    """

    probability: NDArray[np.float64]
    edges: tuple[int, ...]
    by_grade: NDArray[np.float64]


def grades(
    standing: Standing,
    *,
    lam: float | None = None,
    max_discordance: float | None = None,
    n_grades: int | None = None,
    certify: Certify = "auto",
    time_limit: float = 60.0,
    report: Callable[[str], None] = lambda _: None,
) -> Result:
    """Put units into grades so that the order between grades is as right as possible.

    Parameters
    ----------
    standing : Standing
    lam, max_discordance, n_grades, certify, time_limit
        As for `openness.ranking.optimal_grades`. Within groups they hold for each group.
    report : callable
        Receives a sentence before each step that may take long.

    Returns
    -------
    Result
        `table`, indexed by `unit`, as it is shown: `name`, `group`, `position` (1 to n), `grade` (1
        for the best), `stable` (whether either half of the draws by itself puts the unit into the
        same grade), `expected_rank`, `rank_median`, `rank_lower`, `rank_upper`, `ranked`, `reason`,
        `interval_prob`, `interval_kind`. A unit that is not ranked has no grade.

        `summary`, by `stratum`: `label`, `units` (how many are ranked), `n_grades`, `lam`,
        `objective`; `discordance` and `concordance` (expected share of all pairs that are graded
        apart the wrong and the right way round), `tau` (concordance minus discordance),
        `share_wrong` (discordance as a share of the pairs graded apart), each with its Monte Carlo
        error as `..._error`; `lower_bound` of the objective, `gap` and `optimal`, missing where no
        proof was tried; `unstable` (how many units are not in the same grade in either half).

        `about`: `rule` ("lam", "max_discordance" or "n_grades": what the grading was asked to
        meet), `scope`, `interval_prob`, `interval_kind`.

        `parts`: `frontier`, a table by `stratum` and `lam` (see `openness.ranking.grade_path`);
        `pairs`, a `PairMap` for each stratum.

    Raises
    ------
    InvalidInput
        If the arguments make no sense, or no two units can be ranked.

    Examples
    --------
    >>> grades = openness.grades(fit, n_grades=2, certify="none")
    >>> grades.table["grade"].is_monotonic_increasing, grades.summary["n_grades"].to_dict()
    (True, {'all': 2})
    >>> list(grades.parts)
    ['frontier', 'pairs']
    """
    strata, league = standing.require_strata(), standing.league
    _require_enough(strata, n_grades)
    tables, summary, frontiers, maps = [], {}, {}, {}
    for stratum in strata:
        post, count = stratum.posterior, f"{len(stratum.posterior.names):,} {league.unit_plural}"
        where = count if stratum.id == "all" else f"{stratum.label}, {count}"
        proof = "" if certify == "none" else f", with at most {time_limit:g} s for the proof"
        report(f"Grading {where}{proof}")
        found = optimal_grades(
            post,
            lam=lam,
            max_discordance=max_discordance,
            n_grades=n_grades,
            certify=certify,
            time_limit=time_limit,
        )
        tables.append(_by_unit(post, found, standing.prob))
        summary[stratum.id] = {"label": stratum.label, "units": len(post.names), **_worth(found)}
        report(f"Frontier of {where}")
        lams = DEFAULT_LAMS if len(post.names) <= _MANY else _LAMS_OF_MANY
        frontiers[stratum.id] = grade_path(post, lams)
        maps[stratum.id] = _map_pairs(post, found)
    table = standing.in_reading_order(tables, "position").assign(**standing.interval)
    rules = {"max_discordance": max_discordance, "n_grades": n_grades}
    rule = next((name for name, value in rules.items() if value is not None), "lam")
    return Result(
        "grades",
        table.astype({"position": "Int64", "grade": "Int64", "stable": "boolean"}),
        league,
        summary=by_stratum(summary),
        standing=standing,
        about={"rule": rule, "scope": standing.scope, **standing.interval},
        parts={"frontier": pd.concat(frontiers, names=["stratum"]), "pairs": maps},
    )


def _require_enough(strata: Sequence[Stratum], n_grades: int | None) -> None:
    """Refuse more grades than a group has units, and say which group."""
    sizes = {part.id: len(part.posterior.names) for part in strata if part.id != "all"}
    few = [id for id, units in sizes.items() if n_grades is not None and units < n_grades]
    if few:
        allowed = "a group cannot have more grades than units"
        found = [f"{n_grades} grades for {sizes[id]} units" for id in few]
        raise InvalidInput(
            [
                Problem("n_grades", f"group {id}", said, allowed)
                for id, said in zip(few, found, strict=True)
            ]
        )


def _by_unit(post: Posterior, found: Grades, prob: float) -> pd.DataFrame:
    ranks = posterior_ranks(post)
    summaries = pd.DataFrame(
        {
            "expected_rank": ranks.expected_rank,
            "rank_median": ranks.median_rank,
            **ranks.rank_interval(prob)[["rank_lower", "rank_upper"]],
        }
    )
    return found.table.join(summaries)


def _worth(found: Grades) -> dict[str, object]:
    return {
        "n_grades": found.n_grades,
        "lam": found.lam,
        "objective": found.objective,
        "discordance": found.discordance.value,
        "discordance_error": found.discordance.monte_carlo_error,
        "concordance": found.concordance.value,
        "concordance_error": found.concordance.monte_carlo_error,
        "tau": found.tau,
        "tau_error": found.tau_error,
        "share_wrong": found.share_wrong,
        "share_wrong_error": found.share_wrong_error,
        "lower_bound": found.lower_bound,
        "gap": found.gap,
        "optimal": found.optimal,
        "unstable": int((~found.table["stable"]).sum()),
    }


def _map_pairs(post: Posterior, found: Grades) -> PairMap:
    order = post.positions(*found.table.index)
    pi = pair_probabilities(post.ranks, post.alike)[np.ix_(order, order)]
    grade = found.table["grade"].to_numpy()
    edges = [int(edge) for edge in np.searchsorted(grade, np.arange(1, found.n_grades + 2))]
    cells = np.linspace(0, len(pi), min(len(pi), _MOST_CELLS) + 1).round().astype(int)
    return PairMap(_means(pi, cells), tuple(edges), _means(pi, edges))


def _means(pi: NDArray[np.float64], edges: list[int] | NDArray[np.intp]) -> NDArray[np.float64]:
    """Means of the blocks that these edges, the last of which is the end, cut a matrix into."""
    starts, sizes = np.asarray(edges)[:-1], np.diff(edges)
    sums = np.add.reduceat(np.add.reduceat(pi, starts, axis=0), starts, axis=1)
    return sums / (sizes[:, None] * sizes)
