"""The layout that the collapsed likelihood sees: indicators, then one column a sampled level."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

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
    levels_are_openness : bool
        One domain: its level is openness itself, and no factor is left to integrate out.
    """

    present: np.ndarray
    domain: np.ndarray
    direct: np.ndarray
    member: np.ndarray
    sampled: tuple[int, ...]
    levels_are_openness: bool

    def columns(
        self,
        loading: Any,
        domain_loading: Any,
        specific_sd: Any,
        coherence: Any,
        join: Callable[[list[Any]], Any],
    ) -> tuple[Any, Any, Any]:
        """Return loading, domain loading and own variance of every column, (L,) each.

        Parameters
        ----------
        loading, domain_loading, specific_sd : (K,) arrays or tensors
        coherence : (M,) array or tensor
        join : callable
            `numpy.concatenate` or `pytensor.tensor.concatenate`.
        """
        if not self.sampled:
            return loading, domain_loading, specific_sd**2
        rho = coherence[np.array(self.sampled)]
        nothing = np.zeros(len(self.sampled))
        if self.levels_are_openness:
            level_loading, level_variance = nothing, nothing + 1
        else:
            level_loading, level_variance = rho**0.5, 1 - rho
        return (
            join([loading * self.direct, level_loading]),
            join([domain_loading * self.direct, nothing]),
            join([specific_sd**2, level_variance]),
        )


def make_grid(cells: Cells, structure: Structure) -> Grid:
    """Lay out the columns.

    Parameters
    ----------
    cells : Cells
    structure : Structure

    Returns
    -------
    Grid
    """
    sampled = structure.sampled
    member = np.array([cells.domain == m for m in sampled], dtype=float)
    gaussian = cells.present & (cells.category < 0)
    return Grid(
        present=np.concatenate([gaussian, sampled_cells(cells, structure)], axis=1),
        domain=np.concatenate([cells.domain, len(cells.domains) + np.arange(len(sampled))]).astype(
            np.int64
        ),
        direct=~np.isin(cells.domain, sampled),
        member=member.reshape(len(sampled), len(cells.indicators)),
        sampled=sampled,
        levels_are_openness=bool(sampled) and structure.coherence == "one",
    )


def sampled_cells(cells: Cells, structure: Structure) -> np.ndarray:
    """Return which units have a cell in each sampled domain, bool (N, X)."""
    columns = [cells.present[:, cells.domain == m].any(axis=1) for m in structure.sampled]
    return np.array(columns, dtype=bool).reshape(len(columns), len(cells.units)).T
