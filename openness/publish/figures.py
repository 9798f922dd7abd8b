"""Files of figures that are the same bytes every time, and that can be read out."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

import matplotlib as mpl

if TYPE_CHECKING:
    from openness.publish.sheet import Sheet

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


def per_cent(share: float, _: object = None) -> str:
    """Label of a tick on an axis of shares: what is there, such as `2.5%`."""
    return f"{round(100 * share, 6):g}%"


def save_figure(sheet: Sheet, stem: str | Path) -> tuple[Path, Path]:
    """Write a sheet as PNG and SVG; equal sheets give equal bytes.

    Parameters
    ----------
    sheet : Sheet
        Its title and description go into both files.
    stem : str or Path
        Path without its suffix; a dot in the name is kept.

    Returns
    -------
    png, svg : Path
        The two files.
    """
    stem = Path(stem)
    png, svg = stem.with_name(f"{stem.name}.png"), stem.with_name(f"{stem.name}.svg")
    words = {"Title": sheet.title, "Description": sheet.description}
    drawn = io.StringIO()
    with house_style():
        sheet.savefig(png, dpi=DPI, metadata={"Software": None, **words})
        sheet.savefig(drawn, format="svg", metadata={"Date": None, "Creator": None})
    text = _with_words(drawn.getvalue(), sheet.title, sheet.description)
    svg.write_bytes(text.encode("utf-8"))
    return png, svg


def _with_words(svg: str, title: str, description: str) -> str:
    """Give an SVG what a screen reader says: that it is a picture, of what, and what it shows."""
    # Two pictures on one web page must not share an id.
    own = hashlib.sha256(f"{title}\n{description}".encode()).hexdigest()[:8]
    ids = f"title-{own}", f"description-{own}"
    words = (
        f'\n <title id="{ids[0]}">{escape(title)}</title>'
        f'\n <desc id="{ids[1]}">{escape(description)}</desc>'
    )
    named = f'<svg role="img" aria-labelledby="{ids[0]}" aria-describedby="{ids[1]}" '
    return re.sub(
        r"<svg ([^>]*>)", lambda head: f"{named}{head[1]}{words}", svg, count=1, flags=re.DOTALL
    )
