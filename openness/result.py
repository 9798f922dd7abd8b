"""What is published: a table, a row of sums for each stratum, and the standing they come from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from openness.league import League
    from openness.standing import Standing

DRAFT = "DRAFT"


@dataclass(frozen=True, eq=False)
class Result:
    """One result of a league, with all that it takes to show and to write it.

    `openness.publish.show` and `openness.publish.write` take it. A draft carries its mark in the
    data: every table of it has `draft` as its first column, whatever becomes of the table.

    Attributes
    ----------
    kind : str
        What it is: "ranking", "bands", "grades" and so on; `openness.publish` has an entry for
        each.
    table : pandas.DataFrame
        By unit, as a rule.
    league : League
        Gives the words; of a study, which simulates many leagues, the study.
    summary : pandas.DataFrame
        Indexed by `stratum`: what holds for all units that are ranked against each other. Empty
        for some kinds.
    standing : Standing or None
        Who is ranked, against whom, on which draws. None for what rests on measures alone.
    about : mapping of str to object
        What holds for the whole result, such as the loss that bands were chosen by. `draft` says of
        a result whose fit passed that something else in it did not, such as a fit again.
    parts : mapping of str to object
        What else there is to show or write, by name, such as the frontier of the grades.

    Examples
    --------
    >>> ranking = openness.rank(fit)
    >>> ranking
    <ranking of 'A small league': 40 rows, 28 columns>
    >>> ranking.summary[["label", "units"]]
                   label  units
    stratum
    all      All schools     40
    >>> ranking.about["scope"], ranking.is_draft
    ('all', False)
    """

    kind: str
    table: pd.DataFrame
    league: League
    summary: pd.DataFrame = field(default_factory=pd.DataFrame)
    standing: Standing | None = None
    about: Mapping[str, Any] = field(default_factory=dict)
    parts: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.is_draft:
            object.__setattr__(self, "table", marked(self.table))
            object.__setattr__(self, "summary", marked(self.summary))
            parts = {
                name: marked(part) if isinstance(part, pd.DataFrame) else part
                for name, part in self.parts.items()
            }
            object.__setattr__(self, "parts", parts)

    @property
    def is_draft(self) -> bool:
        """Whether it rests on a fit that did not pass the gate."""
        fit_is_draft = self.standing is not None and self.standing.draft
        return fit_is_draft or bool(self.about.get("draft", False))

    def __repr__(self) -> str:
        mark = f"{DRAFT}: " if self.is_draft else ""
        rows, columns = self.table.shape
        return f"<{mark}{self.kind} of {self.league.title!r}: {rows:,} rows, {columns} columns>"

    def _repr_html_(self) -> str:
        mark = f"<p><strong>{DRAFT}</strong></p>" if self.is_draft else ""
        return f"{mark}{self.table._repr_html_()}"  # type: ignore[operator]


def marked(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table whose first column says DRAFT in every row."""
    rest = unmarked(table).copy()
    rest.insert(0, "draft", pd.Series(DRAFT, index=table.index, dtype="str"))
    return rest


def unmarked(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table without its mark, for whoever computes with all of its columns."""
    return table.drop(columns="draft", errors="ignore")
