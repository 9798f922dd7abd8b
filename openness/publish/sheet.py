"""A sheet of paper: text and axes at so many inches from its upper left corner."""

from __future__ import annotations

from typing import Any

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from openness.publish.figures import DPI
from openness.publish.palette import ALERT, INK
from openness.publish.wording import DRAFT

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


def mark_draft(sheet: Figure) -> None:
    """Write DRAFT across a sheet, and why in its corner."""
    width, height = sheet.get_size_inches()
    style: dict[str, Any] = {"color": ALERT, "weight": "bold"}
    write(sheet, width - MARGIN, 0.14, DRAFT, ha="right", **style)
    size = min(120.0, 11 * height)
    write(
        sheet, width / 2, height / 2, "DRAFT", size, alpha=0.13, rotation=35, ha="center", **style
    )
