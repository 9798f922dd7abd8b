"""What the command line prints: plain words in a pipe, the same with weight on a terminal."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import IO, Protocol

import pandas as pd
from rich import box
from rich.console import Console, Group, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table
from rich.text import Text

from openness.league.definition import League
from openness.measures.symbols import NOT_APPLICABLE, NOT_AVAILABLE, SYMBOLS, Symbol, key
from openness.publish.wording import (
    DRAFT,
    band_labels,
    error_points,
    interval_words,
    percent,
    places_sentence,
)

_PIPE_WIDTH = 100
_UNRANKED_SHOWN = 10
_LONGEST_WORD = 10


class AuditSection(Protocol):
    """A table with its title and what it means."""

    @property
    def title(self) -> str:
        """What the table is about."""

    @property
    def table(self) -> pd.DataFrame:
        """The rows, labelled; there may be none."""

    @property
    def note(self) -> str:
        """What it means for the ranking."""


class AuditLike(Protocol):
    """Anything with sections, such as `openness.measures.audit.Audit`."""

    @property
    def sections(self) -> tuple[AuditSection, ...]:
        """The sections in reading order."""


def open_console(file: IO[str] | None = None) -> Console:
    """Return a console that is 100 columns wide, without colour, where nobody is looking.

    Parameters
    ----------
    file : file object, optional
        Where to write; standard output if not given.

    Returns
    -------
    rich.console.Console
        As wide and colourful as the terminal if `file` is one.
    """
    console = Console(file=file, highlight=False)
    if console.is_terminal:
        return console
    return Console(file=file, highlight=False, width=_PIPE_WIDTH)


@contextmanager
def working() -> Iterator[Callable[[str], None]]:
    """Give a function that says what is being done, on a terminal; elsewhere it says nothing."""
    console = Console(stderr=True, highlight=False)
    if not console.is_terminal:
        yield lambda _: None
        return
    with console.status("Working") as status:
        yield status.update


@contextmanager
def counting(what: str) -> Iterator[Callable[[int, int], None]]:
    """Give a function that is told how many of how many are done, and shows how long is left.

    On a terminal it is a bar; elsewhere a line for every tenth.
    """
    console = Console(stderr=True, highlight=False)
    marks: list[tuple[float, int]] = []

    def left(done: int, total: int) -> str:
        marks.append((time.monotonic(), done))
        # What comes before the first is starting up; the pace is that of the others.
        begun, first = marks[1] if len(marks) > 2 else marks[-1]
        if done == first:
            return "beginning" if done < total else "done"
        return f"about {_duration((marks[-1][0] - begun) / (done - first) * (total - done))} left"

    if console.is_terminal:
        columns = (
            TextColumn(what),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[left]}"),
        )
        with Progress(*columns, console=console) as bar:
            task = bar.add_task(what, left="beginning")

            def move(done: int, total: int) -> None:
                bar.update(task, completed=done, total=total, left=left(done, total))

            yield move
        return

    def say(done: int, total: int) -> None:
        words = left(done, total)
        if len(marks) == 1 or done * 10 // total > (done - 1) * 10 // total:
            console.print(f"{what}: {done:,} of {total:,}, {words}", markup=False)

    yield say


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"


def ranking_view(
    table: pd.DataFrame, league: League, *, top: int = 10, bottom: int = 10, draft: bool = False
) -> RenderableType:
    """Show both ends of a ranking with intervals and band probabilities.

    Parameters
    ----------
    table : pandas.DataFrame
        From `openness.ranking.ranking_table`. Ranks within groups make one table for each group.
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
    parts: list[RenderableType] = [draft_banner()] if draft else []
    scope, labels = table.attrs.get("scope", "all"), {part.id: part.label for part in league.groups}
    for among, units in divisions(table, scope, league):
        words = f"{len(units):,} ranked"
        if scope == "all":
            words = f"{len(units):,} {league.unit_plural} ranked"
        where = "" if scope == "all" else f"{labels[among]}, "
        heading = f"{league.title}: {where}{words}"
        parts += [Text(heading, style="bold"), _ends(units, league, top, bottom)]
        if among in table.attrs.get("share_separated", {}):
            parts.append(
                Text(places_sentence(table.attrs["share_separated"][among], units, league))
            )
    parts += [Text(line) for line in _ranking_key(table, league)]
    return Group(*parts, *not_ranked(table))


