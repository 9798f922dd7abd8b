"""What is missing, by score and by type of unit: in a sentence, and drawn with its intervals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from openness.league import League
from openness.measures.symbols import SYMBOLS, in_words
from openness.publish.listing import Lines
from openness.publish.palette import FAINT, INK, RULE, STATUS_MARKS, draw_marks
from openness.publish.sheet import (
    FONT,
    MARGIN,
    NOTE_ROW,
    WIDTH,
    Sheet,
    add_axes,
    cut,
    house_style,
    new_sheet,
    per_cent,
    text_width,
    wrap,
    write,
    write_head,
    write_notes,
)
from openness.publish.wording import interval_words, points, share
from openness.result import Result

# Inches on a page of A4.
_LABELS = 1.6
_BETWEEN = 0.14
_WIDEST = 2.2
_TOP = 1.02
_ROW = 0.185
_GAP = 0.36
_MARK = 0.095

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
        return len(self.labels) + 1 + 2 * self.differs


def missingness_view(result: Result, top: int, bottom: int) -> Lines:
    """Say whether what is missing goes with the score."""
    rows = result.table.xs("any", level="reason")
    if not rows.loc[("all", "all"), "missing"]:
        yield "No cell is missing."
        return

    def of(by: str, level: str) -> tuple[float, float, float]:
        row: Any = rows.loc[(by, level)]
        return row["share"], row["share_lower"], row["share_upper"]

    words = interval_words(result.about["interval_prob"], result.about["interval_kind"])
    yield (
        f"Missing: {share(*of('fifth', '1'))} of the cells in the fifth of "
        f"{result.league.unit_plural} with the highest scores and {share(*of('fifth', '5'))} in "
        "the fifth with the lowest, a difference of "
        f"{points(*of('difference', '5 less 1'))} points ({words}s)."
    )


def missingness_table(result: Result) -> pd.DataFrame:
    """Return the table with what its intervals are."""
    kind = {name: result.about[name] for name in ("interval_prob", "interval_kind")}
    return result.table.assign(**kind)


def draw_missingness(result: Result) -> Sheet | None:
    """Draw which share of the cells is missing in each fifth of the score and each group.

    None if nothing is missing.
    """
    table, league = result.table, result.league
    if not (table["missing"] > 0).any():
        return None
    blocks = [_fifths(table), _groups(table, league)]
    reasons = table.index.unique("reason").tolist()
    notes = _notes(result)
    height = _TOP + sum(_GAP + _ROW * block.lines for block in blocks) + 0.3
    wide = min(_WIDEST, (WIDTH - 2 * MARGIN - _LABELS + _BETWEEN) / len(reasons) - _BETWEEN)
    lefts = [MARGIN + _LABELS + position * (wide + _BETWEEN) for position in range(len(reasons))]
    limit = 1.04 * max(
        _numbers(table, block, reason)["share_upper"].max()
        for block in blocks
        for reason in reasons
    )

    with house_style():
        sheet = new_sheet(height + NOTE_ROW * len(notes))
        words = interval_words(result.about["interval_prob"], result.about["interval_kind"])
        line = f"Share of cells that are missing. Line: {words}."
        write_head(sheet, league.title, ": missing at which scores?", line)
        for left, reason in zip(lefts, reasons, strict=True):
            head = "any reason" if reason == "any" else in_words(reason)
            write(sheet, left, 0.88, head, weight="bold")
            write(sheet, left, 1.01, str(SYMBOLS.get(reason, "")), weight="bold")
        down = _TOP
        for block in blocks:
            write(sheet, MARGIN, down + 0.6 * _GAP, block.heading, 8, weight="bold")
            down += _GAP
            for row, label in enumerate(block.labels.values()):
                text = cut(sheet, label, FONT, _LABELS - 0.1)
                write(sheet, MARGIN, down + _ROW * (row + 0.5), text)
            for left, reason in zip(lefts, reasons, strict=True):
                axes = add_axes(sheet, left, down, wide, _ROW * len(block.labels))
                _draw_panel(axes, table, block, reason, limit)
            down += _ROW * block.lines
            if block.differs:
                _write_differences(sheet, table, dict(zip(reasons, lefts, strict=True)), wide, down)
        write_notes(sheet, notes, down + 0.2)
    return sheet


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
    axes.xaxis.set_major_formatter(per_cent)
    axes.tick_params(axis="x", labelsize=FONT, colors=INK, color=RULE, length=2, pad=1.5)


def _write_differences(
    sheet: Sheet, table: pd.DataFrame, lefts: dict[str, float], wide: float, down: float
) -> None:
    y = down - 0.9 * _ROW
    write(sheet, MARGIN, y, "Lowest minus highest, points")
    for reason, left in lefts.items():
        row = table.loc["difference"].xs(reason, level="reason").iloc[0]
        text = points(row["share"], row["share_lower"], row["share_upper"])
        parts = text.replace(" (", "\n(")
        if max(text_width(sheet, part, FONT) for part in parts.split("\n")) > wide:
            parts = parts.replace(" to ", "\nto ")
        write(sheet, left, y, parts, linespacing=1.15)


def _notes(result: Result) -> list[str]:
    whom = "of all units" if result.about["scope"] == "all" else "of each type by itself"
    text = (
        f"A cell is missing if its measure applies to the {result.league.unit} and it is not "
        f"observed. Dashed: share in the whole league. Fifths are {whom}, anew in each draw of the "
        "scores; the lines hold both who is in a fifth and what the counts say of it. The scores "
        "do not know what is missing, and their error weakens a relation with the true ones. "
        "Whether a value is missing because of what it would have been, no such picture can show."
    )
    cells = result.table.loc["group"].xs("any", level="reason")["cells"]
    left_out = (cells > 0).sum() - _MOST_GROUPS
    if left_out > 0:
        text += f" {left_out} smaller types are in the table only."
    return wrap(text)
