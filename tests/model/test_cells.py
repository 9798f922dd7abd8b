"""From measures to cells, by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from openness.measures import read_measures
from openness.model.cells import Cells, make_cells

from .leagues import CATEGORIES, make_league


def cells_of(
    indicators: list[dict[str, Any]], rows: list[dict[str, Any]], **settings: Any
) -> Cells:
    league = make_league(indicators, groups=("acute",), **settings)
    measures = pd.DataFrame(rows)
    codes = sorted(set(measures["unit"]))
    units = pd.DataFrame({"unit": codes, "name": codes, "group": "acute"})
    return make_cells(league, read_measures(measures, units, league))


def rows_of(indicator: str, values: list[Any], **columns: list[float]) -> list[dict[str, Any]]:
    """One row for each unit A, B, C ...; None where the unit has no value."""
    return [
        {"unit": chr(65 + i), "indicator": indicator, "value": value}
        | {name: column[i] for name, column in columns.items()}
        for i, value in enumerate(values)
        if value is not None
    ]


def proportion(id: str, **settings: Any) -> dict[str, Any]:
    return {"id": id, "family": "proportion", "domain": "survey", **settings}


SHARES = [0.61, 0.52, 0.7, 0.66]
PEOPLE = [200.0, 400.0, 100.0, 50.0]


def test_effective_numbers_are_over_the_design_effect_and_not_rounded() -> None:
    cells = cells_of(
        [proportion("plain"), proportion("clustered", design_effect=1.5)],
        rows_of("plain", SHARES, denominator=PEOPLE)
        + rows_of("clustered", SHARES, denominator=PEOPLE),
    )
    assert cells.n[:, 1] == pytest.approx(np.array(PEOPLE) / 1.5)
    assert cells.y[:, 1] == pytest.approx(np.array(SHARES) * np.array(PEOPLE) / 1.5)
    assert cells.y[0, 1] % 1 != 0
    # Less information, so more noise: by the design effect, but for what skewness adds.
    assert cells.error_variance[:, 1] / cells.error_variance[:, 0] == pytest.approx(
        np.full(4, 1.5), rel=0.05
    )


def test_counts_keep_their_exposure() -> None:
    count = {"id": "events", "family": "count", "domain": "counts", "design_effect": 2.0}
    cells = cells_of(
        [count, proportion("other")],
        rows_of("events", [30, 50, 44, 12], denominator=[1000.0, 2000.0, 1500.0, 500.0])
        + rows_of("other", SHARES, denominator=PEOPLE),
    )
    k = cells.indicators.index("events")
    assert cells.y[:, k].tolist() == [15, 25, 22, 6]
    assert cells.n[:, k].tolist() == [500, 1000, 750, 250]
    # A cell of y events has noise of about 1/y and lies near the log of the rate.
    assert cells.error_variance[:, k] == pytest.approx(1 / np.array([15, 25, 22, 6]), rel=0.2)
    assert cells.value[:, k] == pytest.approx(np.log([0.03, 0.025, 22 / 750, 0.024]), abs=0.12)


def test_standard_error_of_a_score() -> None:
    """The published one where there is one, or that of so many respondents."""
    score = {"id": "mean", "family": "score", "domain": "survey"}
    cells = cells_of(
        [
            score | {"respondent_sd": 2.0, "design_effect": 1.44},
            proportion("other"),
        ],
        rows_of(
            "mean", [6.1, 6.4, 7.0, 5.0], se=[0.3, np.nan, np.nan, 0.2],
            denominator=[100.0, 100.0, 400.0, np.nan],
        ) + rows_of("other", SHARES, denominator=PEOPLE),
    )  # fmt: skip
    assert cells.value[:, 0].tolist() == [6.1, 6.4, 7.0, 5.0]
    assert cells.error_variance[:, 0] == pytest.approx(np.square([0.3, 0.24, 0.12, 0.2]))


SURVEY = [
    proportion("good"),
    proportion("bad", direction="lower_is_better"),
    {"id": "events", "family": "count", "domain": "survey"},
    proportion("precise", likelihood="exact"),
    proportion("elsewhere") | {"domain": "board"},
]


def test_shared_error_has_the_share_and_the_sign_that_were_declared() -> None:
    people = [200.0, 400.0, 100.0, 50.0]
    half = [n / 2 for n in people]
    cells = cells_of(
        SURVEY,
        rows_of("good", SHARES, denominator=people)
        + rows_of("bad", [0.3, 0.4, None, 0.2], denominator=half)
        + rows_of("events", [20, 30, 25, 27], denominator=[1e3] * 4)
        + rows_of("precise", SHARES, denominator=people)
        + rows_of("elsewhere", SHARES, denominator=people),
        error_correlation={"survey": 0.6},
    )
    total = cells.error_variance + cells.common_error_loading**2
    share = np.divide(
        cells.common_error_loading**2, total, out=np.zeros_like(total), where=total > 0
    )
    good, bad, *others = share.T
    assert good == pytest.approx([0.6] * 4)
    # Half as many people answered: sqrt(.6 x .3) is .6 sqrt(1/2), what the overlap leaves of it.
    assert bad == pytest.approx([0.3, 0.3, 0, 0.3])
    assert not np.any(others), "counts, exact cells and other domains share nothing"
    assert np.all(cells.common_error_loading[:, 0] > 0)
    assert np.all(cells.common_error_loading[[0, 1, 3], 1] < 0)
    # The declared correlation divides the variance and adds none.
    unshared = cells_of(
        SURVEY[:2] + SURVEY[4:],
        rows_of("good", SHARES, denominator=people)
        + rows_of("bad", [0.3, 0.4, None, 0.2], denominator=half)
        + rows_of("elsewhere", SHARES, denominator=people),
    )
    assert not unshared.common_error_loading.any()
    assert total[:, :2] == pytest.approx(unshared.error_variance[:, :2])


def test_categories_that_nobody_is_in_have_no_place() -> None:
    rating = {"id": "rating", "family": "ordinal", "domain": "rating", "categories": CATEGORIES}
    yes = {"id": "yes", "family": "binary", "domain": "rating"}
    cells = cells_of(
        [rating, yes, proportion("other")],
        rows_of("rating", ["fair", "best", None, "fair"])
        + rows_of("yes", [1, 0, 1, None])
        + rows_of("other", SHARES, denominator=PEOPLE),
    )
    assert cells.labels == (("fair", "best"), ("0", "1"), ())
    assert cells.category.T.tolist() == [[0, 1, -1, 0], [1, 0, 1, -1], [-1, -1, -1, -1]]
    assert not cells.value[:, :2].any()
    assert not cells.error_variance[:, :2].any()


def test_exact_cells_have_no_gaussian_value() -> None:
    cells = cells_of(
        [proportion("sampled", likelihood="exact"), proportion("matched")],
        rows_of("sampled", [None, *SHARES[1:]], denominator=PEOPLE)
        + rows_of("matched", SHARES, denominator=PEOPLE),
    )
    assert cells.exact.T.tolist() == [[False, True, True, True], [False] * 4]
    assert not cells.value[:, 0].any()
    assert not cells.error_variance[:, 0].any()
    assert np.all(cells.scale[1:, 0] > 0)


def test_a_confirmed_count_or_share_is_exact_whatever_the_league_says() -> None:
    """Its numbers are those of an exact cell; the other cells are as if it had been unconfirmed."""
    indicators = [
        proportion("share"),
        {"id": "events", "family": "count", "domain": "counts"},
        {"id": "mean", "family": "score", "domain": "counts", "respondent_sd": 2.0},
    ]
    rows = (
        rows_of("share", SHARES, denominator=PEOPLE)
        + rows_of("events", [0, 50, 44, 12], denominator=[1000.0, 2000.0, 1500.0, 500.0])
        + rows_of("mean", [6.1, 6.4, 7.0, 5.0], denominator=PEOPLE)
    )
    plain = cells_of(indicators, rows)
    confirmed = {("A", "events"), ("C", "share"), ("B", "mean")}
    noted = [
        row | {"note": "confirmed: seen" * ((row["unit"], row["indicator"]) in confirmed)}
        for row in rows
    ]
    cells = cells_of(indicators, noted)
    assert cells.indicators == ("share", "events", "mean")
    exact = [[False, False, True, False], [True, False, False, False], [False] * 4]
    assert cells.exact.T.tolist() == exact, "a score is Gaussian already"
    assert not cells.value[cells.exact].any()
    assert not cells.error_variance[cells.exact].any()
    for name in ("value", "error_variance", "common_error_loading"):
        assert np.array_equal(
            getattr(cells, name)[~cells.exact], getattr(plain, name)[~cells.exact]
        )
    for name in ("y", "n", "centre", "scale", "present"):
        assert np.array_equal(getattr(cells, name), getattr(plain, name))
    always = cells_of([item | {"likelihood": "exact"} for item in indicators[:2]], rows[:8])
    assert np.array_equal(cells.centre[cells.exact], always.centre[cells.exact[:, :2]])


def test_a_note_confirms_only_what_is_observed() -> None:
    rows = rows_of("share", SHARES, denominator=PEOPLE)
    rows[0] |= {"note": "confirmed: and yet in dispute", "status": "under_query"}
    cells = cells_of([proportion("share")], rows)
    assert not cells.exact.any()


def test_what_nobody_has_is_left_out() -> None:
    rating = {"id": "rating", "family": "ordinal", "domain": "rating", "categories": CATEGORIES}
    cells = cells_of(
        [proportion("asked"), proportion("never"), rating],
        rows_of("asked", SHARES, denominator=PEOPLE) + rows_of("rating", ["fair"] * 4),
    )
    assert cells.indicators == ("asked",), "a rating that all share says nothing of any unit"
    assert cells.domains == ("survey",)


def test_a_suppressed_count_is_known_to_lie_in_its_range() -> None:
    count = {"id": "events", "family": "count", "domain": "counts"}
    rows = rows_of("events", [60.0, 9.0, 33.0, 18.0], denominator=[100.0] * 4)
    hidden = [
        {"unit": "E", "indicator": "events", "denominator": 100.0, "status": "suppressed"},
        {"unit": "F", "indicator": "events", "status": "suppressed"},
    ]
    ranged = cells_of([{**count, "suppressed": [1, 4]}], rows + hidden)
    assert ranged.suppressed[:, 0].tolist() == [False] * 4 + [True, False]
    assert ranged.present[:, 0].tolist() == [True] * 5 + [False]
    assert ranged.exact[:, 0].tolist() == [False] * 4 + [True, False]
    assert np.exp(ranged.centre[4, 0]) * 100 < 9
    without = cells_of([count], rows + hidden)
    assert not without.suppressed.any()
    assert without.present[:, 0].tolist() == [True] * 4 + [False] * 2


@pytest.mark.parametrize(
    "status", ["not_applicable", "not_returned", "system_change", "withdrawn", "under_query"]
)
def test_an_unused_cell_is_absent_for_whatever_reason(status: str) -> None:
    """Only `observed` and `suppressed` are in the likelihood; a value may stand beside the rest."""
    count = {"id": "events", "family": "count", "domain": "counts"}
    rows = rows_of("events", [60.0, 9.0, 33.0, 18.0], denominator=[100.0] * 4)
    rows += rows_of("share", SHARES, denominator=PEOPLE)
    cell = {"unit": "E", "indicator": "events"}
    other = [{"unit": "E", "indicator": "share", "value": 0.5, "denominator": 80.0}]
    beside = {} if status.startswith("not_") else {"value": 0.0, "denominator": 100.0}
    asked = {"selection": {"slope": 1.0}}
    indicators = [count, proportion("share")]
    found = cells_of(indicators, [*rows, cell | {"status": status} | beside, *other], **asked)
    usual = cells_of(indicators, [*rows, cell | {"status": "not_collected"}, *other], **asked)
    assert not found.present[4, found.indicators.index("events")]
    for name in (
        "present",
        "suppressed",
        "exact",
        "value",
        "error_variance",
        "common_error_loading",
        "category",
    ):
        np.testing.assert_array_equal(getattr(found, name), getattr(usual, name))
    assert found.reference == usual.reference
    # The return itself is modelled for those who were asked, and for nobody else.
    assert found.collections == (("counts",) if status == "not_returned" else ())
