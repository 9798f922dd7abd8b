"""The layout that the collapsed likelihood sees: indicators, then one column a sampled level."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from openness.model.cells import Cells
from openness.model.identification import Structure


@dataclass(frozen=True)
class Grid:
    """N units by L = K + X columns: K indicators and X sampled domain levels.

    Attributes
    ----------
    present : (N, L) bool array
        Ordered categories count through their domain's level, not as cells.
    domain : (L,) int array
        A level has a domain of its own, after the M others.
    direct : (K,) bool array
        Indicators that reach openness by themselves, not through a sampled level.
    member : (X, K) array
        1 where the indicator belongs to the sampled domain.
    sampled : tuple of int
        Positions of the sampled domains.
    level_at : (N, X) int array
        Position of the unit's level among all that are sampled, units slowest; -1 if it is not
        sampled, for want of a cell in the domain.
    levels_are_factor : bool
        One domain: its level is openness itself, and no factor is left to integrate out.
    """

    present: np.ndarray
    domain: np.ndarray
    direct: np.ndarray
    member: np.ndarray
    sampled: tuple[int, ...]
    level_at: np.ndarray
    levels_are_factor: bool

    @property
    def n_levels(self) -> int:
        """Number of sampled levels."""
        return int((self.level_at >= 0).sum())

    def columns(
        self,
        loading: np.ndarray,
        residual_domain_loading: np.ndarray,
        uniqueness_sd: np.ndarray,
        coherence: np.ndarray,
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return loading, domain loading and own variance of every column, (L,) each.

        Parameters
        ----------
        loading, residual_domain_loading, uniqueness_sd : (K,) arrays
        coherence : (M,) array
        """
        rho = coherence[list(self.sampled)]
        nothing = np.zeros(len(self.sampled))
        openness = self.levels_are_factor
        return (
            np.concatenate([loading * self.direct, nothing if openness else np.sqrt(rho)]),
            np.concatenate([residual_domain_loading * self.direct, nothing]),
            np.concatenate([uniqueness_sd**2, nothing + 1 if openness else 1 - rho]),
        )


def make_grid(cells: Cells, structure: Structure, *, everywhere: bool = False) -> Grid:
    """Lay out the columns.

    Parameters
    ----------
    cells : Cells
    structure : Structure
    everywhere : bool
        Whether a unit without a cell in a sampled domain has its level sampled all the same. It
        says nothing of the unit; but then the number of levels does not depend on what is missing.

    Returns
    -------
    Grid
    """
    sampled = structure.sampled
    member = np.array([cells.domain == m for m in sampled], dtype=float)
    gaussian = cells.present & (cells.category < 0)
    has_level = _has_level(cells, sampled) | everywhere
    position = np.cumsum(has_level).reshape(has_level.shape) - 1
    return Grid(
        present=np.concatenate([gaussian, has_level], axis=1),
        domain=np.concatenate([cells.domain, len(cells.domains) + np.arange(len(sampled))]).astype(
            np.int64
        ),
        direct=~np.isin(cells.domain, sampled),
        member=member.reshape(len(sampled), len(cells.indicators)),
        sampled=sampled,
        level_at=np.where(has_level, position, -1),
        levels_are_factor=bool(sampled) and structure.coherence == "one",
    )


def ordered_cells(cells: Cells, grid: Grid) -> dict[str, np.ndarray]:
    """Return where each ordered cell looks for its parameters, (J,) int arrays by name.

    `ordered_row` (its group), `ordered_column`, `ordered_level`, `ordered_below` and
    `ordered_above`: the arguments from `row` on of
    `openness.model.ordered_kernel.sum_over_ordered_cells`.
    """
    rows, columns = np.nonzero(cells.category >= 0)
    first = np.array(first_cuts(cells), dtype=int)[columns]
    category = cells.category[rows, columns]
    number = np.array([len(labels) for labels in cells.labels], dtype=int)[columns]
    through = np.array([grid.sampled.index(m) if m in grid.sampled else -1 for m in cells.domain])
    return {
        "ordered_row": cells.group[rows],
        "ordered_column": columns,
        "ordered_level": grid.level_at[rows, through[columns]] if grid.sampled else rows,
        "ordered_below": np.where(category > 0, first + category - 1, -1),
        "ordered_above": np.where(category < number - 1, first + category, -1),
    }


def first_cuts(cells: Cells) -> tuple[int, ...]:
    """Return the position of the first cut point of each indicator among all; -1 without any."""
    sizes = [max(len(labels) - 1, 0) for labels in cells.labels]
    starts = np.cumsum([0, *sizes])
    return tuple(int(s) if size else -1 for s, size in zip(starts, sizes, strict=False))


def _has_level(cells: Cells, sampled: tuple[int, ...]) -> np.ndarray:
    """Which units have a cell in each sampled domain, bool (N, X)."""
    columns = [cells.present[:, cells.domain == m].any(axis=1) for m in sampled]
    return np.array(columns, dtype=bool).reshape(len(columns), len(cells.units)).T
