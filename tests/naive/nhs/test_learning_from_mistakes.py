from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from openness.errors import InvalidInput
from openness.league import Bands, Domain, Group, Indicator, League
from openness.measures import Measures, read_measures
from openness.naive import learning_from_mistakes_2016


def _indicator(id: str, family: str, **settings: object) -> Indicator:
    defaults = {"label": id, "direction": "higher_is_better", "domain": "all"}
    return Indicator.model_validate({**defaults, "id": id, "family": family, **settings})


def _bands(rule: str, *sizes: float | None) -> Bands:
    setting = {"shares": "share", "counts": "count", "cut_points": "above"}[rule]
    levels = [
        {"id": f"band_{i}", "label": f"Band {i}", **({setting: size} if size is not None else {})}
        for i, size in enumerate(sizes, start=1)
    ]
    return Bands.model_validate({"rule": rule, "levels": levels})


LEAGUE = League(
    id="by-hand",
    title="By hand",
    unit="trust",
    unit_plural="trusts",
    groups=(Group(id="acute", label="Acute"), Group(id="ambulance", label="Ambulance")),
    domains=(Domain(id="all", label="All"),),
    indicators=(
        _indicator("agree", "proportion"),
        _indicator("bullied", "proportion", direction="lower_is_better"),
        _indicator("reports", "count", groups=["acute"]),
        _indicator("rating", "ordinal", categories=["low", "middle", "high"]),
        _indicator("shown", "score", scored=False),
    ),
    bands=_bands("counts", 1, 2, None),
)

UNITS = pd.DataFrame(
    {
        "unit": ["A", "B", "C", "D"],
        "name": ["Alder", "Birch", "Cedar", "Dogwood"],
        "group": ["acute", "acute", "acute", "ambulance"],
    }
)

CELLS = [
    ("A", "agree", 0.50, 100, "observed"),
    ("A", "bullied", 0.10, 100, "observed"),
    ("A", "reports", 0, 1000, "system_change"),
    ("A", "rating", "high", None, "observed"),
    ("B", "agree", 0.30, 100, "observed"),
    ("B", "bullied", 0.20, 100, "observed"),
    ("B", "reports", 30, 1000, "observed"),
    ("B", "rating", "low", None, "observed"),
    ("C", "agree", 0.40, 100, "observed"),
    ("C", "bullied", 0.30, 100, "observed"),
    ("C", "reports", 20, 2000, "observed"),
    ("C", "rating", None, None, "not_returned"),
    ("D", "agree", 0.45, 100, "observed"),
    ("D", "bullied", 0.25, 100, "observed"),
    ("D", "rating", "middle", None, "observed"),
    ("D", "shown", 9.9, None, "observed"),
]


def _measures(league: League = LEAGUE) -> Measures:
    columns = ["unit", "indicator", "value", "denominator", "status"]
    return read_measures(pd.DataFrame(CELLS, columns=columns), UNITS, league)


# By hand. agree, lowest 0.30 and highest 0.50: A 1, B 0, C 0.5, D 0.75.
# bullied, turned, 0.10 best and 0.30 worst: A 1, B 0.5, C 0, D 0.25.
# reports per bed day, B 0.03 and C 0.01 observed: B 1, C 0; A's nil return counts as 0.
# rating, low 0 and high 1 observed: A 1, B 0, D 0.5; C's missing one counts as 0.
BY_HAND = {"A": 3 / 4, "B": 1.5 / 4, "C": 0.5 / 4, "D": 1.5 / 3}


def test_the_table_worked_out_by_hand() -> None:
    table = learning_from_mistakes_2016(_measures(), LEAGUE).table[["score", "rank", "band"]]
    expected = pd.DataFrame(
        {
            "score": list(BY_HAND.values()),
            "rank": [1, 3, 4, 2],
            "band": ["band_1", "band_2", "band_3", "band_2"],
        },
        index=pd.Index(["A", "B", "C", "D"], name="unit"),
    )
    # 1e-12: sums of a few numbers in another order.
    pd.testing.assert_frame_equal(table, expected, check_dtype=False, rtol=1e-12)


def test_not_applicable_may_count_as_nothing() -> None:
    table = learning_from_mistakes_2016(_measures(), LEAGUE, not_applicable="nothing").table
    assert table.loc["D", "score"] == pytest.approx(1.5 / 4, rel=1e-12)
    assert table.loc[["A", "B", "C"], "score"].tolist() == pytest.approx(
        [BY_HAND[unit] for unit in "ABC"], rel=1e-12
    )


def test_equal_scores_keep_the_order_of_the_units_table() -> None:
    """B and D both have 1.5 of 4 when a measure that does not apply counts as nothing."""
    table = learning_from_mistakes_2016(_measures(), LEAGUE, not_applicable="nothing").table
    assert table["rank"].to_dict() == {"A": 1, "B": 2, "D": 3, "C": 4}


def test_a_nil_return_costs_what_the_measure_would_have_given() -> None:
    """With the best rate of all in place of the nil, A has every point there is."""
    cells = [
        row if row[:2] != ("A", "reports") else (*row[:2], 40, 1000, "observed") for row in CELLS
    ]
    columns = ["unit", "indicator", "value", "denominator", "status"]
    full = read_measures(pd.DataFrame(cells, columns=columns), UNITS, LEAGUE)
    assert learning_from_mistakes_2016(full, LEAGUE).table.loc["A", "score"] == pytest.approx(1.0)


def test_a_measure_on_which_all_are_alike_gives_half_a_point() -> None:
    cells = [(*row[:2], 0.4, *row[3:]) if row[1] == "agree" else row for row in CELLS]
    columns = ["unit", "indicator", "value", "denominator", "status"]
    alike = read_measures(pd.DataFrame(cells, columns=columns), UNITS, LEAGUE)
    table = learning_from_mistakes_2016(alike, LEAGUE).table
    expected = [2.5 / 4, 2.0 / 4, 0.5 / 4, 1.25 / 3]
    np.testing.assert_allclose(table["score"], expected, rtol=1e-12)


def test_cut_points_are_of_another_scale() -> None:
    league = LEAGUE.model_copy(update={"bands": _bands("cut_points", 0.5, None)})
    assert learning_from_mistakes_2016(_measures(), league).table["band"].isna().all()


def test_what_became_of_the_gaps() -> None:
    kept = learning_from_mistakes_2016(_measures(), LEAGUE).treatment
    assert kept.loc["A"].tolist() == ["used", "used", "as_zero", "used"]
    assert kept.loc["D"].tolist() == ["used", "used", "not_applicable", "used"]
    harsh = learning_from_mistakes_2016(_measures(), LEAGUE, not_applicable="nothing").treatment
    assert harsh.loc["D"].tolist() == ["used", "used", "as_zero", "used"]


def test_another_word_for_what_does_not_apply_is_refused() -> None:
    with pytest.raises(InvalidInput, match="it is one of 'left_out', 'nothing'"):
        learning_from_mistakes_2016(_measures(), LEAGUE, not_applicable="zero")
