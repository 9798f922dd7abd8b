"""Bands with their probabilities: on the terminal, and as files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import pandas as pd
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from openness.league.definition import League
from openness.publish.band_bars import band_bars
from openness.publish.csv import write_ranking, write_symbols
from openness.publish.figures import save_figure
from openness.publish.listing import both_ends, divisions, draft_banner, new_table, not_ranked
from openness.publish.wording import band_labels, error_points, exact_percent, percent

_LOSSES = {
    "zero-one": "the most probable band (zero-one loss)",
    "absolute": "the median band (absolute loss)",
    "stated": "the band of least expected loss, by the losses that were stated",
}


class BandsLike(Protocol):
    """Anything with these tables, such as `openness.standing.LeagueBands`."""

    @property
    def table(self) -> pd.DataFrame:
        """A row for each unit: its band, the probability of each, and the set of bands."""

    @property
    def summary(self) -> pd.DataFrame:
        """A row for each set of units that are banded together."""

    @property
    def scope(self) -> str:
        """Who is banded with whom."""

    @property
    def loss(self) -> str:
        """What a wrong band costs."""

    @property
    def set_prob(self) -> float:
        """Probability of the sets of bands."""


def bands_view(
    bands: BandsLike, league: League, *, top: int = 10, bottom: int = 10, draft: bool = False
) -> RenderableType:
    """Show both ends of a ranking with the probability of each band.

    Parameters
    ----------
    bands : BandsLike
    league : League
        Gives the words.
    top, bottom : int
        How many units to show from either end; all of them if there are no more.
    draft : bool
        Say first that this must not be published.

    Returns
    -------
    rich renderable
        For `open_console().print`.
    """
    table = bands.table
    parts: list[RenderableType] = [draft_banner()] if draft else []
    for among, units in divisions(table, bands.scope, league):
        row: Any = bands.summary.loc[among]
        where = "" if bands.scope == "all" else f"{row['label']}, "
        heading = f"{league.title}: {where}bands of {row['units']:,} {league.unit_plural}"
        parts += [Text(heading, style="bold"), _rows(units, league, top, bottom)]
        parts += [Text(line) for line in _worth(row, league)]
    parts += [Text(line) for line in _key(bands, league)]
    return Group(*parts, *not_ranked(table))


def write_bands_files(
    bands: BandsLike,
    league: League,
    folder: str | Path,
    *,
    suffix: str = "",
    draft: bool = False,
) -> list[Path]:
    """Write `bands.csv`, `.png` and `.svg`, and `symbols.csv`.

    Parameters
    ----------
    bands : BandsLike
    league : League
    folder : str or Path
        Must exist.
    suffix : str
        Stands after the name of each file that depends on who is banded with whom.
    draft : bool
        Mark every file as a draft.

    Returns
    -------
    list of Path
    """
    folder = Path(folder)
    table = bands.table.copy()
    table.attrs["scope"] = bands.scope
    return [
        write_ranking(table, folder / f"bands{suffix}.csv", draft=draft),
        write_symbols(folder / "symbols.csv"),
        *save_figure(band_bars(table, league, draft=draft), folder / f"bands{suffix}"),
    ]


def _rows(units: pd.DataFrame, league: League, top: int, bottom: int) -> Table:
    labels = band_labels(league)
    number = {band: position for position, band in enumerate(labels, start=1)}
    view = new_table()
    view.add_column(league.unit[:1].upper() + league.unit[1:], overflow="fold", ratio=1)
    for band, label in labels.items():
        heading = f"{number[band]} {label}"
        view.add_column(heading, justify="right", width=max(7, *map(len, label.split())))
    view.add_column("MC error", justify="right", width=5)
    view.add_column("Set", no_wrap=True)

    def cells(unit: pd.Series) -> list[str | Text]:
        chances: list[str | Text] = []
        for band in labels:
            named = band == unit["band"]
            mark = "  " if not named else " *" if unit["stable"] else "~*"
            text = percent(unit[f"prob_{band}"]) + mark
            chances.append(Text(text, style="bold" if named else ""))
        best, worst = number[unit["set_best"]], number[unit["set_worst"]]
        held = f"{best}" if best == worst else f"{best} to {worst}"
        return [
            Text(str(unit["name"])),
            *chances,
            error_points(unit["monte_carlo_error"]),
            held,
        ]

    return both_ends(view, units, cells, top, bottom)


def _worth(row: pd.Series, league: League) -> Iterator[str]:
    share = exact_percent(row["expected_misbanded"], row["monte_carlo_error"])
    yield f"Expected share of these {league.unit_plural} that are in a wrong band: {share}."
    if row["unstable"]:
        yield (
            f"{row['unstable']:,} of {row['units']:,} would be in another band by one half of the "
            "draws; draw more before these are published."
        )


def _key(bands: BandsLike, league: League) -> Iterator[str]:
    yield (
        f"Chance of each band; * {_LOSSES[bands.loss]}, ~ another by one half of the draws. MC "
        "error: Monte Carlo error of the starred chance, in points. Set: the fewest neighbouring "
        f"bands that hold the {league.unit} with {100 * bands.set_prob:g}% probability."
    )
    if bands.scope != "all" and league.bands.rule == "counts":
        yield (
            "This league cuts by numbers of units, which hold for each group by itself: a small "
            "group may be all in the first band."
        )
