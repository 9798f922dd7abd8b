"""From measures to cells: what the likelihood sees of every unit and scored indicator."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from openness.families import family_of
from openness.families.counted import counted
from openness.families.matching import Cavity, Reference, cavity
from openness.league import Indicator, League, Selection
from openness.measures.evidence import Measures, is_confirmation
from openness.measures.silent import says_something

Array = np.ndarray

_RETURNED = ("observed", "suppressed", "withdrawn", "under_query")


@dataclass(frozen=True)
class Cells:
    """The full grid of units by scored indicators; N units, K indicators, M domains, G groups.

    F facets.

    Attributes
    ----------
    units, indicators, domains, groups, facets : tuple of str
        Labels. Only indicators in which units differ are here, the domains they belong to, and
        the groups that have units: what nobody has, or all have alike, changes nothing. Facets are
        those that the data leave: of two indicators or more, and not all of their domain.
    definitions : tuple of Indicator
        Of `indicators`, in the same order.
    group, domain : (N,) and (K,) int arrays
        Position of each unit's group and of each indicator's domain.
    facet : (K,) int array
        Position of each indicator's facet; -1 where it is in none.
    present : (N, K) bool array
        Cells that enter the likelihood: observed ones, and suppressed ones whose range is known.
    suppressed : (N, K) bool array
        Present cells of which only the range is known.
    exact : (N, K) bool array
        Present proportions and counts that keep their exact likelihood, and are sampled: those of
        indicators that ask for it, suppressed cells, and confirmed ones, which are odd.
    value : (N, K) array
        Gaussian cell on the link scale; 0 where absent, ordered or exact.
    error_variance, common_error_loading : (N, K) arrays
        Independent sampling variance of the cell, and its loading on the sampling error that the
        domain's indicators share: respondents who see one thing better see all of them better,
        so it has the sign of the direction. Both 0 where `value` is.
    y, n : (N, K) arrays
        Effective successes and size (proportion), events and exposure (count): the published
        figures over the design effect, not rounded. For a score its value and standard error.
    category : (N, K) int array
        Position of an ordinal or binary label among `labels`, from 0; -1 elsewhere.
    labels : tuple of tuple of str
        By indicator, the ordered labels that some unit has, from the lowest: no cut point can be
        put beside a category that nobody is in. Empty for the other families.
    centre, scale : (N, K) arrays
        Posterior mean and sd of a proportion or count under its
        reference: where a sampler should look.
    reference : tuple of Reference
        By indicator, over all units; (0, 1) for ordinal and binary ones.
    reference_by_group : tuple of tuple of Reference
        By indicator and group: what proportions and counts are matched under.
    selection : Selection
        The league's.
    collections : tuple of str
        Returns that some units made and others did not; none if the league ignores selection.
    returned : (N, C) int array
        1 where the unit made the return, -1 where it was asked and did not, 0 elsewhere.
    """

    units: tuple[str, ...]
    indicators: tuple[str, ...]
    domains: tuple[str, ...]
    groups: tuple[str, ...]
    facets: tuple[str, ...]
    definitions: tuple[Indicator, ...]
    group: Array
    domain: Array
    facet: Array
    present: Array
    suppressed: Array
    exact: Array
    value: Array
    error_variance: Array
    common_error_loading: Array
    y: Array
    n: Array
    category: Array
    labels: tuple[tuple[str, ...], ...]
    centre: Array
    scale: Array
    reference: tuple[Reference, ...]
    reference_by_group: tuple[tuple[Reference, ...], ...]
    selection: Selection
    collections: tuple[str, ...]
    returned: Array

    @property
    def domain_of_facet(self) -> Array:
        """Position of the domain of each facet, int (F,)."""
        first = [int(np.argmax(self.facet == f)) for f in range(len(self.facets))]
        return self.domain[first].astype(int)

    def matched_under(self, k: int, units: Array) -> Cavity:
        """Return the references under which indicator `k` of these units is matched."""
        return cavity(self.reference_by_group[k], self.group[units])


def make_cells(league: League, measures: Measures) -> Cells:
    """Turn observed measures into cells.

    Shares are published rounded or weighted, so the count behind one is rarely whole. The rule:
    effective respondents are the denominator over the design effect, effective answers are the
    share times effective respondents, and neither is rounded.

    Parameters
    ----------
    league : League
    measures : Measures

    Returns
    -------
    Cells
    """
    scored = tuple(indicator for indicator in league.scored if says_something(indicator, measures))
    ids = tuple(indicator.id for indicator in scored)
    values = measures.grid("value", ids).astype(float)
    status = measures.grid("status", ids)
    observed = status == "observed"
    denominator = measures.grid("denominator", ids).astype(float)
    se = measures.grid("se", ids).astype(float)
    group_of = measures.units["group"].tolist()
    groups = tuple(group.id for group in league.groups if group.id in set(group_of))
    group = np.array([groups.index(name) for name in group_of])
    domains = tuple(d.id for d in league.domains if d.id in {i.domain for i in scored})
    domain = np.array([domains.index(indicator.domain) for indicator in scored], dtype=int)

    facets, facet = _facets(league, scored)

    shape = observed.shape
    grids = {
        name: np.zeros(shape) for name in ("value", "error_variance", "y", "n", "centre", "scale")
    }
    category = np.full(shape, -1)
    labels: list[tuple[str, ...]] = []
    references: list[Reference] = []
    by_group: list[tuple[Reference, ...]] = []
    for k, indicator in enumerate(scored):
        rows = np.flatnonzero(observed[:, k])
        if indicator.labels:
            seen, category[rows, k] = np.unique(values[rows, k].astype(int), return_inverse=True)
            labels.append(tuple(indicator.labels[position] for position in seen))
            references.append(Reference(0.0, 1.0))
            by_group.append((references[-1],) * len(groups))
            continue
        labels.append(())
        read = values[rows, k], denominator[rows, k], se[rows, k]
        family = family_of(indicator)
        made = family.by_group(family.column(indicator, *read), group[rows], len(groups))
        for name, grid in grids.items():
            grid[rows, k] = getattr(made, name)
        references.append(made.reference)
        by_group.append(made.by_group)

    ranged = np.array([indicator.suppressed is not None for indicator in scored], dtype=bool)
    suppressed = (status == "suppressed") & ranged & (denominator > 0)
    for k, indicator in enumerate(scored):
        rows = np.flatnonzero(suppressed[:, k])
        if len(rows) and indicator.suppressed is not None:
            n = denominator[rows, k]
            under = cavity(by_group[k], group[rows])
            centre, scale = counted(indicator).look_for(indicator.suppressed, n, under)
            for name, column in (("n", n), ("centre", centre), ("scale", scale)):
                grids[name][rows, k] = column
    present = observed | suppressed
    asked = np.array([indicator.likelihood == "exact" for indicator in scored], dtype=bool)
    events = np.array([family_of(i).counts_events for i in scored], dtype=bool)
    notes = measures.grid("note", ids)
    confirmed = np.array([[is_confirmation(note) for note in row] for row in notes], dtype=bool)
    exact = suppressed | (observed & events & (asked | confirmed))
    for grid in (grids["value"], grids["error_variance"]):
        grid[exact] = 0
    gaussian = present & (category < 0) & ~exact
    share = _shared_fraction(league, scored, gaussian, denominator)
    collections, returned = _returns(league, scored, status)
    return Cells(
        units=tuple(measures.units.index.tolist()),
        indicators=ids,
        domains=domains,
        groups=groups,
        facets=facets,
        definitions=scored,
        group=group,
        domain=domain,
        facet=facet,
        present=present,
        suppressed=suppressed,
        exact=exact,
        value=grids["value"],
        error_variance=(1 - share) * grids["error_variance"],
        common_error_loading=np.sqrt(share * grids["error_variance"]) * [i.sign for i in scored],
        y=grids["y"],
        n=grids["n"],
        category=category,
        labels=tuple(labels),
        centre=grids["centre"],
        scale=grids["scale"],
        reference=tuple(references),
        reference_by_group=tuple(by_group),
        selection=league.selection,
        collections=collections,
        returned=returned,
    )


def _facets(league: League, scored: tuple[Indicator, ...]) -> tuple[tuple[str, ...], Array]:
    """Facets that the data leave, and the position of each indicator's, (K,)."""
    left = []
    for facet in league.facets:
        held = [i for i in scored if i.facet == facet.id]
        if 1 < len(held) < sum(i.domain == facet.domain for i in scored):
            left.append(facet.id)
    position = {name: f for f, name in enumerate(left)}
    return tuple(left), np.array([position.get(i.facet or "", -1) for i in scored], dtype=int)


