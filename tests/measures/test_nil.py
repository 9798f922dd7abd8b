"""A zero is held against its size and its peers."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import nbinom, poisson

from openness.measures.nil import suspected_nils, zero_probability

from .small import make_league

ALGEBRA = 1e-9  # sums taken apart against sums taken whole, in double precision


def naive(events: np.ndarray, exposure: np.ndarray, i: int) -> tuple[float, float]:
    """Leave one out by leaving it out."""
    y, n = np.delete(events, i), np.delete(exposure, i)
    rate = y.sum() / n.sum()
    phi = np.sum((y - rate * n) ** 2 - rate * n) / np.sum((rate * n) ** 2) if rate else 0.0
    expected = rate * exposure[i]
    if phi <= 1e-8:  # scipy's parameter 1/phi would overflow
        return expected, poisson.pmf(0, expected)
    return expected, nbinom.pmf(0, 1 / phi, 1 / (1 + phi * expected))


@given(
    st.lists(
        st.tuples(st.sampled_from([0, 3, 40, 55, 900]), st.sampled_from([10.0, 300.0, 2000.0])),
        min_size=3,
        max_size=12,
    )
)
def test_zero_probability_equals_its_naive_twin(pairs: list[tuple[int, float]]) -> None:
    events = np.array([0.0, *(y for y, _ in pairs)])
    exposure = np.array([100.0, *(n for _, n in pairs)])
    expected, probability = zero_probability(events, exposure)
    for i in np.flatnonzero(events == 0):
        rate, zero = naive(events, exposure, int(i))
        assert expected[i] == pytest.approx(rate, rel=ALGEBRA)
        assert probability[i] == pytest.approx(zero, rel=1e-6, abs=1e-12)
    assert np.isnan(probability[events > 0]).all()


def cells(units: dict[str, tuple[float, float]], indicator: str = "incidents") -> pd.DataFrame:
    return pd.DataFrame(
        {
            "unit": list(units),
            "indicator": indicator,
            "value": [value for value, _ in units.values()],
            "denominator": [size for _, size in units.values()],
            "status": "observed",
        }
    )


def groups(units: dict[str, tuple[float, float]], **other: str) -> pd.DataFrame:
    return pd.DataFrame({"group": [other.get(unit, "acute") for unit in units]}, index=list(units))


USUAL = {f"U{n}": (950.0 + 10 * n, 10_000.0) for n in range(10)}


def suspects(units: dict[str, tuple[float, float]], indicator: str = "incidents") -> list[str]:
    found = suspected_nils(cells(units, indicator), groups(units), make_league())
    return found["unit"].tolist()


def test_a_zero_of_a_large_unit_is_suspected() -> None:
    assert suspects(USUAL | {"NIL": (0.0, 10_000.0)}) == ["NIL"]


def test_a_zero_of_a_tiny_unit_is_not() -> None:
    assert suspects(USUAL | {"TINY": (0.0, 10.0)}) == []


def test_a_zero_among_rare_events_is_not() -> None:
    rare = {f"U{n}": (float(n % 3), 10_000.0) for n in range(12)}
    assert suspects(rare) == []


def test_a_share_of_zero_is_suspected_too() -> None:
    shares = {f"U{n}": (0.3 + 0.01 * n, 500.0) for n in range(10)}
    assert suspects(shares | {"NIL": (0.0, 500.0)}, "valued") == ["NIL"]
    assert suspects(shares | {"FEW": (0.0, 3.0)}, "valued") == []


def test_too_few_peers_give_no_opinion() -> None:
    few = dict(list(USUAL.items())[:4])
    assert suspects(few | {"NIL": (0.0, 10_000.0)}) == []


def test_peers_are_of_the_same_group_where_there_are_enough() -> None:
    quiet = {f"A{n}": (float(n % 2), 10_000.0) for n in range(8)}
    units = USUAL | quiet
    league = make_league()
    own = groups(units, **dict.fromkeys(quiet, "ambulance"))
    assert suspected_nils(cells(units), own, league).empty
    mixed = suspected_nils(cells(units), groups(units), league, threshold=1)
    assert set(mixed["unit"]) == {"A0", "A2", "A4", "A6"}


def test_only_observed_cells_are_looked_at() -> None:
    units = USUAL | {"NIL": (0.0, 10_000.0)}
    unused = cells(units)
    unused.loc[unused["unit"] == "NIL", "status"] = "under_query"
    assert suspected_nils(unused, groups(units), make_league()).empty
