"""Invented names for simulated trusts."""

from __future__ import annotations

from itertools import chain, count, islice

_FIRST = (
    "Quill", "Thrave", "Orrin", "Ossel", "Fenn", "Bruck", "Harl", "Wexen", "Dunnel", "Corv",
    "Ilder", "Pell", "Sark", "Tarrow", "Yarl", "Lorn", "Vess", "Gant", "Eskel", "Mossel",
)  # fmt: skip
_LAST = (
    "borough", "mere", "wick", "haven", "dale", "ford", "holt", "combe",
    "stead", "worth", "moor", "leigh", "bridge", "cliffe", "gate", "well",
)  # fmt: skip


def invented_names(n: int) -> list[str]:
    """Return the first `n` of a fixed list of invented trusts; none is a real one."""
    # 20 beginnings and 16 endings: each round of 20 starts 5 endings on, and 5 and 16 are coprime,
    # so that every pair comes once.
    places = (
        _FIRST[i % len(_FIRST)] + _LAST[(i + i // len(_FIRST)) % len(_LAST)]
        for i in range(len(_FIRST) * len(_LAST))
    )
    numbered = (f"Newmarch {number}" for number in count(1))
    return [f"{place} NHS Trust" for place in islice(chain(places, numbered), n)]
