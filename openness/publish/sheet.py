"""A sheet: how a picture is begun, lettered, explained by its legend, and saved."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from openness.publish.palette import ALERT, INK, QUIET, RULE
from openness.publish.wording import DRAFT

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


# Inches on a page of A4.
WIDTH = 8.27
PAGE = 11.69
MARGIN = 0.35
NOTE_ROW = 0.13

FONT = 7.0
"""Points of the smallest type, wherever the page has room for it."""

_LESS_OF_TITLE = 0.9
"""Share of the width of a sheet that its title may take; a mark of a draft stands beside it."""


class Sheet(Figure):
    """A figure that says what it shows, also to whoever cannot see it.

    Attributes
    ----------
    title : str
    description : str
        A few sentences: the line below the title, and the notes.
    """

    title = ""
    description = ""


def new_sheet(height: float, width: float = WIDTH) -> Sheet:
    """Return an empty sheet of so many inches that belongs to no window."""
    sheet = Sheet(figsize=(width, height), dpi=DPI, facecolor="white")
    FigureCanvasAgg(sheet)
    return sheet


def write(
    sheet: Figure, x: float, down: float, text: str, size: float = FONT, **style: Any
) -> None:
    """Write text whose middle is so many inches below the top of the sheet."""
    width, height = sheet.get_size_inches()
    settings = {"fontsize": size, "color": INK, "va": "center", **style}
    sheet.text(x / width, 1 - down / height, text, **settings)


def write_head(sheet: Sheet, subject: str, what: str, line: str) -> None:
    """Write the title of a sheet, with as much of its subject as there is room for, and a line."""
    room = _LESS_OF_TITLE * (WIDTH - 2 * MARGIN)
    kept = room - text_width(sheet, what, 13, "bold")
    sheet.title = f"{cut(sheet, subject, 13, kept, 'bold')}{what}"
    sheet.description = line
    write(sheet, MARGIN, 0.33, sheet.title, 13, weight="bold")
    write(sheet, MARGIN, 0.57, line, 7.5)


def write_notes(sheet: Sheet, notes: list[str], down: float) -> None:
    """Write lines below each other, from so many inches below the top."""
    for number, text in enumerate(notes):
        write(sheet, MARGIN, down + NOTE_ROW * number, text)
    sheet.description = " ".join([sheet.description, *notes])


def add_axes(sheet: Figure, left: float, down: float, wide: float, tall: float) -> Axes:
    """Return axes of so many inches whose upper left corner is there."""
    width, height = sheet.get_size_inches()
    return sheet.add_axes((left / width, 1 - (down + tall) / height, wide / width, tall / height))


def text_width(sheet: Figure, text: str, size: float, weight: str = "normal") -> float:
    """Width in inches that a text takes at so many points."""
    artist = sheet.text(0, 0, text, fontsize=size, weight=weight)
    width: float = artist.get_window_extent().width / sheet.dpi
    artist.remove()
    return width


def cut(sheet: Figure, text: str, size: float, room: float, weight: str = "normal") -> str:
    """Return a text, cut where there is no room for more of it."""
    width = text_width(sheet, text, size, weight)
    if width <= room:
        return text
    kept = int(len(text) * room / width) + 1
    while kept and text_width(sheet, f"{text[:kept].rstrip()}…", size, weight) > room:
        kept -= 1
    return f"{text[:kept].rstrip()}…"


def wrap(
    text: str, size: float = FONT, room: float = WIDTH - 2 * MARGIN, weight: str = "normal"
) -> list[str]:
    """Break a text into lines that a sheet has room for."""
    ruler = new_sheet(1, 1)
    space = text_width(ruler, "a b", size) - text_width(ruler, "ab", size)
    lines, used = [""], 0.0
    for word in text.split():
        width = text_width(ruler, word, size, weight) + space
        if used + width - space > room and lines[-1]:
            lines.append("")
            used = 0.0
        lines[-1] = f"{lines[-1]} {word}".lstrip()
        used += width
    return lines


def note_score(sheet: Sheet, words: str) -> None:
    """Write what the score is above the title of a sheet, and into its description."""
    text = f"Score: {words}."
    write(sheet, MARGIN, 0.14, text, color=QUIET)
    sheet.description = f"{text} {sheet.description}"


def mark_draft(sheet: Figure) -> None:
    """Write DRAFT across a sheet, and why in its corner."""
    width, height = sheet.get_size_inches()
    style: dict[str, Any] = {"color": ALERT, "weight": "bold"}
    write(sheet, width - MARGIN, 0.14, DRAFT, ha="right", **style)
    size = min(120.0, 11 * height)
    write(
        sheet, width / 2, height / 2, "DRAFT", size, alpha=0.13, rotation=35, ha="center", **style
    )


_SIZE = 7.5
_ROW = 0.16
_MARK = 0.26
_BETWEEN = 0.3


@dataclass(frozen=True)
class Key:
    """Where the entries of a key stand.

    Attributes
    ----------
    rows : list of rows of (float, str)
        Where each entry begins, inches, and its words.
    colours : mapping of str to str
        By the words.
    """

    rows: list[list[tuple[float, str]]]
    colours: Mapping[str, str]

    @property
    def height(self) -> float:
        """Inches that its rows take."""
        return _ROW * len(self.rows) if self.colours else 0.0


def key_of_colours(colours: Mapping[str, str]) -> Key:
    """Place a key of colours, by words, across a sheet."""
    rows = place_words(colours, left=MARGIN, right=WIDTH - MARGIN, size=_SIZE)
    return Key(rows, colours)


def write_key(sheet: Sheet, key: Key, down: float) -> None:
    """Write a key whose first row has its middle so many inches below the top."""
    height = sheet.get_figheight()
    for number, row in enumerate(key.rows):
        middle = down + _ROW * number
        for x, words in row:
            corner = (x / WIDTH, 1 - (middle + 0.04) / height)
            colour = key.colours[words]
            size = (0.2 / WIDTH, 0.08 / height)
            sheet.add_artist(Rectangle(corner, *size, fc=colour, ec=RULE, linewidth=0.4))
            write(sheet, x + _MARK, middle, words, _SIZE)


def place_words(
    words: Iterable[str], *, left: float, right: float, size: float, mark: float = _MARK
) -> list[list[tuple[float, str]]]:
    """Place entries of a legend.

    Rows go from `left` to `right`, and words begin `mark` after their entry; all in inches. An
    entry that is too long for a row has one to itself.
    """
    ruler = new_sheet(1, 1)
    rows: list[list[tuple[float, str]]] = [[]]
    x = left
    for text in words:
        width = mark + text_width(ruler, text, size)
        if rows[-1] and x + width > right:
            rows.append([])
            x = left
        rows[-1].append((x, text))
        x += width + _BETWEEN
    return rows
