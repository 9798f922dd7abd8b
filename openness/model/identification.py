"""What the data of a league can tell apart: the roles of its domains, refusals and flags."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from openness.errors import NotIdentified
from openness.league import League
from openness.model.cells import Cells

_REVERSED = -0.3
_FEW_UNITS = 10


@dataclass(frozen=True)
class Structure:
    """Which parameters of the measurement model are free.

    Attributes
    ----------
    lone : (K,) bool array
        Indicators alone in their domain: domain and specific parts cannot be told apart, so the
        communality is the share that is openness.
    coherence : {"one", "common", "own"}
        One domain: coherence is 1. Two domains of several indicators: only the product of the
        two coherences is identified, so they share one. Otherwise each has its own.
    coherent : tuple of int
        Positions of the domains whose coherence is free.
    sampled : tuple of int
        Positions of the domains that hold ordered or binary indicators: their level at every
        unit is sampled.
    lone_ordered : tuple of (int, int)
        Domain and indicator where a sampled domain has one indicator. Its share of openness is
        divided evenly: communality and coherence are both its root.
    communality_like : tuple of int
        By indicator, the one whose communality it has: itself, but that the two of a facet share
        one.
    facet_like : tuple of int
        By facet, the one whose coherence it has: itself, but that two facets share one where there
        is nothing else in their source.
    communality_of_facet : tuple of (int, int)
        Indicator and facet that are all there is of a source: the coherence of the facet is the
        communality of the indicator.
    has_groups, has_shifts : bool
        Whether group effects, and group effects within one domain, are in the model.
    flags : tuple of str
        What a reader must be told before trusting the fit, in sentences.
    """

    lone: np.ndarray
    coherence: str
    coherent: tuple[int, ...]
    sampled: tuple[int, ...]
    lone_ordered: tuple[tuple[int, int], ...]
    communality_like: tuple[int, ...]
    facet_like: tuple[int, ...]
    communality_of_facet: tuple[tuple[int, int], ...]
    has_groups: bool
    has_shifts: bool
    flags: tuple[str, ...]


def identify(league: League, cells: Cells) -> Structure:
    """Decide what is free, or refuse.

    Parameters
    ----------
    league : League
    cells : Cells

    Returns
    -------
    Structure

    Raises
    ------
    NotIdentified
        No openness can be estimated: fewer than two scored indicators have data, or fewer than
        three units have any.
    """
    _refuse_hopeless(league, cells)
    size = np.bincount(cells.domain, minlength=len(cells.domains))
    ordered = np.array([bool(i.labels) for i in cells.definitions])
    lone = size[cells.domain] == 1
    several: tuple[int, ...] = tuple(int(m) for m in np.flatnonzero(size > 1))
    if len(cells.domains) == 1:
        coherence, several = "one", ()
    elif len(cells.domains) == 2 and len(several) == 2:
        coherence = "common"
    else:
        coherence = "own"
    has_groups = len(cells.groups) > 1
    facet_like, of_facet = _share_within_sources(cells)
    flags = [
        *_flag_structure(league, cells, coherence, several),
        *_flag_facets(league, cells),
        *_flag_selection(cells),
        *_flag_thin_indicators(cells),
        *_flag_reversed(cells),
    ]
    return Structure(
        lone=lone,
        coherence=coherence,
        coherent=several,
        sampled=tuple(int(m) for m in np.unique(cells.domain[ordered])),
        lone_ordered=tuple((int(cells.domain[k]), int(k)) for k in np.flatnonzero(lone & ordered)),
        communality_like=_share_within_pairs(cells),
        facet_like=facet_like,
        communality_of_facet=of_facet,
        has_groups=has_groups,
        has_shifts=has_groups and len(cells.domains) > 1,
        flags=tuple(flags),
    )


def _share_within_pairs(cells: Cells) -> tuple[int, ...]:
    """One covariance for two communalities: the two indicators of a facet share one."""
    like = list(range(len(cells.indicators)))
    for f in range(len(cells.facets)):
        held = np.flatnonzero(cells.facet == f).tolist()
        if len(held) == 2:
            like[held[1]] = held[0]
    return tuple(like)


def _share_within_sources(cells: Cells) -> tuple[tuple[int, ...], tuple[tuple[int, int], ...]]:
    """One covariance for what the two parts of a source have in common with it: they share it."""
    like, of_facet = list(range(len(cells.facets))), []
    for facets, measures in _parts(cells):
        if len(facets) == 2 and not measures:
            like[facets[1]] = facets[0]
        elif len(facets) == 1 and len(measures) == 1:
            of_facet.append((measures[0], facets[0]))
    return tuple(like), tuple(of_facet)


def _parts(cells: Cells) -> Iterator[tuple[list[int], list[int]]]:
    """By source, its facets, and its indicators that are in none."""
    for m in range(len(cells.domains)):
        alone = (cells.domain == m) & (cells.facet < 0)
        yield (
            np.flatnonzero(cells.domain_of_facet == m).tolist(),
            np.flatnonzero(alone).tolist(),
        )


def _refuse_hopeless(league: League, cells: Cells) -> None:
    if len(cells.indicators) < 2:
        raise NotIdentified(
            f"League {league.id!r} has {len(cells.indicators)} scored indicator(s) with data "
            f"({', '.join(cells.indicators) or 'none'}). "
            "With one, nothing separates openness from what is specific to that measure: the "
            "posterior would be the prior. Add a second indicator, or publish the measure itself."
        )
    ratings_only = len(cells.domains) == 1 and any(i.labels for i in cells.definitions)
    if cells.collections and ratings_only:
        raise NotIdentified(
            f"League {league.id!r} asks for a selection model, which is not available where the "
            "only domain holds ratings. Leave `[selection]` out."
        )
    units = int(cells.present.any(axis=1).sum())
    if units < 3:
        raise NotIdentified(
            f"{units} unit(s) have an observed, scored measure; a between-unit variance needs "
            "at least three."
        )


def _flag_structure(
    league: League, cells: Cells, coherence: str, several: tuple[int, ...]
) -> list[str]:
    flags = []
    if len(cells.indicators) == 2:
        flags.append(
            "Two indicators have data: one covariance for two communalities, so how much each "
            "weighs is decided by the prior."
        )
    if coherence == "common":
        first, second = cells.domains
        flags.append(
            f"Two domains ({first}, {second}): only the product of their coherences is "
            "identified. They share one coherence, to be read as the agreement between the two "
            "sources; see the sensitivity of the ranks to their ratio."
        )
    elif len(cells.domains) == 2:
        flags.append(
            f"Two domains ({', '.join(cells.domains)}), "
            f"{'one' if several else 'both'} of a single indicator: only the product of their "
            "shares of openness is identified, and the prior divides it."
        )
    if empty := [i.id for i in league.scored if i.id not in cells.indicators]:
        flags.append(
            f"Left out of the model, because no unit has data or all that have it are alike, so "
            f"that it says nothing of any: {', '.join(empty)}."
        )
    return flags


def _flag_facets(league: League, cells: Cells) -> list[str]:
    flags = []
    for facet in league.scored_facets:
        held = [i.id for i in cells.definitions if i.facet == facet.id]
        if facet.id in cells.facets:
            if len(held) == 2:
                flags.append(
                    f"Facet {facet.id} holds two indicators ({', '.join(held)}): only the product "
                    "of their communalities is identified. They share one."
                )
        elif len(held) > 1:
            flags.append(
                f"The data leave nothing of {facet.domain} but facet {facet.id}: its indicators "
                f"({', '.join(held)}) count as those of a source without facets."
            )
        elif held:
            flags.append(
                f"Only one indicator of facet {facet.id} has data: {held[0]} counts as an ordinary "
                f"indicator of {facet.domain}."
            )
    for (facets, measures), domain in zip(_parts(cells), cells.domains, strict=True):
        if not facets or len(facets) + len(measures) != 2:
            continue
        first = cells.facets[facets[0]]
        if measures:
            second = cells.indicators[measures[0]]
            parts = f"facet {first} and {second}"
            shared = f"the coherence of {first} is taken to be the communality of {second}"
        else:
            parts = f"facets {first} and {cells.facets[facets[1]]}"
            shared = "they share one coherence"
        flags.append(
            f"Source {domain} has two parts ({parts}): what is identified within it is only the "
            f"product of what each has in common with it, so {shared}."
        )
    return flags


def _flag_selection(cells: Cells) -> list[str]:
    if cells.selection.is_ignored:
        return []
    if not cells.collections:
        return [
            "The league asks for a selection model, and there is no collection that some units "
            "returned and others, asked for it, did not: nothing is selected."
        ]
    names = ", ".join(cells.collections)
    if not cells.selection.estimate:
        return [
            f"Whether a unit returned ({names}) is taken to depend on its openness, by a slope of "
            f"{cells.selection.slope:g} that is stated, not learnt from these data."
        ]
    return [
        f"The slope by which returning ({names}) depends on openness is estimated. It rests on "
        "nothing else making units return that goes with their measures; where something does, "
        "the slope and the scores can be badly wrong while every diagnostic is good. Compare with "
        "stated slopes before publishing."
    ]


def _flag_thin_indicators(cells: Cells) -> list[str]:
    return [
        f"Only {count} units have {name}: its parameters lean on their priors."
        for name, count in zip(cells.indicators, cells.present.sum(axis=0), strict=True)
        if count < _FEW_UNITS
    ]


def _flag_reversed(cells: Cells) -> list[str]:
    """A reversed indicator would quietly get a communality of 0, as noise does: look first."""
    flags = []
    turned = _turned_scores(cells)
    for k, name in enumerate(cells.indicators):
        others = (cells.domain == cells.domain[k]) & (np.arange(len(cells.indicators)) != k)
        if not others.any():
            continue
        has_rest = (~np.isnan(turned[:, others])).any(axis=1)
        both = has_rest & ~np.isnan(turned[:, k])
        if both.sum() < _FEW_UNITS:
            continue
        rest = np.nanmean(turned[np.ix_(both, others)], axis=1)
        if turned[both, k].std() == 0 or rest.std() == 0:
            continue
        correlation = float(np.corrcoef(turned[both, k], rest)[0, 1])
        if correlation < _REVERSED:
            flags.append(
                f"{name} correlates {correlation:.2f} with the rest of its domain "
                f"({cells.domains[cells.domain[k]]}) once turned by its declared direction. "
                "Is the direction right?"
            )
    return flags


def _turned_scores(cells: Cells) -> np.ndarray:
    """Standardised cell values within groups, higher better, NaN where absent; shape (N, K)."""
    raw = np.where(cells.exact, cells.centre, cells.value)
    raw = np.where(cells.category >= 0, cells.category, raw)
    turned = np.where(cells.present, raw, np.nan) * [i.sign for i in cells.definitions]
    for g in range(len(cells.groups)):
        rows = cells.group == g
        for k in range(turned.shape[1]):
            column = turned[rows, k]
            if (~np.isnan(column)).any():
                turned[rows, k] = column - np.nanmean(column)
    spread = np.array(
        [np.nanstd(column) if (~np.isnan(column)).any() else 1.0 for column in turned.T]
    )
    return turned / np.where(spread > 0, spread, 1.0)
