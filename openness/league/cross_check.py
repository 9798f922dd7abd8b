"""Whether the parts of a league name each other rightly."""

from __future__ import annotations

from collections.abc import Sequence

from openness.league.complaints import Complaint, Complaints, repeated


def cross_check(
    groups: Sequence[object],
    domains: Sequence[object],
    indicators: Sequence[tuple[object, object, object]],
) -> Complaints:
    """Compare the parts of a league with each other; the parts may be raw, as a file has them.

    Groups and domains are given by their ids, indicators as (id, domain, groups). It complains of
    repeated ids, and of indicators that name a domain or group which is not declared. What is not
    text is passed over: the schema has refused it already.
    """
    wrong = [
        *repeated(groups, ("groups",), "id"),
        *repeated(domains, ("domains",), "id"),
        *repeated((id for id, _, _ in indicators), ("indicators",), "id"),
    ]
    declared_domains = tuple(id for id in domains if isinstance(id, str))
    declared_groups = tuple(id for id in groups if isinstance(id, str))
    for position, (_, domain, its_groups) in enumerate(indicators):
        if isinstance(domain, str) and domain not in declared_domains:
            wrong.append(
                Complaint(
                    ("indicators", position, "domain"),
                    f"there is no domain {domain!r}",
                    f"declared: {', '.join(declared_domains)}",
                    domain,
                    declared_domains,
                )
            )
        for group in its_groups if isinstance(its_groups, list | tuple) else ():
            if isinstance(group, str) and group not in declared_groups:
                wrong.append(
                    Complaint(
                        ("indicators", position, "groups"),
                        f"there is no group {group!r}",
                        f"declared: {', '.join(declared_groups)}",
                        group,
                        declared_groups,
                    )
                )
    return Complaints(wrong)
