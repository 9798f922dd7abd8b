"""Rows of other periods, and what they lead one to expect of this one."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest

from openness.league.definition import League
from openness.measures import read_measures
from openness.measures.history import own_past
from openness.measures.overdispersion import DISPERSIONS
from openness.measures.peers import usual
from openness.measures.sample import sample_of

from .small import UNITS, make_league, text_frame

YEARS = """\
unit,period,indicator,value,denominator,status
NA,2024,valued,0.6,100,observed
001,2024,valued,0.5,100,observed
NA,2023,valued,0.4,100,
NA,2023,incidents,152,20000,observed
001,2023,incidents,0,20000,confirmed
001,2023,valued,40,100,observed
NA,2023,inspection,good,,observed
001,2023,has_policy,1,,observed
AMB,2023,incidents,7,100,observed
AMB,2023,valued,0.3,0,observed
AMB,2022,valued,,,not_returned
GONE,2022,valued,0.4,100,observed
001,2022,closed,0.4,100,observed
001,2022,valued,0.7,80,observed
001,2022,valued,0.2,80,observed
"""


def test_the_history_is_what_is_sound_in_other_periods(league: League) -> None:
    read = read_measures(text_frame(YEARS), text_frame(UNITS), league, period="2024")
    assert read.history.to_numpy().tolist() == [
        ["001", "valued", "2022", 0.7, 80],
        ["NA", "incidents", "2023", 152, 20_000],
        ["NA", "valued", "2023", 0.4, 100],
    ]
    assert len(read.observed) == 2


def test_a_table_of_one_period_has_no_history(league: League) -> None:
    table = text_frame(YEARS).query("period == '2024'")
    read = read_measures(table, text_frame(UNITS), league)
    assert read.history.empty
    assert list(read.history) == ["unit", "indicator", "period", "value", "denominator"]


def past_of(
    rates: dict[str, Sequence[float] | np.ndarray], exposure: float = 10_000
) -> pd.DataFrame:
    """Counts with these rates in each period, of the same exposure."""
    units = [f"U{i}" for i in range(len(next(iter(rates.values()))))]
    parts = [
        pd.DataFrame(
            {
                "unit": units,
                "period": period,
                "value": np.rint(np.array(of_one) * exposure),
                "denominator": exposure,
                "group": "acute",
            }
        )
        for period, of_one in rates.items()
    ]
    return pd.concat(parts).query("value >= 0")


INCIDENTS = make_league().indicator("incidents")


def test_the_past_is_relative_to_the_peers_of_each_period() -> None:
    """All rates halve from one year to the next, and nobody differs from the others by more."""
    relative = np.exp(np.linspace(-0.7, 0.7, 21))
    own = own_past(INCIDENTS, past_of({"2022": 0.2 * relative, "2023": 0.1 * relative}))
    factor = own["factor"].to_numpy()
    assert factor / factor[10] == pytest.approx(relative, rel=0.02)
    assert factor[10] == pytest.approx(1, rel=0.1), (
        "a gamma law has its mean a bit above its median"
    )


def test_factor_and_variance_are_those_of_a_gamma_posterior() -> None:
    rng = np.random.default_rng(1)
    past = past_of({"2022": list(0.01 * rng.gamma(8, 1 / 8, 30))})
    own = own_past(INCIDENTS, past)
    sample = sample_of(INCIDENTS, past)
    rate, dispersion = usual(sample)
    assert dispersion[0] in DISPERSIONS
    shape = 1 / dispersion + sample.events
    assert own["factor"].to_numpy() == pytest.approx(shape / (1 / dispersion + rate * sample.size))
    assert own["extra"].to_numpy() == pytest.approx(1 / shape)


def test_little_past_says_little() -> None:
    """A unit with no event where two were usual is expected to be a bit below its peers, or not."""
    past = past_of({"2022": [0.02] * 20 + [0.04] * 20 + [0.0]})
    past.loc[past["unit"] == "U40", "denominator"] = 70
    own = own_past(INCIDENTS, past).loc["U40"]
    assert 0.6 < own["factor"] < 0.95
    assert own["extra"] > 0.05


def test_units_come_and_go() -> None:
    """A negative rate stands for a unit that has no row in that period."""
    past = past_of({"2021": [0.02] * 9 + [-1], "2022": [0.02] * 10})
    own = own_past(INCIDENTS, past)
    assert set(own.index) == {f"U{i}" for i in range(10)}
    assert own_past(INCIDENTS, past.iloc[:3]).empty, "too few peers to be compared with"
    assert own_past(INCIDENTS, past.iloc[:0]).empty
