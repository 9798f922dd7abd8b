"""What does not fit together in a definition: every setting that is wrong, and where it stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

Place = tuple[int | str, ...]
"""Where a setting stands: names of tables and settings, positions in lists from 0."""


@dataclass(frozen=True)
class Complaint:
    """One setting that does not go with the others.

    Attributes
    ----------
    place : tuple
        Where it stands, seen from the part that complains.
    found, allowed : str
        What came and what is allowed, for a `Problem`.
    wrong, choices : str and tuple of str
        The word that was not understood and the words that would have been.
    """

    place: Place
    found: str
    allowed: str
    wrong: str = ""
    choices: tuple[str, ...] = ()


class Complaints(ValueError):
    """Everything that does not fit together in one part of a definition."""

    def __init__(self, items: Iterable[Complaint]) -> None:
        self.items = tuple(items)
        super().__init__("; ".join(f"{item.found}; {item.allowed}" for item in self.items))


def repeated(ids: Iterable[object], place: Place, *setting: str) -> list[Complaint]:
    """Complain of every id that was declared before; what is not text is passed over."""
    seen: set[str] = set()
    wrong: list[Complaint] = []
    for position, id in enumerate(ids):
        if not isinstance(id, str):
            continue
        if id in seen:
            wrong.append(
                Complaint(
                    (*place, position, *setting), f"{id!r} is declared twice", "each must differ"
                )
            )
        seen.add(id)
    return wrong
