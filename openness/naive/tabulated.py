"""What every naive method starts from: one figure for each unit and measure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from openness.league import League
from openness.measures.evidence import Measures
from openness.naive.methods import Treatment


@dataclass(frozen=True)
class Tabulated:
    """The scored measures as a spreadsheet would hold them.

    Attributes
    ----------
    figures : pandas.DataFrame
        Rows `unit`, columns `indicator`, both in their own order: a share, a score, events per
        unit of the denominator, the position of a category from 0; NaN where it is not observed.
    denominators : pandas.DataFrame
        Same labels: respondents, cases or exposure; NaN where there is none.
    applies : pandas.DataFrame of bool
        Same labels: whether the measure exists for the unit.
    signs : pandas.Series
        Indexed by `indicator`: 1 if higher is better, else -1.
    """

    figures: pd.DataFrame
    denominators: pd.DataFrame
    applies: pd.DataFrame
    signs: pd.Series

    @property
    def oriented(self) -> pd.DataFrame:
        """The figures, with those of which less is better negated."""
        return self.figures * self.signs

    def within(self, part: pd.DataFrame) -> pd.DataFrame:
        """Which cells are in the rows and the columns of a part of the table, as booleans."""
        rows = self.figures.index.isin(part.index)
        columns = self.figures.columns.isin(part.columns)
        return pd.DataFrame(np.outer(rows, columns), self.figures.index, self.figures.columns)

    def treatment(
        self, gaps: Treatment | pd.DataFrame = "left_out", used: pd.DataFrame | None = None
    ) -> pd.DataFrame:
        """Say what became of each cell.

        Parameters
        ----------
        gaps : str or pandas.DataFrame of str
            What a missing value that applies became: "left_out", "filled" or "as_zero".
        used : pandas.DataFrame of bool, optional
            Which of the observed figures count; all of them if not given. The others are "dropped".

        Returns
        -------
        pandas.DataFrame of str
            See `MethodRanking`.
        """
        counts = pd.DataFrame("used", self.figures.index, self.figures.columns)
        if used is not None:
            counts = counts.where(used, "dropped")
        return counts.where(self.figures.notna(), gaps).where(self.applies, "not_applicable")


def tabulate(measures: Measures, league: League) -> Tabulated:
    """Tabulate the scored measures of a league.

    Parameters
    ----------
    measures : Measures
    league : League

    Returns
    -------
    Tabulated
    """
    ids = tuple(indicator.id for indicator in league.scored)
    columns = pd.Index(ids, name="indicator")
    units = measures.units.index
    status = measures.grid("status", ids)
    values = np.where(status == "observed", measures.grid("value", ids).astype(float), np.nan)
    denominators = measures.grid("denominator", ids).astype(float)
    counts = np.array([indicator.family == "count" for indicator in league.scored])
    return Tabulated(
        figures=pd.DataFrame(values / np.where(counts, denominators, 1.0), units, columns),
        denominators=pd.DataFrame(denominators, units, columns),
        applies=pd.DataFrame(status != "not_applicable", units, columns),
        signs=pd.Series([indicator.sign for indicator in league.scored], columns),
    )
