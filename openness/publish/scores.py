"""How far the three scores agree: on the terminal, and as a picture."""

from __future__ import annotations

from typing import Any

from matplotlib.axes import Axes
from rich.text import Text

from openness.publish.listing import Lines, add_unit_column, bold, new_table
from openness.publish.palette import INK, QUIET, RULE, band_colours
from openness.publish.sheet import (
    FONT,
    MARGIN,
    NOTE_ROW,
    Sheet,
    add_axes,
    house_style,
    new_sheet,
    wrap,
    write,
    write_head,
    write_notes,
)
from openness.publish.wording import opening, percent
from openness.result import Result

# Inches.
_SIDE = 3.3
_TOP = 1.15
_BETWEEN = 0.6
_FOOT = 0.6
_NAMED = 3
"""Units named for each panel."""


def scores_view(result: Result, top: int, bottom: int) -> Lines:
    """Show how far the three scores agree, and who moves."""
    league, scores = result.league, result.about["scores"]
    yield bold(f"{league.title}: three scores of the same {league.unit_plural}")
    yield "; ".join(f"{of}: {words}" for of, words in scores.items()) + "."
    pairs, units = new_table(), new_table()
    for heading in ("Among", "Scores"):
        pairs.add_column(heading)
    for heading in ("Ranked by both", "Correlation", "Median move", "Furthest", "Other band"):
        pairs.add_column(heading, justify="right")
    for _, row in result.summary.reset_index().iterrows():
        pairs.add_row(
            Text(str(row["label"])),
            f"{row['first']} and {row['second']}",
            f"{row['units']:,}",
            f"{row['rank_correlation']:.3f}",
            f"{row['median_move']:.1f}",
            f"{row['furthest_move']:.0f}",
            percent(row["other_band"]),
        )
    add_unit_column(units, league)
    for of in scores:
        units.add_column(f"By {of}", justify="right")
    units.add_column("Furthest move", justify="right")
    moved = result.table.dropna(subset="furthest_move").head(top)
    for _, unit in moved.iterrows():
        ranks = [unit[f"expected_rank_{of}"] for of in scores]
        shown = ["not ranked" if rank != rank else f"{rank:.0f}" for rank in ranks]
        units.add_row(Text(str(unit["name"])), *shown, f"{unit['furthest_move']:.0f}")
    if result.about["stopped"]:
        stopped = " and ".join(result.about["stopped"])
        yield f"A guard stops the score of {stopped}: see `openness guard`."
    yield pairs
    yield bold("Who moves furthest")
    yield units
    yield (
        "Correlation: of expected ranks (Spearman). Moves: in places of the list, among the "
        f"{league.unit_plural} that the scores rank. Other band: share of "
        f"the {league.unit_plural} that are named another band."
    )


def sensitivity_view(result: Result, top: int, bottom: int) -> Lines:
    """Show how far ranks move if something that was assumed were otherwise."""
    league = result.league
    view = new_table()
    view.add_column("Assumed otherwise")
    view.add_column("As", overflow="fold", ratio=1)
    for heading in ("Correlation", "Median move", "Furthest"):
        view.add_column(heading, justify="right")
    view.add_column(f"{league.unit.capitalize()} that moves furthest", overflow="fold", ratio=1)
    for _, row in result.table.reset_index().iterrows():
        view.add_row(
            str(row["assumption"]),
            Text(str(row["alternative"])),
            f"{row['rank_correlation']:.3f}",
            f"{row['median_move']:.0f}",
            f"{row['furthest_move']:.0f}",
            Text(str(row["name"])),
        )
    yield bold(f"{league.title}: what the ranking rests on")
    yield view
    yield "Correlation: of expected ranks (Spearman). Moves: in ranks. Nothing is fitted again."
    fewest = result.about["fewest_draws"]
    rough = result.table[result.table["effective_draws"] < fewest]
    if len(rough):
        named = ", ".join(rough.index.get_level_values("alternative"))
        yield (
            f"Rough, from fewer than {fewest} effective draws: {named}. Fit again with that "
            "prior before you rely on it."
        )


def draw_scores(result: Result) -> Sheet:
    """Draw the expected rank of every unit by the declared score against the other two."""
    own, *others = result.about["scores"]
    words = "; ".join(f"{of}: {what}" for of, what in result.about["scores"].items())
    named = list(dict.fromkeys(unit for of in others for unit in _furthest(result, own, of)))
    names = [f"{n} {result.table.loc[unit, 'name']!s}" for n, unit in enumerate(named, start=1)]
    notes = [
        *wrap(f"{opening(words)}. A dot on the line has the same expected rank by both scores."),
        *wrap(f"Furthest from the line: {'; '.join(names)}."),
    ]
    with house_style():
        sheet = new_sheet(_TOP + _SIDE + _FOOT + NOTE_ROW * len(notes))
        line = f"Expected rank of each {result.league.unit} by two scores; 1 is best."
        write_head(sheet, result.league.title, ": three scores", line)
        for position, of in enumerate(others):
            left = MARGIN + 0.45 + position * (_SIDE + _BETWEEN)
            panel = add_axes(sheet, left, _TOP, _SIDE, _SIDE)
            write(sheet, left, _TOP - 0.18, _agreement(result, own, of), weight="bold")
            numbers = {unit: named.index(unit) + 1 for unit in _furthest(result, own, of)}
            _draw_panel(panel, result, own, of, numbers)
        write_notes(sheet, notes, _TOP + _SIDE + _FOOT)
    return sheet


def _agreement(result: Result, own: str, of: str) -> str:
    rows = result.summary.reset_index()
    rows = rows[(rows["first"] == own) & (rows["second"] == of)]
    figures = ", ".join(f"{value:.3f}" for value in rows["rank_correlation"])
    return f"{of} against {own}: rank correlation {figures}"


def _furthest(result: Result, own: str, of: str) -> list[str]:
    """Codes of the units that are furthest from the line."""
    moves = result.table[f"expected_rank_{own}"] - result.table[f"expected_rank_{of}"]
    return moves.abs().dropna().nlargest(_NAMED).index.tolist()


def _draw_panel(axes: Axes, result: Result, own: str, of: str, numbers: dict[str, int]) -> None:
    across, down = f"expected_rank_{own}", f"expected_rank_{of}"
    units = result.table.dropna(subset=[across, down])
    last = float(units[[across, down]].to_numpy().max()) if len(units) else 1.0
    axes.plot([1, last], [1, last], color=RULE, linewidth=0.8, zorder=1)
    axes.scatter(units[across], units[down], s=9, color=band_colours(4)[3], linewidths=0, zorder=2)
    for unit, number in numbers.items():
        x, y = units.loc[unit, across], units.loc[unit, down]
        at: dict[str, Any] = {"textcoords": "offset points", "va": "center"}
        axes.annotate(str(number), (x, y), (4, 0), fontsize=FONT, color=INK, **at)
    axes.invert_yaxis()
    axes.set_xlabel(f"Rank by {own}", fontsize=FONT, color=QUIET)
    axes.set_ylabel(f"Rank by {of}", fontsize=FONT, color=QUIET)
    axes.tick_params(labelsize=FONT, color=RULE, labelcolor=INK)
    for spine in axes.spines.values():
        spine.set_color(RULE)
