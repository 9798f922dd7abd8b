"""How far returning must depend on openness before a band changes: on the terminal, and drawn."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from rich.console import Group, RenderableType
from rich.text import Text

from openness.league.definition import League
from openness.publish.csv import write_symbols, write_table
from openness.publish.draft import mark_draft
from openness.publish.figures import house_style, new_figure, save_figure
from openness.publish.listing import draft_banner, new_table
from openness.publish.palette import INK, RULE, band_colours
from openness.publish.wording import band_labels

_SHOWN = 25
_MOST_DRAWN = 60
# Inches on a page of A4.
_WIDTH = 8.27
_MARGIN = 0.35
_NAMES = 2.9
_TOP = 0.8
_ROW = 0.16
_FONT = 7.0
_CHARACTER = 0.054  # its width at that size
_KEY_ROW = 0.19
_NOT_RANKED = "not ranked"


@dataclass(frozen=True)
class _Words:
    above: str
    below: str
    units: str
    key: str
    axis: str
    file: str


_WORDS = {
    "slope": _Words(
        above="If the open return more",
        below="If they return less",
        units="with a return that was not made",
        key="Slope: how many sds the probit of returning rises for one sd of openness within a "
        "group.",
        axis="slope of returning by openness (0: the ranking; above 0 the open return more often)",
        file="stress",
    ),
    "shift": _Words(
        above="If what is missing is better",
        below="If it is worse",
        units="with a value that is missing",
        key="Shift: how many sds of its prediction every value that was not returned, lost in a "
        "change of system, withdrawn or under query lies from it.",
        axis="sds by which what is missing lies from its prediction (0: the ranking; above 0 it is "
        "better)",
        file="stress_shift",
    ),
}


class StressLike(Protocol):
    """Anything with these tables, such as `openness.explain.stress.Stress`."""

    @property
    def step(self) -> Literal["slope", "shift"]:
        """What is moved."""

    @property
    def bands(self) -> pd.DataFrame:
        """Most probable band by unit and step."""

    @property
    def expected_rank(self) -> pd.DataFrame:
        """Expected rank by unit and step."""

    @property
    def gate(self) -> pd.Series:
        """What each fit failed at the gate, by step."""

    @property
    def changes(self) -> pd.DataFrame:
        """Units that are moved, and where their band changes."""


def stress_view(stress: StressLike, league: League, *, draft: bool = False) -> RenderableType:
    """Show at which step the band of each unit changes.

    Parameters
    ----------
    stress : StressLike
    league : League
    draft : bool
        Say first that this must not be published.

    Returns
    -------
    rich renderable
        For `open_console().print`.
    """
    labels = band_labels(league)
    changes, words = _in_order(stress), _WORDS[stress.step]
    view = new_table()
    view.add_column(league.unit[:1].upper() + league.unit[1:], overflow="fold", ratio=2)
    view.add_column("Band", overflow="fold", ratio=2)
    view.add_column(words.above, overflow="fold", ratio=3)
    view.add_column(words.below, overflow="fold", ratio=3)
    for _, row in changes.head(_SHOWN).iterrows():
        view.add_row(
            Text(str(row["name"])),
            labels.get(row["band"], "not ranked"),
            _change(row[f"{stress.step}_above"], row["band_above"], labels),
            _change(row[f"{stress.step}_below"], row["band_below"], labels),
        )
    if len(changes) > _SHOWN:
        view.add_row(f"... {len(changes) - _SHOWN:,} more, in {words.file}.csv")
    changed = changes[["band_below", "band_above"]].notna().any(axis=1)
    steps = ", ".join(f"{step:g}" for step in stress.bands.columns)
    failed = [f"{step:g}" for step, failures in stress.gate.items() if failures]
    lines = [
        f"{int(changed.sum())} of {len(changes)} {league.unit_plural} {words.units} would be "
        f"in another band at some {stress.step} of the grid ({steps}).",
        words.key,
    ]
    if failed:
        lines.append(f"DRAFT: the fits at {', '.join(failed)} did not pass the gate.")
    return Group(
        *([draft_banner()] if draft else []),
        Text("How far must the truth bend?", style="bold"),
        view,
        *(Text(line) for line in lines),
    )


def write_stress_files(
    stress: StressLike, league: League, folder: Path, *, draft: bool = False
) -> list[Path]:
    """Write `stress.csv`, `.png` and `.svg`, or the same of `stress_shift`; and `symbols.csv`.

    Parameters
    ----------
    stress : StressLike
    league : League
    folder : Path
        Must exist.
    draft : bool
        Mark every file as a draft.

    Returns
    -------
    list of Path
    """
    unsure = draft or bool(stress.gate.astype(bool).any())
    name = _WORDS[stress.step].file
    by_step = stress.bands.add_prefix("band_at_").join(
        stress.expected_rank.add_prefix("expected_rank_at_")
    )
    table = stress.changes.join(by_step)
    return [
        write_table(table, folder / f"{name}.csv", draft=unsure),
        write_symbols(folder / "symbols.csv"),
        *save_figure(draw_stress(stress, league, draft=unsure), folder / name),
    ]


def draw_stress(stress: StressLike, league: League, *, draft: bool = False) -> Figure:
    """Draw the band of each unit that is moved at every step.

    Parameters
    ----------
    stress : StressLike
    league : League
        Gives the words.
    draft : bool
        Mark the picture as one that must not be published.

    Returns
    -------
    matplotlib.figure.Figure
        At most 60 units, those whose band changes at the smallest steps; the rest are in the
        table.
    """
    labels = band_labels(league)
    colours = dict(zip(labels, band_colours(len(labels)), strict=True))
    order = _in_order(stress).head(_MOST_DRAWN)
    base = stress.expected_rank.loc[order.index, 0.0]
    units = base.sort_values(na_position="last").index
    steps = [float(step) for step in stress.bands.columns]
    key_rows = 1 + _key_places(labels)[-1][1]
    height = _TOP + _KEY_ROW * key_rows + _ROW * len(units) + 0.6
    with house_style():
        figure = new_figure(_WIDTH, height)
        box = (
            _NAMES / _WIDTH,
            0.55 / height,
            (_WIDTH - _NAMES - _MARGIN) / _WIDTH,
            _ROW * len(units) / height,
        )
        axes = figure.add_axes(box)
        for y, unit in enumerate(units):
            for x, step in enumerate(steps):
                band = str(stress.bands.loc[unit, step])
                axes.add_patch(_tile(x, y, colours.get(band, RULE)))
        axes.set(xlim=(-0.5, len(steps) - 0.5), ylim=(len(units) - 0.5, -0.5))
        axes.set_xticks(range(len(steps)), [f"{step:g}" for step in steps], fontsize=_FONT)
        names = [textwrap.shorten(str(order.loc[unit, "name"]), 44) for unit in units]
        axes.set_yticks(range(len(units)), names, fontsize=_FONT)
        axes.tick_params(length=0, colors=INK)
        axes.spines[:].set_visible(False)
        axes.set_xlabel(_WORDS[stress.step].axis, fontsize=_FONT, color=INK)
        zero = steps.index(0.0)
        axes.axvline(zero - 0.5, color=INK, linewidth=0.8)
        axes.axvline(zero + 0.5, color=INK, linewidth=0.8)
        _write_head(figure, stress, league, labels, colours, height, len(units))
        if draft:
            mark_draft(figure)
    return figure


def _write_head(
    figure: Figure,
    stress: StressLike,
    league: League,
    labels: Mapping[str, str],
    colours: dict[str, str],
    height: float,
    drawn: int,
) -> None:
    def write(x: float, down: float, text: str, size: float, **style: Any) -> None:
        figure.text(
            x / _WIDTH,
            1 - down / height,
            text,
            fontsize=size,
            va="center",
            **({"color": INK} | style),
        )

    title = textwrap.shorten(league.title, 46)
    write(_MARGIN, 0.3, f"{title}: how far must the truth bend?", 13, weight="bold")
    of = len(stress.changes)
    some = f", the {drawn} of {of} that change first" if drawn < of else ""
    write(
        _MARGIN,
        0.55,
        f"Most probable band of {league.unit_plural} {_WORDS[stress.step].units}{some}.",
        7.5,
    )
    for label, (left, row), colour in zip(
        (*labels.values(), _NOT_RANKED),
        _key_places(labels),
        (*(colours[band] for band in labels), RULE),
        strict=True,
    ):
        down = 0.8 + _KEY_ROW * row
        write(left, down, "\u25a0", 11, color=colour)
        write(left + 0.16, down, label, _FONT)


def _key_places(labels: Mapping[str, str]) -> list[tuple[float, int]]:
    """Where each entry of the key stands: inches from the left, and its row."""
    places: list[tuple[float, int]] = []
    left, row = _MARGIN, 0
    for label in (*labels.values(), _NOT_RANKED):
        wide = 0.32 + _CHARACTER * len(label)
        if places and left + wide > _WIDTH - _MARGIN:
            left, row = _MARGIN, row + 1
        places.append((left, row))
        left += wide
    return places


def _tile(x: float, y: float, colour: str) -> Rectangle:
    return Rectangle((x - 0.46, y - 0.42), 0.92, 0.84, facecolor=colour, edgecolor="none")


def _in_order(stress: StressLike) -> pd.DataFrame:
    """Units whose band changes soonest first, then by rank."""
    changes = stress.changes
    nearest = (
        changes[[f"{stress.step}_below", f"{stress.step}_above"]].abs().min(axis=1).fillna(9.0)
    )
    rank = stress.expected_rank.loc[changes.index, 0.0]
    order = pd.DataFrame({"nearest": nearest, "rank": rank}).sort_values(["nearest", "rank"]).index
    return changes.loc[order]


def _change(step: float, band: str | None, labels: Mapping[str, str]) -> str:
    return f"{labels[band]} from {step:+g}" if isinstance(band, str) else "no change"
