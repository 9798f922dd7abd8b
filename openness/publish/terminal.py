"""What the command line prints: plain words in a pipe, the same with weight on a terminal."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
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
    interval_words,
    percent,
    rank_with_range,
)

_PIPE_WIDTH = 100
_UNRANKED_SHOWN = 10


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
    ranked, unranked = table[table["ranked"]], table[~table["ranked"]]
    parts: list[RenderableType] = [draft_banner()] if draft else []
    for heading, units in _leagues(ranked, table.attrs.get("scope", "all"), league):
        parts += [Text(heading, style="bold"), _ends(units, league, top, bottom)]
    prob, kind = table["interval_prob"].iloc[0], table["interval_kind"].iloc[0]
    words = f"Rank: median ({interval_words(prob, kind)}). Bands: chance of each, * the likeliest."
    parts.append(Text(words))
    if len(unranked):
        parts += [Text(""), *_not_ranked(unranked)]
    return Group(*parts)


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


def _leagues(
    ranked: pd.DataFrame, scope: str, league: League
) -> Iterator[tuple[str, pd.DataFrame]]:
    if scope == "all":
        yield f"{league.title}: {len(ranked):,} {league.unit_plural} ranked", ranked
        return
    for group in league.groups:
        units = ranked[ranked["group"] == group.id]
        if len(units):
            yield f"{league.title}: {group.label}, {len(units):,} ranked", units


def _ends(units: pd.DataFrame, league: League, top: int, bottom: int) -> Table:
    labels = band_labels(league)
    view = new_table()
    view.add_column("Rank", no_wrap=True)
    view.add_column(league.unit[:1].upper() + league.unit[1:], overflow="fold", ratio=1)
    view.add_column("Measures", no_wrap=True, justify="right")
    for label in labels.values():
        # A heading breaks between words, so that the names keep the room.
        view.add_column(label, justify="right", width=max(6, *map(len, label.split())))
    left_out = len(units) - top - bottom
    for position, (_, unit) in enumerate(units.iterrows()):
        if left_out > 0 and position == top:
            view.add_row("...", f"{left_out:,} more")
        if left_out > 0 and top <= position < len(units) - bottom:
            continue
        chances = []
        for band in labels:
            likeliest = band == unit["band"]
            text = percent(unit[f"prob_{band}"]) + (" *" if likeliest else "  ")
            chances.append(Text(text, style="bold" if likeliest else ""))
        view.add_row(
            rank_with_range(unit["rank_median"], unit["rank_lower"], unit["rank_upper"]),
            Text(str(unit["name"])),
            f"{unit['measures_present']} of {unit['measures_applicable']}",
            *chances,
        )
    return view


def _not_ranked(units: pd.DataFrame) -> Iterator[RenderableType]:
    yield Text(f"Not ranked ({len(units):,})", style="bold")
    for name, reason in zip(units["name"][:_UNRANKED_SHOWN], units["reason"], strict=False):
        yield Text(f"  {name}: {reason}")
    if len(units) > _UNRANKED_SHOWN:
        yield Text(f"  and {len(units) - _UNRANKED_SHOWN:,} more, listed in the table")


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