def _returns(
    league: League, scored: tuple[Indicator, ...], status: Array
) -> tuple[tuple[str, ...], Array]:
    """Which collections some units returned and others did not, and who did, (N, C)."""
    collection = np.array([indicator.collection or indicator.domain for indicator in scored])
    names, columns = [], []
    for name in () if league.selection.is_ignored else dict.fromkeys(collection.tolist()):
        own = status[:, collection == name]
        made = np.isin(own, _RETURNED).any(axis=1)
        missed = (own == "not_returned").any(axis=1) & ~made
        if made.any() and missed.any():
            names.append(name)
            columns.append(made.astype(int) - missed)
    returned = np.array(columns, dtype=int).reshape(len(names), len(status)).T
    return tuple(names), returned


def _shared_fraction(
    league: League, scored: tuple[Indicator, ...], gaussian: Array, denominator: Array
) -> Array:
    """Share of each cell's sampling variance that the domain's respondents have in common.

    With n_j <= n_k respondents to two items, all of them among the larger group, errors correlate
    by r sqrt(n_j / n_k); a share r n / max(n) by cell gives that correlation against the item
    with most respondents, and r itself where the numbers are equal.
    """
    fraction = np.zeros(gaussian.shape)
    for domain in league.domains:
        answered = [i.domain == domain.id and family_of(i).asks_respondents for i in scored]
        among = gaussian & np.array(answered, dtype=bool)
        n = np.where(among & ~np.isnan(denominator), denominator, 0.0)
        largest = n.max(axis=1, keepdims=True, initial=0)
        relative = np.where(n > 0, n / np.where(largest > 0, largest, 1), 1.0)
        fraction[among] = domain.error_correlation * relative[among]
    return fraction
