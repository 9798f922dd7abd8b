"""What the likelihood sees of the cells, and where it finds what is sampled in their place."""

from __future__ import annotations

import numpy as np

from openness.model.cells import Cells
from openness.model.identification import Structure
from openness.model.signature import Evidence

Array = np.ndarray


def evidence_of(cells: Cells, level_at: Array) -> Evidence:
    """Return what the likelihood sees of the cells; `level_at` is of `level_positions`."""
    return Evidence(
        value=cells.value,
        error_variance=cells.error_variance,
        common_error_loading=cells.common_error_loading,
        present=cells.present & (cells.category < 0),
        exact_at=exact_at(cells),
        level_at=level_at,
        group_of_unit=cells.group,
        domain_of_indicator=cells.domain,
        facet_of_indicator=cells.facet,
        domain_of_facet=cells.domain_of_facet,
        returned=cells.returned,
    )


def level_positions(cells: Cells, structure: Structure, *, everywhere: bool = False) -> Array:
    """Return the position of each level among those that are sampled, int (N, M).

    They are those of domains with ordered indicators, units slowest; -1 where a level is not
    sampled, for want of a cell in the domain. If there is only one domain, its level is the factor.

    Parameters
    ----------
    cells : Cells
    structure : Structure
    everywhere : bool
        Whether a unit without a cell in a sampled domain has its level sampled all the same. It
        says nothing of the unit; but then the number of levels does not depend on what is missing.
    """
    has_level = np.zeros((len(cells.units), len(cells.domains)), dtype=bool)
    for m in structure.sampled:
        has_level[:, m] = cells.present[:, cells.domain == m].any(axis=1) | everywhere
    return np.where(has_level, np.cumsum(has_level).reshape(has_level.shape) - 1, -1)


def exact_at(cells: Cells) -> Array:
    """Return the position of every exact cell among them, int (N, K); -1 at the other cells."""
    return np.where(cells.exact, np.cumsum(cells.exact).reshape(cells.exact.shape) - 1, -1)


def ordered_cells(cells: Cells, level_at: Array) -> dict[str, Array]:
    """Return where each ordered cell looks for its parameters, (J,) int arrays by name.

    `ordered_row` (its group), `ordered_column`, `ordered_level`, `ordered_below` and
    `ordered_above`: the data of `openness.model.ordered_kernel.sum_over_ordered_cells`.
    """
    rows, columns = np.nonzero(cells.category >= 0)
    first = np.array(first_cuts(cells), dtype=int)[columns]
    category = cells.category[rows, columns]
    number = np.array([len(labels) for labels in cells.labels], dtype=int)[columns]
    return {
        "ordered_row": cells.group[rows],
        "ordered_column": columns,
        "ordered_level": level_at[rows, cells.domain[columns]],
        "ordered_below": np.where(category > 0, first + category - 1, -1),
        "ordered_above": np.where(category < number - 1, first + category, -1),
    }


def first_cuts(cells: Cells) -> tuple[int, ...]:
    """Return the position of the first cut point of each indicator among all; -1 without any."""
    sizes = [max(len(labels) - 1, 0) for labels in cells.labels]
    starts = np.cumsum([0, *sizes])
    return tuple(int(s) if size else -1 for s, size in zip(starts, sizes, strict=False))
