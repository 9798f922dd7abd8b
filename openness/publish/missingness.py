"""The picture of what is missing, by score and by type of unit: shares with their intervals."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from openness.league.definition import League
from openness.measures.symbols import SYMBOLS, in_words
from openness.publish.draft import mark_draft
from openness.publish.figures import house_style, new_figure
from openness.publish.marks import draw_marks
from openness.publish.palette import FAINT, INK, RULE, STATUS_MARKS
from openness.publish.wording import interval_words, points

# Inches on a page of A4.
_WIDTH = 8.27
_MARGIN = 0.35
_LABELS = 1.6
_BETWEEN = 0.14
_WIDEST = 2.2
_TOP = 1.02
_ROW = 0.19
_GAP = 0.36
_MARK = 0.095
_NOTE = 0.125
_FONT = 7.0

_MOST_GROUPS = 40
"""Those with the most cells; the rest are in the table only."""


@dataclass(frozen=True)
class _Block:
    """Rows under one heading: the levels of the table, and what they are called."""

    by: str
    heading: str
    labels: dict[str, str]
    differs: bool = False

    @property
    def lines(self) -> int:
        """Rows that it takes, with its axis and what stands below."""
        return len(self.labels) + 1 + self.differs


def missingness(
    table: pd.DataFrame, league: League, *, title: str | None = None, draft: bool = False
) -> Figure:
    """Draw which share of the cells is missing in each fifth of the score and each group.

    Parameters
    ----------
    table : pandas.DataFrame
        From `openness.standing.missingness_table`.
    league : League
        Gives the words.
    title : str, optional
        Instead of the league's own.
    draft : bool
        Mark the picture as one that must not be published.

    Returns
    -------
    matplotlib.figure.Figure
        Belongs to no window; `save_figure` writes it.
    """
    blocks = [_fifths(table), _groups(table, league)]
    reasons = table.index.unique("reason").tolist()
    notes = _notes(table, league)
    height = _TOP + sum(_GAP + _ROW * block.lines for block in blocks) + 0.3 + _NOTE * len(notes)
    wide = min(_WIDEST, (_WIDTH - 2 * _MARGIN - _LABELS + _BETWEEN) / len(reasons) - _BETWEEN)
    lefts = [_MARGIN + _LABELS + position * (wide + _BETWEEN) for position in range(len(reasons))]
    limit = 1.04 * max(
        _numbers(table, block, reason)["share_upper"].max()
        for block in blocks
        for reason in reasons
    )

    with house_style():
        figure = new_figure(_WIDTH, height)
        heading = textwrap.shorten(title or league.title, 42)
        _write(figure, _MARGIN, 0.33, f"{heading}: missing at which scores?", 13, weight="bold")
        words = interval_words(table.attrs["interval_prob"], table.attrs["interval_kind"])
        _write(figure, _MARGIN, 0.57, f"Share of cells that are missing. Line: {words}.", 7.5)
        for left, reason in zip(lefts, reasons, strict=True):
            head = "any reason" if reason == "any" else in_words(reason)
            _write(figure, left, 0.88, head, _FONT, weight="bold")
            _write(figure, left, 1.01, str(SYMBOLS.get(reason, "")), _FONT, weight="bold")
        down = _TOP
        for block in blocks:
            _write(figure, _MARGIN, down + 0.6 * _GAP, block.heading, 8, weight="bold")
            down += _GAP
            tall = _ROW * len(block.labels)
            for row, label in enumerate(block.labels.values()):
                text = textwrap.shorten(label, 30)
                _write(figure, _MARGIN, down + _ROW * (row + 0.5), text, _FONT)
            for left, reason in zip(lefts, reasons, strict=True):
                box = (left / _WIDTH, 1 - (down + tall) / height, wide / _WIDTH, tall / height)
                _draw_panel(figure.add_axes(box), table, block, reason, limit)
            down += _ROW * block.lines
            if block.differs:
                _write_differences(figure, table, dict(zip(reasons, lefts, strict=True)), down)
        for line, text in enumerate(notes):
            _write(figure, _MARGIN, down + 0.2 + _NOTE * line, text, 6.5)
        if draft:
            mark_draft(figure)
    return figure


def _fifths(table: pd.DataFrame) -> _Block:
    levels = table.loc["fifth"].index.unique("level").tolist()
    words = ["Highest fifth", "Second", "Middle", "Fourth", "Lowest fifth"]
    return _Block("fifth", "By score", dict(zip(levels, words, strict=True)), differs=True)


def _groups(table: pd.DataFrame, league: League) -> _Block:
    cells = table.loc["group"].xs("any", level="reason")["cells"]
    largest = set(cells[cells > 0].nlargest(_MOST_GROUPS).index)
    labels = {group.id: group.label for group in league.groups if group.id in largest}
    return _Block("group", "By type", labels)


def _numbers(table: pd.DataFrame, block: _Block, reason: str) -> pd.DataFrame:
    numbers = pd.DataFrame(table.loc[block.by].xs(reason, level="reason"))
    return numbers.loc[list(block.labels)]


def _draw_panel(axes: Axes, table: pd.DataFrame, block: _Block, reason: str, limit: float) -> None:
    numbers = _numbers(table, block, reason)
    rows = [row + 0.5 for row in range(len(numbers))]
    colour = INK if reason == "any" else STATUS_MARKS[reason].colour
    axes.set_xlim(0, limit)
    axes.set_ylim(len(rows), 0)
    overall = table.loc["all"].xs(reason, level="reason")["share"].iloc[0]
    axes.axvline(overall, color=FAINT, linewidth=0.7, linestyle=(0, (3, 2)))
    axes.hlines(rows, numbers["share_lower"], numbers["share_upper"], color=colour, linewidth=1.1)
    if reason == "any":
        axes.scatter(numbers["share"], rows, s=12, color=INK, zorder=3, clip_on=False)
    else:
        # White behind a mark that is not filled keeps the line out of it.
        axes.scatter(numbers["share"], rows, s=22, color="white", linewidths=0, zorder=2.5)
        draw_marks(axes, reason, numbers["share"], rows, _MARK, zorder=3, clip_on=False)
    axes.set_yticks([])
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(RULE)
    axes.xaxis.set_major_locator(MaxNLocator(3, steps=[1, 2, 5, 10], min_n_ticks=2))
    axes.xaxis.set_major_formatter(lambda value, _: f"{100 * value:g}%")
    axes.tick_params(axis="x", labelsize=6, colors=INK, color=RULE, length=2, pad=1.5)


def _write_differences(
    figure: Figure, table: pd.DataFrame, lefts: dict[str, float], down: float
) -> None:
    y = down - 0.4 * _ROW
    _write(figure, _MARGIN, y, "Lowest less highest, points", _FONT)
    for reason, left in lefts.items():
        row = table.loc["difference"].xs(reason, level="reason").iloc[0]
        text = points(row["share"], row["share_lower"], row["share_upper"])
        _write(figure, left, y, text.replace(" (", "\n("), 6, linespacing=1.2)


def _write(figure: Figure, x: float, down: float, text: str, size: float, **style: Any) -> None:
    width, height = figure.get_size_inches()
    settings = {"fontsize": size, "color": INK, "va": "center", **style}
    figure.text(x / width, 1 - down / height, text, **settings)


def _notes(table: pd.DataFrame, league: League) -> list[str]:
    whom = "of all units" if table.attrs["scope"] == "all" else "of each type by itself"
    text = (
        f"A cell is missing if its measure applies to the {league.unit} and it is not observed. "
        f"Dashed: share in the whole league. Fifths are {whom}, anew in each draw of the scores; "
        "the lines hold both who is in a fifth and what the counts say of it. The scores do not "
        "know what is missing, and their error weakens a relation with the true ones. Whether a "
        "value is missing because of what it would have been, no such picture can show."
    )
    left_out = (table.loc["group"].xs("any", level="reason")["cells"] > 0).sum() - _MOST_GROUPS
    if left_out > 0:
        text += f" {left_out} smaller types are in the table only."
    return textwrap.wrap(text, 165)
