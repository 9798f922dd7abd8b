"""Types of unit are compared by few units, or by the prior."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from openness.guards.finding import Finding
from openness.guards.looked import Looked
from openness.guards.registry import guards_against

_NAME = "types"
_ENOUGH_DRAWS = 400
"""Below it a move by importance weights is not to be believed."""


@guards_against(_NAME)
def types(looked: Looked) -> Iterator[Finding]:
    """Count the units of each type, and move the types to other priors of the sd between them."""
    cells, limits = looked.cells, looked.limits
    labels = {group.id: group.label for group in looked.league.groups}
    if len(cells.groups) < 2:
        return
    for name, size in zip(cells.groups, np.bincount(cells.group), strict=True):
        if size < limits.few_units:
            yield Finding(
                _NAME,
                "notes",
                f"{labels[name]} has {size} {looked.league.unit_plural}: where the type stands "
                "against the others rests on them, and on the prior.",
                {"figure": float(size), "threshold": float(limits.few_units)},
                name,
            )
    yield from _moves(looked, labels)


def _moves(looked: Looked, labels: dict[str, str]) -> Iterator[Finding]:
    moves, limit = looked.type_moves, looked.limits.type_move
    if moves.empty:
        return
    furthest = moves.loc[moves["moved"].abs().groupby(moves["type"]).idxmax()]
    for row in furthest.to_dict("records"):
        moved, share = abs(row["moved"]), abs(row["moved"]) / len(looked.cells.units)
        if share <= limit:
            continue
        few = (
            f" Only {row['effective_draws']:.0f} draws are left for it: fit again with that prior "
            "to be sure."
            if row["effective_draws"] < _ENOUGH_DRAWS
            else ""
        )
        yield Finding(
            _NAME,
            "notes",
            f"{labels[row['type']]} would move by {moved:.0f} of {len(looked.cells.units)} "
            f"places on average if the prior of the sd between types were {row['prior']}. "
            f"Do not compare it with other types by this ranking alone.{few}",
            {
                "figure": share,
                "threshold": limit,
                "places": row["moved"],
                "effective_draws": row["effective_draws"],
            },
            str(row["type"]),
            moves,
        )
