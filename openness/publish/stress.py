"""How far returning must depend on the factor before a band changes: shown and drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib.patches import Rectangle
from rich.text import Text

from openness.league import League
from openness.publish.listing import Lines, bold, new_table
from openness.publish.palette import INK, RULE, band_colours, ink_on
from openness.publish.sheet import (
    FONT,
    MARGIN,
    WIDTH,
    Sheet,
    add_axes,
    cut,
    house_style,
    key_of_colours,
    new_sheet,
    write_head,
    write_key,
)
from openness.publish.wording import band_labels, band_numbers, opening
from openness.result import Result, unmarked

_SHOWN = 25
_MOST_DRAWN = 60
# Inches on a page of A4.
_NAMES = 2.9
_TOP = 0.72
_ROW = 0.16


@dataclass(frozen=True)
class _Words:
    above: str
    below: str
    units: str
    key: str
    axis: str


_WORDS = {
    "slope": _Words(
        above="If high scorers return more",
        below="If they return less",
        units="with a return that was not made",
        key="Slope: how many sds the probit of returning rises for one sd of the factor within a "
        "group.",
        axis="slope of returning by the factor (0: the ranking; above 0 high scorers return more "
        "often)",
    ),
    "shift": _Words(
        above="If what is missing is better",
        below="If it is worse",
        units="with a value that is missing",
        key="Shift: how many sds of its prediction every value that was not returned, lost in a "
        "change of system, withdrawn or under query lies from it.",
        axis="sds by which what is missing lies from its prediction (0: the ranking; above 0 it is "
        "better)",
    ),
}


def stem_of_stress(result: Result) -> str:
    """Name of the files: `stress`, or `stress_shift` where what is missing was moved."""
    return "stress" if result.about["step"] == "slope" else "stress_shift"


def stress_table(result: Result) -> pd.DataFrame:
    """Return the changes, and the band and expected rank of each unit at each step."""
    by_step = unmarked(result.parts["bands"]).add_prefix("band_at_")
    ranks = unmarked(result.parts["expected_rank"]).add_prefix("expected_rank_at_")
    return result.table.join(by_step.join(ranks))


def stress_view(result: Result, top: int, bottom: int) -> Lines:
    """Show at which step the band of each unit changes."""
    league, step = result.league, result.about["step"]
    labels = band_labels(league)
    changes, words = _in_order(result), _WORDS[step]
    view = new_table()
    headings = {opening(league.unit): 2, "Band": 2, words.above: 3, words.below: 3}
    for heading, ratio in headings.items():
        view.add_column(heading, overflow="fold", ratio=ratio)
    for _, row in changes.head(_SHOWN).iterrows():
        view.add_row(
            Text(str(row["name"])),
            labels.get(row["band"], "not ranked"),
            _change(row[f"{step}_above"], row["band_above"], league),
            _change(row[f"{step}_below"], row["band_below"], league),
        )
    if len(changes) > _SHOWN:
        view.add_row(f"... {len(changes) - _SHOWN:,} more, in {stem_of_stress(result)}.csv")
    changed = changes[["band_below", "band_above"]].notna().any(axis=1)
    steps = ", ".join(f"{at:g}" for at in unmarked(result.parts["bands"]).columns)
    yield bold("How far must the truth bend?")
    yield view
    yield (
        f"{int(changed.sum())} of {len(changes)} {league.unit_plural} {words.units} would be "
        f"in another band at some {step} of the grid ({steps})."
    )
    yield words.key
    failed = [f"{at:g}" for at, failures in result.parts["gate"].items() if failures]
    if failed:
        yield f"DRAFT: the fits at {', '.join(failed)} did not pass the gate."


def draw_stress(result: Result) -> Sheet:
    """Draw the band of each unit that is moved at every step.

    At most 60 units, those whose band changes at the smallest steps; the rest are in the table.
    """
    league, words = result.league, _WORDS[result.about["step"]]
    labels, numbers = band_labels(league), band_numbers(league)
    colours = dict(zip(labels, band_colours(len(labels)), strict=True))
    bands, ranks = (unmarked(result.parts[name]) for name in ("bands", "expected_rank"))
    order = _in_order(result).head(_MOST_DRAWN)
    units = ranks.loc[order.index, 0.0].sort_values(na_position="last").index
    steps = [float(step) for step in bands.columns]
    named = {f"{numbers[band]} {label}": colours[band] for band, label in labels.items()}
    key = key_of_colours({**named, "not ranked": RULE})
    tall = _ROW * len(units)
    with house_style():
        sheet = new_sheet(_TOP + key.height + tall + 0.6)
        of = len(result.table)
        some = f", the {len(units)} of {of} that change first" if len(units) < of else ""
        line = f"Most probable band of {league.unit_plural} {words.units}{some}."
        write_head(sheet, league.title, ": how far must the truth bend?", line)
        write_key(sheet, key, _TOP + 0.06)
        top = _TOP + key.height + 0.05
        axes = add_axes(sheet, _NAMES, top, WIDTH - _NAMES - MARGIN, tall)
        for y, unit in enumerate(units):
            for x, step in enumerate(steps):
                band = str(bands.loc[unit, step])
                colour = colours.get(band, RULE)
                axes.add_patch(Rectangle((x - 0.46, y - 0.42), 0.92, 0.84, fc=colour, ec="none"))
                style: dict[str, Any] = {"ha": "center", "va": "center_baseline"}
                number = str(numbers.get(band, ""))
                axes.text(x, y, number, fontsize=FONT, color=ink_on(colour), **style)
        axes.set(xlim=(-0.5, len(steps) - 0.5), ylim=(len(units) - 0.5, -0.5))
        axes.set_xticks(range(len(steps)), [f"{step:g}" for step in steps], fontsize=FONT)
        room = _NAMES - MARGIN - 0.1
        names = [cut(sheet, str(order.loc[unit, "name"]), FONT, room) for unit in units]
        axes.set_yticks(range(len(units)), names, fontsize=FONT)
        axes.tick_params(length=0, colors=INK)
        axes.spines[:].set_visible(False)
        axes.set_xlabel(words.axis, fontsize=FONT, color=INK)
        for edge in (-0.5, 0.5):
            axes.axvline(steps.index(0.0) + edge, color=INK, linewidth=0.8)
    return sheet


def _in_order(result: Result) -> pd.DataFrame:
    """Units whose band changes soonest first, then by rank."""
    changes, step = result.table, result.about["step"]
    nearest = changes[[f"{step}_below", f"{step}_above"]].abs().min(axis=1).fillna(9.0)
    rank = result.parts["expected_rank"].loc[changes.index, 0.0]
    order = pd.DataFrame({"nearest": nearest, "rank": rank}).sort_values(["nearest", "rank"]).index
    return changes.loc[order]


def _change(step: float, band: str | None, league: League) -> str:
    return f"{band_labels(league)[band]} from {step:+g}" if isinstance(band, str) else "no change"
