"""Colours and marks, in every picture the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_hex, to_rgb
from numpy.typing import ArrayLike

INK = "#1d2733"
QUIET = "#5b6673"
"""Text that recedes; it still stands out from white (4.5 to 1)."""
FAINT = "#8b95a1"
"""Lines and dots that recede (3 to 1); never text."""
RULE = "#c9d0d8"
ALERT = "#b3261e"

# From dark to light, each 1.83 to 1 from the next: as even and as far apart as four can be of which
# the lightest stands out from white (3 to 1). So grey copies keep the order. The hues differ in the
# usual forms of colour blindness.
_ANCHORS = ("#081229", "#164276", "#b13f70", "#dd7c27")


def band_colours(count: int) -> list[str]:
    """Return one colour for each of `count` bands, best first."""
    if count == len(_ANCHORS):
        return list(_ANCHORS)
    scale = LinearSegmentedColormap.from_list("bands", _ANCHORS)
    return [to_hex(scale(position / max(count - 1, 1))) for position in range(count)]


def ink_on(colour: str) -> str:
    """Return white or black, whichever stands out more from a colour: 4.5 to 1 at least."""
    # WCAG 2.2: contrast is (L1 + 0.05)/(L2 + 0.05), with L the relative luminance.
    own = _luminance(colour) + 0.05
    return "white" if 1.05 / own >= own / 0.05 else "black"


def _luminance(colour: str) -> float:
    channels = [
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in to_rgb(colour)
    ]
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), channels, strict=True))


@dataclass(frozen=True)
class Mark:
    """How a cell of one status is drawn.

    Attributes
    ----------
    shape : str
        A marker of matplotlib. Shapes alone tell the statuses apart.
    colour : str
    kind : {"filled", "outline", "stroke"}
        A stroke has nothing to fill.
    scale : float
        Its width, as a share of the room that a mark has.
    """

    shape: str
    colour: str
    kind: Literal["filled", "outline", "stroke"] = "filled"
    scale: float = 0.72


# What is there, or cannot be, recedes; what is missing stands out from white (3 to 1).
STATUS_MARKS = {
    "observed": Mark("s", "#dde2e8", scale=0.55),
    "not_applicable": Mark("_", FAINT, "stroke", scale=0.5),
    "not_collected": Mark("o", "#27609f", "outline"),
    "not_returned": Mark("s", "#b3261e"),
    "system_change": Mark("^", "#c8600a", scale=0.78),
    "suppressed": Mark("D", "#12284c", scale=0.6),
    "withdrawn": Mark("x", "#bb5079", "stroke", scale=0.62),
    "under_query": Mark("$?$", "#4a4a4a", scale=0.8),
}
"""Mark of every status, whose shape and colour each tell it from the others."""


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
