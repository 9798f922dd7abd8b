"""What there is to show and to write of each kind of result: one entry a kind."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

import pandas as pd

from openness.measures.symbols import LOW_RELIABILITY, NOT_APPLICABLE, Symbol
from openness.publish.bands import band_bars, bands_view
from openness.publish.caterpillar import caterpillar, grade_caterpillar
from openness.publish.comparison import comparison_view
from openness.publish.comparison_plot import draw_comparison
from openness.publish.empty_cells import draw_empty_cells
from openness.publish.evidence import audit_view, evidence_view, list_of_empty_cells, measures_table
from openness.publish.explanation import (
    coherence_view,
    contributions_view,
    missing_view,
    sources_view,
    superiority_view,
    ties_view,
    worth_view,
)
from openness.publish.grades import draw_frontier, grades_view
from openness.publish.guards import composition_view, guards_view
from openness.publish.guards_plot import draw_composition, draw_pairs, draw_type_moves
from openness.publish.listing import Lines
from openness.publish.missingness import draw_missingness, missingness_table, missingness_view
from openness.publish.pair_map import draw_pair_maps
from openness.publish.ranking_view import ranking_view, verdict_view
from openness.publish.scores import draw_scores, scores_view, sensitivity_view
from openness.publish.sheet import Sheet
from openness.publish.stress import draw_stress, stem_of_stress, stress_table, stress_view
from openness.publish.study import study_view
from openness.publish.study_plot import draw_by_method, draw_coverage
from openness.result import Result


@dataclass(frozen=True)
class Csv:
    """A table that is written.

    Attributes
    ----------
    stem : str, or callable of a result
        Name of the file without its suffix.
    of : callable
        Takes a result and returns the table; None for none.
    missing : openness.measures.symbols.Symbol
        Stands where there is no value.

    Examples
    --------
    >>> from openness.publish.kinds import Csv
    >>> Csv("heard", lambda result: result.table[["heard"]]).stem
    'heard'
    """

    stem: str | Callable[[Result], str]
    of: Callable[[Result], pd.DataFrame | None] = lambda result: result.table
    missing: Symbol = NOT_APPLICABLE


@dataclass(frozen=True)
class Picture:
    """A figure that is written as PNG and SVG.

    Attributes
    ----------
    stem : str, or callable of a result
        Name of the files without their suffix.
    draw : callable
        Takes a result, and codes of units to name wherever they stand; None for nothing to draw.

    Examples
    --------
    >>> from openness.publish.kinds import KINDS
    >>> [picture.stem for picture in KINDS["ranking"].pictures]
    ['caterpillar']
    """

    stem: str | Callable[[Result], str]
    draw: Callable[[Result, Collection[str]], Sheet | None]


@dataclass(frozen=True)
class Kind:
    """How a kind of result is shown and written.

    Attributes
    ----------
    view : callable
        Takes a result, and how many units to show from the top and from the bottom; yields rich
        renderables, and sentences as text.
    tables : tuple of Csv
    pictures : tuple of Picture
    has_key : bool
        Whether `symbols.csv`, the key of the symbols, is written with the tables.

    Examples
    --------
    A kind of one's own is an entry of `KINDS`:

    >>> from openness.publish.kinds import KINDS, Csv, Kind
    >>> KINDS["sizes"] = Kind(
    ...     view=lambda result, top, bottom: [f"{len(result.table)} schools"],
    ...     tables=(Csv("sizes"),),
    ...     has_key=False,
    ... )
    >>> sizes = openness.Result("sizes", measures.units, league)
    >>> openness.publish.open_console().print(openness.publish.show(sizes))
    40 schools
    >>> [path.name for path in openness.publish.write(sizes, ".")]
    ['sizes.csv']
    >>> del KINDS["sizes"]
    """

    view: Callable[[Result, int, int], Lines]
    tables: tuple[Csv, ...] = ()
    pictures: tuple[Picture, ...] = ()
    has_key: bool = True


def _plain(
    draw: Callable[[Result], Sheet | None],
) -> Callable[[Result, Collection[str]], Sheet | None]:
    """A picture that names no unit for being asked to."""
    return lambda result, highlight: draw(result)


def _if_any_is_ranked(
    draw: Callable[[Result, Collection[str]], Sheet],
) -> Callable[[Result, Collection[str]], Sheet | None]:
    return lambda result, highlight: (
        draw(result, highlight) if result.table["ranked"].any() else None
    )


def _part(name: str) -> Callable[[Result], pd.DataFrame | None]:
    """A table of the result that it may have."""
    return lambda result: result.parts.get(name)


def _study(
    draw: Callable[..., Sheet | None], *what: str
) -> Callable[[Result, Collection[str]], Sheet | None]:
    return lambda result, highlight: draw(result.parts["summary"], *what)


def _evidence(view: Callable[[Result, int, int], Lines]) -> Kind:
    return Kind(
        view,
        (Csv("measures_table", measures_table), Csv("empty_cells", list_of_empty_cells)),
        (Picture("empty_cells", _plain(draw_empty_cells)),),
    )


KINDS: dict[str, Kind] = {
    "evidence": _evidence(evidence_view),
    "audit": _evidence(audit_view),
    "ranking": Kind(
        ranking_view,
        (Csv("ranking", missing=LOW_RELIABILITY),),
        (Picture("caterpillar", _if_any_is_ranked(caterpillar)),),
    ),
    "missingness": Kind(
        missingness_view,
        (Csv("missingness", missingness_table),),
        (Picture("missingness", _plain(draw_missingness)),),
        has_key=False,
    ),
    "bands": Kind(
        bands_view, (Csv("bands", missing=LOW_RELIABILITY),), (Picture("bands", band_bars),)
    ),
    "grades": Kind(
        grades_view,
        (
            Csv("grades", missing=LOW_RELIABILITY),
            Csv("grades_summary", lambda result: result.summary.assign(rule=result.about["rule"])),
            Csv("frontier", _part("frontier")),
        ),
        (
            Picture("grades", grade_caterpillar),
            Picture("pairs", _plain(draw_pair_maps)),
            Picture("frontier", _plain(draw_frontier)),
        ),
    ),
    "guards": Kind(
        guards_view,
        (
            Csv("guards"),
            Csv("guards_pairs", _part("pairs")),
            Csv("guards_types", _part("types")),
        ),
        (
            Picture("guards_pairs", _plain(draw_pairs)),
            Picture("guards_types", _plain(draw_type_moves)),
        ),
        has_key=False,
    ),
    "composition": Kind(
        composition_view,
        (Csv("composition"),),
        (Picture("composition", _plain(draw_composition)),),
        has_key=False,
    ),
    "verdict": Kind(verdict_view, (Csv("verdict"),)),
    "contributions": Kind(contributions_view, (Csv("contributions"),)),
    "missing_returns": Kind(missing_view, (Csv("missing_returns"),)),
    "ties": Kind(ties_view, (Csv("ties"),)),
    "sources": Kind(sources_view, (Csv("sources"),)),
    "superiority": Kind(
        superiority_view, (Csv("superiority", lambda result: result.table.set_index("a")),)
    ),
    "worth": Kind(
        worth_view,
        (Csv("worth", lambda result: result.table.reset_index("indicator")),),
        has_key=False,
    ),
    "stress": Kind(
        stress_view,
        (Csv(stem_of_stress, stress_table),),
        (Picture(stem_of_stress, _plain(draw_stress)),),
    ),
    "scores": Kind(
        scores_view,
        (
            Csv("scores", missing=LOW_RELIABILITY),
            Csv("scores_agreement", lambda result: result.summary),
        ),
        (Picture("scores", _plain(draw_scores)),),
    ),
    "sensitivity": Kind(
        sensitivity_view,
        (Csv("sensitivity", lambda result: result.table.reset_index("alternative")),),
    ),
    "coherence": Kind(coherence_view, (Csv("coherence"),)),
    "comparison": Kind(
        comparison_view,
        (
            Csv("methods"),
            *(
                Csv(name, _part(name))
                for name in (
                    "method_ranks",
                    "furthest_moved",
                    "incomplete_units",
                    "dropped_measures",
                    "other_evidence",
                )
            ),
        ),
        (Picture("methods", _plain(draw_comparison)),),
        has_key=False,
    ),
    "study": Kind(
        study_view,
        (
            Csv("figures", lambda result: result.table.set_index("condition")),
            Csv("fits", lambda result: result.parts["summary"].fits),
            Csv("failures", lambda result: result.parts["summary"].failures.set_index("condition")),
        ),
        (
            Picture("wrong_band", _study(draw_by_method, "wrong_band", "all")),
            Picture("rank_bias", _study(draw_by_method, "rank_bias", "incomplete")),
            Picture("coverage", _study(draw_coverage)),
        ),
        has_key=False,
    ),
}
"""By the kind of a result. Another kind is another entry, and nothing else."""
