"""The comparison of methods: on the terminal, in a paragraph, and as tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd
from rich.table import Table
from rich.text import Text

from openness.league import League
from openness.measures.symbols import NOT_APPLICABLE, key
from openness.publish.listing import Lines, add_columns, bold, new_table
from openness.publish.wording import method_words, opening, percent
from openness.result import Result

if TYPE_CHECKING:
    from openness.naive import Comparison

_NOTHING = 1e-9  # ranks, or correlation


def comparison_view(result: Result, top: int, bottom: int) -> Lines:
    """Show how the methods agree with the reference, and what a reader should conclude."""
    league = result.league
    comparison: Comparison = result.parts["comparison"]
    reference = method_words(comparison.reference)
    yield bold(f"{league.title}: other methods compared with {reference}")
    yield _agreement(comparison)
    yield (
        f"Compared with {reference}: {league.unit_plural} that both rank, Spearman's rank "
        "correlation, ranks moved by the median one and at most, and how many are in another "
        "band: bands are of each method's whole list, so one that ranks fewer has others. "
        "Gap: ranks that those with a measure missing lose to those with all (standard "
        f"error over units). {key([NOT_APPLICABLE])}"
    )
    if "tau" in comparison.summary:
        yield bold("If the model is right")
        yield _under_the_posterior(comparison)
        yield (
            "Wrong, right: share of all pairs that the method puts in the wrong and in the "
            "right order; tau: right minus wrong (Monte Carlo errors below "
            f"{_largest_error(comparison):.3f}). In a wrong band: expected share of the "
            f"{league.unit_plural}."
        )
    if not comparison.dropped.empty or not comparison.years.empty:
        yield bold("What it hangs on")
        yield _stability(comparison, league)
        yield _hanging_words(comparison)
    yield from paragraph(comparison, league)
    for name, remarks in comparison.remarks.items():
        for remark in remarks:
            yield f"{opening(method_words(name))}: {remark}"
    for name, reason in comparison.refused.items():
        yield f"{opening(method_words(name))} cannot rank this table: {reason}"


def paragraph(comparison: Comparison, league: League) -> list[str]:
    """Say in a few sentences what the comparison shows."""
    summary = comparison.summary
    others = summary.drop(comparison.reference)
    reference = method_words(comparison.reference)
    # A method that leaves units out is compared on fewer, and has fewer pairs to get wrong.
    full = others[others["units"] == len(comparison.ranks)]
    near_first = full.dropna(subset="rank_correlation").sort_values("rank_correlation")
    sentences = []
    if len(near_first) and near_first["rank_correlation"].iloc[0] > 1 - _NOTHING:
        sentences.append(
            f"Every method that ranks as many {league.unit_plural} has them in the same order as "
            f"{reference}."
        )
    elif len(near_first):
        (nearest, near), (furthest, far) = (
            (str(near_first.index[end]), near_first.iloc[end].to_dict()) for end in (-1, 0)
        )
        sentences.append(
            f"Of the methods that rank as many {league.unit_plural}, {method_words(nearest)} is "
            f"nearest to {reference} (rank correlation "
            f"{near['rank_correlation']:.2f}, {near['other_band']:.0f} of {near['units']:.0f} "
            f"{league.unit_plural} in another band) and {method_words(furthest)} furthest "
            f"({far['rank_correlation']:.2f}, {far['other_band']:.0f} of {far['units']:.0f})."
        )
    gap = others.dropna(subset="fairness_gap")
    incomplete = int((comparison.missing["any"] > 0).sum())
    if incomplete and len(gap):
        hardest = str(gap["fairness_gap"].abs().idxmax())
        places = float(gap["fairness_gap"].to_dict()[hardest])
        form = ".0f" if abs(places) >= 10 else ".1f"
        lack = f"{incomplete} of {len(comparison.missing)} {league.unit_plural} lack a measure. "
        sentences.append(
            f"{lack}No method moves them relative to those that lack none."
            if abs(places) < _NOTHING
            else lack + f"{opening(method_words(hardest))} puts them {abs(places):{form}} ranks "
            f"{'lower' if places > 0 else 'higher'} than {reference} does, relative to those that "
            "lack none; no other method moves them further."
        )
    if "tau" in summary and len(full):
        # By tau: one that ties more pairs has fewer to get wrong.
        best, worst = (str(find(full["tau"])) for find in (pd.Series.idxmax, pd.Series.idxmin))
        said = {
            str(name): f"{100 * row['discordance']:.1f}% wrong, tau {row['tau']:.2f}"
            for name, row in summary.iterrows()
        }
        sentences.append(
            "If the model is right, its own order has pairs the wrong way round, too: "
            f"{said[comparison.reference]}. Of the methods that rank as many "
            f"{league.unit_plural}, {method_words(best)} does best ({said[best]}) and "
            f"{method_words(worst)} worst ({said[worst]})."
        )
        sentences.append(
            "The methods are compared with the model's own posterior: it says what follows if the "
            "model holds, and cannot show that it does."
        )
    return sentences


def _agreement(comparison: Comparison) -> Table:
    view = _method_table("Ranked", "Correlation", "Moved", "At most", "Other band", "Gap")
    for name, row in _others(comparison):
        cells = (
            f"{row['units']:.0f}",
            _number(row["rank_correlation"], ".3f"),
            _number(row["median_shift"], "g"),
            _number(row["largest_shift"], "g"),
            f"{row['other_band']:.0f}",
            f"{_number(row['fairness_gap'], '+.1f')} ({_number(row['fairness_gap_error'], '.1f')})",
        )
        view.add_row(method_words(name), *map(Text, cells))
    return view


def _under_the_posterior(comparison: Comparison) -> Table:
    view = _method_table("Wrong", "Right", "Tau", "In a wrong band")
    for name, row in _rows(comparison):
        shares = (_share(row[column]) for column in ("discordance", "concordance"))
        cells = (*shares, _number(row["tau"], ".3f"), percent(row["expected_misbanded"]))
        view.add_row(method_words(name), *map(Text, cells))
    return view


def _stability(comparison: Comparison, league: League) -> Table:
    headings = ["Without one measure"] if not comparison.dropped.empty else []
    if not comparison.years.empty:
        headings += ["Other evidence", "Other band"]
    view = _method_table(*headings)
    for name, row in _rows(comparison):
        cells = []
        if not comparison.dropped.empty:
            indicator = row["drop_one_indicator"]
            cells.append(
                str(NOT_APPLICABLE)
                if pd.isna(row["drop_one_correlation"])
                else f"{row['drop_one_correlation']:.3f} ({league.indicator(indicator).label})"
            )
        if not comparison.years.empty:
            cells += [_number(row["year_correlation"], ".3f"), _share(row["year_other_band"])]
        view.add_row(method_words(name), *map(Text, cells))
    return view


def _hanging_words(comparison: Comparison) -> str:
    from openness.naive.comparison import MODEL

    words = []
    if not comparison.dropped.empty:
        words.append(
            "Without one measure: rank correlation of each method's list with its own when that "
            "measure is left out, the one whose loss changes most."
        )
        if comparison.reference == MODEL and MODEL not in comparison.dropped.index:
            words.append("The model has none: --refit fits it again without each measure.")
    if not comparison.years.empty:
        words.append(
            "Other evidence: rank correlation of each method's list with its own from the other "
            "evidence, and the share of units that are in another band there."
        )
        if comparison.other_league:
            words.append(f"It is ranked by a league of its own: {comparison.other_league}.")
    return " ".join(words)


def _method_table(*headings: str) -> Table:
    view = new_table()
    view.add_column("Method", overflow="fold", ratio=1)
    add_columns(view, headings)
    return view


def _rows(comparison: Comparison) -> list[tuple[str, Mapping[str, Any]]]:
    rows: dict[Any, Any] = comparison.summary.to_dict("index")
    return [(str(name), row) for name, row in rows.items()]


def _others(comparison: Comparison) -> list[tuple[str, Mapping[str, Any]]]:
    return [(name, row) for name, row in _rows(comparison) if name != comparison.reference]


def _largest_error(comparison: Comparison) -> float:
    """The largest Monte Carlo error of a share, rounded up to a thousandth."""
    largest = comparison.summary[["discordance_error", "concordance_error", "tau_error"]].max()
    return float(largest.max()) + 0.0005


def _share(value: float) -> str:
    return str(NOT_APPLICABLE) if pd.isna(value) else f"{100 * value:.1f}%"


def _number(value: float, form: str) -> str:
    return str(NOT_APPLICABLE) if pd.isna(value) else f"{value:{form}}"
