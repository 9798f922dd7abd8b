"""How a picture says that it must not be published."""

from __future__ import annotations

from matplotlib.figure import Figure

from openness.publish.palette import ALERT
from openness.publish.wording import DRAFT


def mark_draft(figure: Figure) -> None:
    """Write DRAFT across a figure, and why in its corner."""
    width, height = figure.get_size_inches()
    place = (1 - 0.35 / width, 1 - 0.14 / height)
    figure.text(*place, DRAFT, fontsize=7, color=ALERT, weight="bold", ha="right", va="center")
    figure.text(
        0.5,
        0.5,
        "DRAFT",
        fontsize=min(120.0, 11 * height),
        color=ALERT,
        alpha=0.13,
        rotation=35,
        ha="center",
        va="center",
        weight="bold",
    )