def audit_view(audit: AuditLike, *, rows: int | None = 25) -> RenderableType:
    """Show an audit of the evidence, section by section.

    Parameters
    ----------
    audit : AuditLike
        For example from `openness.measures.audit`.
    rows : int or None
        How many rows of a section to show; None for all.

    Returns
    -------
    rich renderable
        For `open_console().print`.
    """
    parts: list[RenderableType] = []
    used: list[Symbol] = []
    for section in audit.sections:
        parts.append(Text(f"{section.title} ({len(section.table):,})", style="bold"))
        if len(section.table):
            parts.append(_plain_table(section.table, rows, used))
        if section.note:
            parts.append(Text(section.note))
        parts.append(Text(""))
    if used:
        parts = [Text(key(used)), Text(""), *parts]
    return Group(*parts[:-1])


def draft_banner() -> Text:
    """Return the line that marks what must not be published."""
    return Text(DRAFT, style="bold red")


def new_table() -> Table:
    """Return a table without columns in the style of all that are printed."""
    return Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0))


def divisions(
    table: pd.DataFrame, scope: str, league: League
) -> Iterator[tuple[str, pd.DataFrame]]:
    """Ranked units of a table, those that are ranked against each other at a time.

    Parameters
    ----------
    table : pandas.DataFrame
        Indexed by unit: `group`, `ranked`.
    scope : {"all", "within_group"}
    league : League

    Yields
    ------
    str
        "all", or the id of a group that has ranked units.
    pandas.DataFrame
        Its rows.
    """
    ranked = table[table["ranked"]]
    if scope == "all":
        yield "all", ranked
        return
    for group in league.groups:
        units = ranked[ranked["group"] == group.id]
        if len(units):
            yield group.id, units


def both_ends(
    view: Table,
    units: pd.DataFrame,
    cells: Callable[[pd.Series], Sequence[str | Text]],
    top: int,
    bottom: int,
) -> Table:
    """Fill a table with the first and last rows of a frame, and say how many lie between.

    Parameters
    ----------
    view : rich.table.Table
        With its columns; from `new_table`.
    units : pandas.DataFrame
    cells : callable
        What to show of a row.
    top, bottom : int
        How many rows of either end; all of them if there are no more.

    Returns
    -------
    rich.table.Table
        `view`.
    """
    left_out = len(units) - top - bottom
    for position, (_, unit) in enumerate(units.iterrows()):
        if left_out > 0 and position == top:
            view.add_row(f"... {left_out:,} more")
        if left_out > 0 and top <= position < len(units) - bottom:
            continue
        view.add_row(*cells(unit))
    return view


def not_ranked(table: pd.DataFrame) -> list[RenderableType]:
    """Lines on the units that are not ranked, with the reasons; none if all are."""
    units = table[~table["ranked"]]
    if units.empty:
        return []
    lines = [
        f"  {name}: {reason}" for name, reason in zip(units["name"], units["reason"], strict=True)
    ]
    if len(units) > _UNRANKED_SHOWN:
        more = f"  and {len(units) - _UNRANKED_SHOWN:,} more, listed in the table"
        lines = [*lines[:_UNRANKED_SHOWN], more]
    return [Text(""), Text(f"Not ranked ({len(units):,})", style="bold"), *map(Text, lines)]


def _ranking_key(table: pd.DataFrame, league: League) -> Iterator[str]:
    prob, kind = table["interval_prob"].iloc[0], table["interval_kind"].iloc[0]
    ranked = table[table["ranked"]]
    number = "median" if ranked["place"].isna().any() else "place"
    yield (
        f"Rank: {number} ({interval_words(prob, kind)}). Tied: others whose order against the "
        f"{league.unit} is not settled. Bands: chance of each, * the likeliest"
        f"{_error_of_bands(table)}."
    )
    if bands := _band_key(league):
        yield bands


