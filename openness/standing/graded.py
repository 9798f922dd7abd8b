"""The grades of a fit: cut where the evidence is, with what they are worth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from openness.errors import InvalidInput, Problem
from openness.fitting import Fit
from openness.measures.strata import Scope
from openness.ranking import Grades, Posterior, grade_path, optimal_grades, posterior_ranks
from openness.ranking.frontier import DEFAULT_LAMS
from openness.ranking.pairs import pair_probabilities
from openness.standing.divisions import Divided, divide, in_reading_order

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
    """

    probability: NDArray[np.float64]
    edges: tuple[int, ...]
    by_grade: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class LeagueGrades:
    """Grades of every unit, and what they are worth.

    Attributes
    ----------
    table : pandas.DataFrame
        Indexed by `unit`, as it is shown: `name`, `group`, `position` (1 to n), `grade` (1 for the
        best), `stable` (whether either half of the draws by itself puts the unit into the same
        grade), `expected_rank`, `rank_median`, `rank_lower`, `rank_upper`, `ranked`, `reason`,
        `interval_prob`, `interval_kind`. A unit that is not ranked has no grade.
    summary : pandas.DataFrame
        Indexed by `among` ("all", or a group): `label`, `units` (how many are ranked), `n_grades`,
        `lam`, `objective`; `discordance` and `concordance` (expected share of all pairs that are
        graded apart the wrong and the right way round), `tau` (their difference), `share_wrong`
        (discordance as a share of the pairs graded apart), each with its Monte Carlo error as
        `..._error`; `lower_bound` of the objective, `gap` and `optimal`, missing where no proof was
        tried; `unstable` (how many units are not in the same grade in either half).
    frontier : pandas.DataFrame
        Indexed by `among` and `lam`: see `openness.ranking.grade_path`.
    pairs : dict of str to PairMap
        By `among`.
    scope : {"all", "within_group"}
    rule : {"lam", "max_discordance", "n_grades"}
        What the grading was asked to meet.
    draft : bool
        The fit did not pass the gate.
    """

    table: pd.DataFrame
    summary: pd.DataFrame
    frontier: pd.DataFrame
    pairs: dict[str, PairMap]
    scope: Scope
    rule: str
    draft: bool


def grades(
    fit: Fit,
    *,
    lam: float | None = None,
    max_discordance: float | None = None,
    n_grades: int | None = None,
    certify: Certify = "auto",
    time_limit: float = 60.0,
    prob: float | None = None,
    scope: Scope | None = None,
    draft: bool = False,
    report: Callable[[str], None] = lambda _: None,
) -> LeagueGrades:
    """Put the units of a fit into grades so that the order between grades is as right as possible.

    Parameters
    ----------
    fit : Fit
    lam, max_discordance, n_grades, certify, time_limit
        As for `openness.ranking.optimal_grades`. Within groups they hold for each group.
    prob : float, optional
        Probability of the rank intervals; the league's if not given.
    scope : {"all", "within_group"}, optional
        Grade all units together or each group by itself; the league's if not given.
    draft : bool
        Allow a fit that did not pass the gate.
    report : callable
        Receives a sentence before each step that may take long.

    Returns
    -------
    LeagueGrades

    Raises
    ------
    GateFailed
        If the fit did not pass the gate and no draft was asked for.
    InvalidInput
        If the arguments make no sense, or no two units can be ranked.

    Notes
    -----
    Stands for `openness.ranking.optimal_grades` and `grade_path` of `ranked_posterior`.
    """
    prob = fit.league.interval if prob is None else prob
    divided = divide(fit, scope=scope, draft=draft)
    _require_enough(divided, n_grades)
    tables, summary, frontiers, maps = [], {}, {}, {}
    for part in divided.parts:
        post, count = part.posterior, f"{len(part.posterior.names):,} {fit.league.unit_plural}"
        where = count if part.among == "all" else f"{part.label}, {count}"
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
        tables.append(_by_unit(post, found, prob))
        summary[part.among] = {"label": part.label, "units": len(post.names), **_worth(found)}
        report(f"Frontier of {where}")
        lams = DEFAULT_LAMS if len(post.names) <= _MANY else _LAMS_OF_MANY
        frontiers[part.among] = grade_path(post, lams)
        maps[part.among] = _map_pairs(post, found)
    table = in_reading_order(pd.concat(tables), divided, "position")
    rules = {"max_discordance": max_discordance, "n_grades": n_grades}
    return LeagueGrades(
        table=table.assign(interval_prob=prob, interval_kind="equal-tailed").astype(
            {"position": "Int64", "grade": "Int64", "stable": "boolean"}
        ),
        summary=pd.DataFrame.from_dict(summary, orient="index").rename_axis("among"),
        frontier=pd.concat(frontiers, names=["among"]),
        pairs=maps,
        scope=divided.scope,
        rule=next((name for name, value in rules.items() if value is not None), "lam"),
        draft=fit.is_draft,
    )


def _require_enough(divided: Divided, n_grades: int | None) -> None:
    """Refuse more grades than a group has units, and say which group."""
    if n_grades is None or divided.scope == "all":
        return
    few = [part for part in divided.parts if len(part.posterior.names) < n_grades]
    if few:
        raise InvalidInput(
            [
                Problem(
                    "n_grades",
                    f"group {part.among}",
                    f"{n_grades} grades for {len(part.posterior.names)} units",
                    "a group cannot have more grades than units",
                )
                for part in few
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
    pi = pair_probabilities(post.ranks)[np.ix_(order, order)]
    grade = found.table["grade"].to_numpy()
    edges = [int(edge) for edge in np.searchsorted(grade, np.arange(1, found.n_grades + 2))]
    cells = np.linspace(0, len(pi), min(len(pi), _MOST_CELLS) + 1).round().astype(int)
    return PairMap(_means(pi, cells), tuple(edges), _means(pi, edges))


def _means(pi: NDArray[np.float64], edges: list[int] | NDArray[np.intp]) -> NDArray[np.float64]:
    """Means of the blocks that these edges, the last of which is the end, cut a matrix into."""
    starts, sizes = np.asarray(edges)[:-1], np.diff(edges)
    sums = np.add.reduceat(np.add.reduceat(pi, starts, axis=0), starts, axis=1)
    return sums / (sizes[:, None] * sizes)
