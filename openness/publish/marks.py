"""Marks of the statuses of cells, in every picture the same."""

from __future__ import annotations

from typing import Any

from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from openness.publish.palette import STATUS_MARKS


def draw_marks(
    axes: Axes, status: str, x: ArrayLike, y: ArrayLike, room: float, **settings: Any
) -> None:
    """Draw the mark of a status at many places.

    A mark has `room` inches; `settings` go to `Axes.scatter`.
    """
    mark = STATUS_MARKS[status]
    looks: dict[str, dict[str, Any]] = {
        "filled": {"color": mark.colour, "linewidths": 0},
        "outline": {"edgecolors": mark.colour, "facecolors": "none", "linewidths": 0.8},
        "stroke": {"color": mark.colour, "linewidths": 0.8},
    }
    size = (72 * room * mark.scale) ** 2
    axes.scatter(x, y, s=size, marker=mark.shape, **(looks[mark.kind] | settings))
