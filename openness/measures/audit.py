"""The audit of empty cells: what there is, what is left out, and why."""

from __future__ import annotations

from dataclasses import dataclass, fields

import pandas as pd

from openness.league.definition import League
from openness.measures.evidence import STATUSES, Measures
from openness.measures.nil import find_nil_returns
from openness.measures.status_table import status_table


@dataclass(frozen=True)
class Section:
    """One table of the audit, ready to be drawn.

    Attributes
    ----------
    title : str
    table : pandas.DataFrame
        Labelled; may be empty.
    note : str
        What the table means for the ranking.
    """

    title: str
    table: pd.DataFrame
    note: str


@dataclass(frozen=True)
class Audit:
    """What a publisher checks before anything is fitted.

    Attributes
    ----------
    nil_returns : Section
        Index `unit`, `indicator`; see `find_nil_returns`, with rounded figures. Nothing is fitted
        while there are any.
    cells : Section
        Index `indicator`; `scored`, then the number of cells of each status.
    groups : Section
        Index `group`; `units`, then the number of cells of scored indicators of each status.
    present : Section
        Index `measures_applicable`, `measures_present`; `units` with that many.
    unscored : Section
        Index `indicator`; `label`, `observed` (cells read and not used), `why`.
    unused : Section
        Index `unit`, `indicator`; `value` (as written, but to six digits), `status`, `note`.
    without_measures : Section
        Index `unit`; `name`, `group`: units with no measure that counts.
    too_few_domains : Section
        Index `unit`; `name`, `group`, `domains_present`: measured, but in fewer domains than the
        league ranks.
    filled : Section
        Index `unit`, `indicator`; `denominator` that stands in.
    warnings : Section
        `source`, `where`, `found`, `allowed`, `remedy`.
    """

    nil_returns: Section
    cells: Section
    groups: Section
    present: Section
    unscored: Section
    unused: Section
    without_measures: Section
    too_few_domains: Section
    filled: Section
    warnings: Section

    @property
    def sections(self) -> tuple[Section, ...]:
        """All sections, in the order in which they are read."""
        return tuple(getattr(self, field.name) for field in fields(self))


def completeness(measures: Measures, league: League) -> pd.DataFrame:
    """Count each unit's measures among those that are scored.

    Parameters
    ----------
    measures : Measures
    league : League

    Returns
    -------
    pandas.DataFrame
        Indexed by `unit`, in the order of the units: `measures_present` (observed),
        `measures_applicable` (of the unit's group, and not marked `not_applicable`) and
        `domains_present` (domains with a measure present), all int.

    Examples
    --------
    >>> openness.measures.completeness(measures, league).head(2)
          measures_present  measures_applicable  domains_present
    unit
    T001                 3                    4                2
    T002                 3                    4                2
    """
    statuses = status_table(measures, league)
    present = statuses == "observed"
    domains = [indicator.domain for indicator in league.scored]
    counts = {
        "measures_present": present.sum(axis=1),
        "measures_applicable": (statuses != "not_applicable").sum(axis=1),
        "domains_present": present.T.groupby(domains).any().sum(),
    }
    return pd.DataFrame(counts, index=measures.units.index).astype("int64")


def audit(measures: Measures, league: League) -> Audit:
    """List what the evidence holds and what will be left out.

    Parameters
    ----------
    measures : Measures
    league : League

    Returns
    -------
    Audit
        Nothing is printed; each section carries its title, table and note.

    Examples
    --------
    >>> found = openness.audit(measures, league)
    >>> found.present.title
    'Units by number of measures present'
    >>> found.present.table
                                          units
    measures_applicable measures_present
    4                   4                    21
                        3                    18
                        2                     1
    """
    counts = completeness(measures, league)
    return Audit(
        nil_returns=_nil_returns(measures, league),
        cells=_cells(measures, league),
        groups=_groups(measures, league),
        present=_present(counts),
        unscored=_unscored(measures, league),
        unused=_unused(measures),
        without_measures=Section(
            "Units without a measure",
            measures.units.loc[counts["measures_present"] == 0, ["name", "group"]],
            "They are not ranked: there is nothing to rank them by.",
        ),
        too_few_domains=_too_few_domains(measures, league, counts),
        filled=Section(
            "Denominators that stand in",
            _keyed(measures.cells[measures.cells["denominator_filled"]])[["denominator"]],
            "These observed values came without a denominator; the indicator's median is used.",
        ),
        warnings=_warnings(measures),
    )


