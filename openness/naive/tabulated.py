"""What every naive method starts from: one figure for each unit and measure, and its error."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from openness.families import family_of
from openness.league import League
from openness.measures.evidence import Measures
from openness.naive.methods import Treatment
from openness.ranking.arguments import refuse


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

    Examples
    --------
    >>> from openness.naive import tabulate
    >>> tabulate(measures, league).signs.tolist()
    [1, 1, 1, 1]
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

    Examples
    --------
    >>> from openness.naive import tabulate
    >>> tabulate(measures, league).oriented.shape
    (40, 4)
    """
    ids = tuple(indicator.id for indicator in league.scored)
    columns = pd.Index(ids, name="indicator")
    units = measures.units.index
    status = measures.grid("status", ids)
    values = np.where(status == "observed", measures.grid("value", ids).astype(float), np.nan)
    denominators = measures.grid("denominator", ids).astype(float)
    counts = np.array([family_of(indicator).figure == "rate" for indicator in league.scored])
    return Tabulated(
        figures=pd.DataFrame(values / np.where(counts, denominators, 1.0), units, columns),
        denominators=pd.DataFrame(denominators, units, columns),
        applies=pd.DataFrame(status != "not_applicable", units, columns),
        signs=pd.Series([indicator.sign for indicator in league.scored], columns),
    )


def sampling_errors(measures: Measures, league: League) -> pd.DataFrame:
    """Sampling standard error of every figure that `tabulate` gives, with its labels.

    NaN where there is no figure, and for ratings and yes-or-no measures, which are what they are.

    Notes
    -----
    With a design effect d: a share of n has sqrt(d p (1 - p) / n) with p = (y + 1/2) / (n + 1), so
    that nobody is certain who has no event or nothing else; a rate of y events in exposure n has
    sqrt(d (y + 1/2)) / n; a score has its published standard error, or respondent_sd sqrt(d / n).
    """
    table = tabulate(measures, league)
    x, n = table.figures.to_numpy(), table.denominators.to_numpy()
    se = measures.grid("se", tuple(table.figures.columns)).astype(float)
    columns = [
        family_of(part).standard_error(part, x[:, k], n[:, k], se[:, k])
        for k, part in enumerate(league.scored)
    ]
    errors = np.where(np.isnan(x), np.nan, np.column_stack(columns))
    return pd.DataFrame(errors, table.figures.index, table.figures.columns)


def measures_with_spread(
    oriented: pd.DataFrame, league: League, *, at_least: int = 1
) -> pd.DataFrame:
    """Keep the measures on which units differ; the others have no correlations.

    Raises
    ------
    InvalidInput
        If fewer are left than the method needs.
    """
    kept = oriented.loc[:, oriented.max() > oriented.min()]
    if kept.shape[1] < at_least:
        plural = "measure" if at_least == 1 else "measures"
        raise refuse(
            "measures",
            league.id,
            f"{league.unit_plural} differ on {kept.shape[1]} of {oriented.shape[1]} measures",
            f"the method needs at least {at_least} {plural} on which they differ",
            "Use a method of z-scores",
        )
    return kept
