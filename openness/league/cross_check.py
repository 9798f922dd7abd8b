"""Whether the parts of a league name each other rightly."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from openness.league.complaints import Complaint, Complaints, Place, repeated


def cross_check(
    groups: Sequence[object],
    domains: Sequence[object],
    indicators: Sequence[tuple[object, object, object, object]],
    facets: Sequence[tuple[object, object]] = (),
) -> Complaints:
    """Compare the parts of a league with each other; the parts may be raw, as a file has them.

    Groups and domains are given by their ids, indicators as (id, domain, groups, facet), facets as
    (id, domain). It complains of repeated ids, of parts that name a domain, group or facet which is
    not declared, and of a facet of another domain than its indicator's. What is not text is passed
    over: the schema has refused it already.
    """
    wrong = [
        *repeated(groups, ("groups",), "id"),
        *repeated(domains, ("domains",), "id"),
        *repeated((id for id, _ in facets), ("facets",), "id"),
        *repeated((id for id, *_ in indicators), ("indicators",), "id"),
    ]
    for position, (_, domain) in enumerate(facets):
        wrong += _undeclared("domain", domain, domains, ("facets", position, "domain"))
    domain_of = {id: domain for id, domain in facets if isinstance(id, str)}
    for position, (_, domain, its_groups, facet) in enumerate(indicators):
        place = "indicators", position
        wrong += _undeclared("domain", domain, domains, (*place, "domain"))
        for group in its_groups if isinstance(its_groups, list | tuple) else ():
            wrong += _undeclared("group", group, groups, (*place, "groups"))
        wrong += _undeclared("facet", facet, tuple(domain_of), (*place, "facet"))
        if isinstance(facet, str) and domain_of.get(facet, domain) != domain:
            wrong.append(
                Complaint(
                    (*place, "facet"),
                    f"{facet!r} is a facet of {domain_of[facet]!r}",
                    f"a facet of its domain, {domain!r}, is needed",
                )
            )
    return Complaints(wrong)


def _undeclared(
    what: str, name: object, declared: Sequence[object], place: Place
) -> Iterator[Complaint]:
    choices = tuple(id for id in declared if isinstance(id, str))
    if isinstance(name, str) and name not in choices:
        allowed = f"declared: {', '.join(choices) or 'none'}"
        yield Complaint(place, f"there is no {what} {name!r}", allowed, name, choices)