def _nil_returns(measures: Measures, league: League) -> Section:
    found = find_nil_returns(measures, league).round({"events": 0, "expected": 0})
    found["probability"] = [float(f"{probability:.1e}") for probability in found["probability"]]
    note = (
        "They look like nil or partial returns. Mark each with a status, or confirm it."
        if len(found)
        else "No count or share looks like a nil or partial return."
    )
    return Section("Values that block a fit", found, note)


def _cells(measures: Measures, league: League) -> Section:
    table = pd.crosstab(measures.cells["indicator"], measures.cells["status"]).reindex(
        index=[indicator.id for indicator in league.indicators],
        columns=list(STATUSES),
        fill_value=0,
    )
    table = table.rename_axis(columns=None)
    table.insert(0, "scored", [indicator.scored for indicator in league.indicators])
    note = "Only observed cells of scored indicators are used."
    if any(indicator.scored and indicator.suppressed for indicator in league.indicators):
        note = (
            "Only observed cells of scored indicators are used, and suppressed ones whose range "
            "the league states and whose denominator is known."
        )
    return Section("Cells of each indicator by status", table, note)


def _groups(measures: Measures, league: League) -> Section:
    group = measures.units["group"]
    cells = status_table(measures, league).melt(ignore_index=False)["value"]
    ids = [declared.id for declared in league.groups]
    table = pd.crosstab(group.reindex(cells.index).to_numpy(), cells.to_numpy()).reindex(
        index=pd.Index(ids, name="group"), columns=list(STATUSES), fill_value=0
    )
    table.insert(0, "units", group.value_counts().reindex(ids, fill_value=0))
    note = "Scored measures only. A type that lacks one is ranked on other evidence than the rest."
    return Section("Cells of each type of unit by status", table.rename_axis(columns=None), note)


def _present(counts: pd.DataFrame) -> Section:
    keys = ["measures_applicable", "measures_present"]
    table = counts.groupby(keys).size().rename("units").to_frame().sort_index(ascending=False)
    note = (
        "Scored measures only. A measure that does not apply to a unit does not count against it."
    )
    return Section("Units by number of measures present", table, note)


def _unscored(measures: Measures, league: League) -> Section:
    left_out = [indicator for indicator in league.indicators if not indicator.scored]
    observed = measures.observed["indicator"].value_counts()
    table = pd.DataFrame(
        {
            "label": [indicator.label for indicator in left_out],
            "observed": [int(observed.get(indicator.id, 0)) for indicator in left_out],
            "why": [indicator.why for indicator in left_out],
        },
        index=pd.Index([indicator.id for indicator in left_out], name="indicator", dtype="str"),
    )
    return Section("Indicators that are not scored", table, "Read, checked and shown; not used.")


def _unused(measures: Measures) -> Section:
    cells = measures.cells
    beside = cells[(cells["label"] != "") & (cells["status"] != "observed")]
    shown = beside.assign(value=beside["label"].map(_in_six_digits))
    return Section(
        "Values that are not used",
        _keyed(shown)[["value", "status", "note"]],
        "A value stands beside a status other than observed: it is shown and left out.",
    )


def _in_six_digits(label: str) -> str:
    """Shorten a number; a category stays as it is."""
    try:
        return f"{float(label):.6g}"
    except ValueError:
        return label


def _too_few_domains(measures: Measures, league: League, counts: pd.DataFrame) -> Section:
    least = league.eligibility.minimum_domains
    few = (counts["measures_present"] > 0) & (counts["domains_present"] < least)
    table = measures.units.loc[few, ["name", "group"]].join(counts["domains_present"])
    note = f"A unit is ranked with measures in at least {least} domain{'s' * (least != 1)}."
    return Section("Units measured in too few domains", table, note)


def _warnings(measures: Measures) -> Section:
    names = ["source", "where", "found", "allowed", "remedy"]
    rows = [[getattr(warning, name) for name in names] for warning in measures.warnings]
    table = pd.DataFrame(rows, columns=names, dtype="str")
    return Section("Warnings", table, "Read as they stand. Each deserves a look before publishing.")


def _keyed(cells: pd.DataFrame) -> pd.DataFrame:
    return cells.set_index(["unit", "indicator"])
