"""Figures without global state, and files that are the same bytes every time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

DPI = 200

# A fixed salt gives the parts of an SVG fixed names; text stays text, to be searched and read out.
_FIXED = {"svg.hashsalt": "openness", "svg.fonttype": "none"}
_BACKEND = {"backend", "backend_fallback", "interactive", "toolbar", "timezone", "webagg.port"}


@contextmanager
def house_style() -> Iterator[None]:
    """Matplotlib's own defaults, whatever the user has set, for as long as the block runs."""
    settings: dict[Any, Any] = {
        key: value for key, value in mpl.rcParamsDefault.items() if key not in _BACKEND
    }
    with mpl.rc_context(settings | _FIXED):
        yield


def new_figure(width: float, height: float) -> Figure:
    """Return an empty figure of so many inches that belongs to no window."""
    figure = Figure(figsize=(width, height), dpi=DPI, facecolor="white")
    FigureCanvasAgg(figure)
    return figure


def text_width(figure: Figure, text: str, size: float, weight: str = "normal") -> float:
    """Width in inches that a text takes at so many points."""
    artist = figure.text(0, 0, text, fontsize=size, weight=weight)
    width: float = artist.get_window_extent().width / figure.dpi
    artist.remove()
    return width


def save_figure(figure: Figure, stem: str | Path) -> tuple[Path, Path]:
    """Write a figure as PNG and SVG; equal figures give equal bytes.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        What to write.
    stem : str or Path
        Path without its suffix; a dot in the name is kept.

    Returns
    -------
    png, svg : Path
        The two files.
    """
    stem = Path(stem)
    png, svg = stem.with_name(f"{stem.name}.png"), stem.with_name(f"{stem.name}.svg")
    with house_style():
        figure.savefig(png, dpi=DPI, metadata={"Software": None})
        figure.savefig(svg, metadata={"Date": None, "Creator": None})
    return png, svg