def _error_of_bands(table: pd.DataFrame) -> str:
    error = table.attrs.get("band_error", math.nan)
    return "" if math.isnan(error) else f"; Monte Carlo error at most {error_points(error)} points"


def _ends(units: pd.DataFrame, league: League, top: int, bottom: int) -> Table:
    labels = band_labels(league)
    shared = units["place"].isna().all()
    view = new_table()
    view.add_column("Rank", no_wrap=True)
    if shared:
        view.add_column("Shared", no_wrap=True, justify="right")
    view.add_column(league.unit[:1].upper() + league.unit[1:], overflow="fold", ratio=1)
    view.add_column("Tied", no_wrap=True, justify="right")
    view.add_column("Measures", no_wrap=True, justify="right")
    for heading in _band_headings(league).values():
        # A heading breaks between words, so that the names keep the room.
        view.add_column(heading, justify="right", width=max(6, *map(len, heading.split())))

    def cells(unit: pd.Series) -> list[str | Text]:
        chances = []
        for band in labels:
            likeliest = band == unit["band"]
            text = percent(unit[f"prob_{band}"]) + (" *" if likeliest else "  ")
            chances.append(Text(text, style="bold" if likeliest else ""))
        return [
            unit["rank_shown"],
            *([f"{unit['shared_rank']:,g}="] if shared else []),
            Text(str(unit["name"])),
            f"{unit['not_separated']:,.0f}",
            f"{unit['measures_present']} of {unit['measures_applicable']}",
            *chances,
        ]

    return both_ends(view, units, cells, top, bottom)


def _band_headings(league: League) -> dict[str, str]:
    """What stands over each band: its label, or a number where a word is too long for one."""
    labels = band_labels(league)
    if max(len(word) for label in labels.values() for word in label.split()) <= _LONGEST_WORD:
        return dict(labels)
    return {band: f"Band {number}" for number, band in enumerate(labels, start=1)}


def _band_key(league: League) -> str:
    """Which band each number is; empty where the labels stand over the columns."""
    labels, headings = band_labels(league), _band_headings(league)
    named = [f"{headings[band]}: {label}" for band, label in labels.items()]
    return "" if headings == dict(labels) else f"{'; '.join(named)}."


def _plain_table(frame: pd.DataFrame, rows: int | None, used: list[Symbol]) -> Table:
    """Lay a frame out; a status that heads a column is shortened, and nothing stays empty."""
    named_index = any(name is not None for name in frame.index.names)
    frame = frame.reset_index() if named_index else frame
    view = new_table()
    frame = frame[[name for name in frame.columns if not _nothing_but_zeros(frame[name])]]
    for position, column in enumerate(frame.columns):
        numeric = pd.api.types.is_numeric_dtype(frame[column].dtype)
        view.add_column(
            Text(_cell(SYMBOLS.get(column, str(column).replace("_", " ")), used)),
            justify="right" if numeric else "left",
            overflow="fold",
            no_wrap=position == 0,
        )
    for row in frame.head(len(frame) if rows is None else rows).itertuples(index=False):
        view.add_row(*(Text(_cell(value, used)) for value in row))
    if rows is not None and len(frame) > rows:
        view.add_row(f"... {len(frame) - rows:,} more")
    return view


def _nothing_but_zeros(column: pd.Series) -> bool:
    """Whether a column of counts says nothing: a status that no cell has, say."""
    counts = pd.api.types.is_integer_dtype(column.dtype)
    return bool(counts and len(column) > 0 and (column == 0).all())


def _cell(value: object, used: list[Symbol]) -> str:
    """A value as text, and the symbol that stands for it if there is none."""
    if value is None or value is pd.NA or value != value:
        value = NOT_AVAILABLE
    elif value == "":
        value = NOT_APPLICABLE
    if isinstance(value, Symbol):
        used.append(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,g}" if isinstance(value, float) else str(value)
