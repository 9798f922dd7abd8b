"""Colours of the bands."""

from __future__ import annotations

from matplotlib.colors import LinearSegmentedColormap, to_hex

INK = "#1d2733"
FAINT = "#8b95a1"
RULE = "#c9d0d8"
ALERT = "#b3261e"

# From dark to light at an even pace, so that grey copies keep the order, through hues that the
# usual forms of colour blindness tell apart. The lightest still stands out from white (3 to 1).
_ANCHORS = ("#12284c", "#27609f", "#bb5079", "#e8812b")


def band_colours(count: int) -> list[str]:
    """Return one colour for each of `count` bands, best first."""
    if count == len(_ANCHORS):
        return list(_ANCHORS)
    scale = LinearSegmentedColormap.from_list("bands", _ANCHORS)
    return [to_hex(scale(position / max(count - 1, 1))) for position in range(count)]
