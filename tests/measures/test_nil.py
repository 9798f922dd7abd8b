"""Nil and partial returns are found in a table, told, marked or confirmed."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from openness.errors import InvalidInput, NilReturns
from openness.league.definition import League
from openness.measures import Measures, audit, find_nil_returns, nil, read_measures
from openness.measures.nil import refuse_nil_returns
from openness.measures.peers import judge
from openness.measures.sample import sample_of

from .small import make_league

N = 40
CODES = [f"U{i:02d}" for i in range(N)]
UNITS = pd.DataFrame({"unit": CODES, "name": CODES, "group": "acute"})
PERIODS = ("2022", "2023", "2024")


def tables(periods: tuple[str, ...] = ("",), seed: int = 1) -> pd.DataFrame:
    """Honest incidents and shares of 40 trusts: their rates differ by 40%, and by 8% over time."""
    rng = np.random.default_rng(seed)
    days, people = np.rint(20_000 * np.exp(rng.normal(0, 0.4, N))), np.full(N, 500)
    rates, odds = 0.02 * np.exp(rng.normal(0, 0.4, N)), np.exp(rng.normal(0, 0.3, N))
    frames = []
    for period in periods:
        share = odds * np.exp(rng.normal(0, 0.08, N))
        values = {
            "incidents": (rng.poisson(days * rates * np.exp(rng.normal(0, 0.08, N))), days),
            "valued": (rng.binomial(people, share / (1 + share)) / people, people),
        }
        for indicator, (value, size) in values.items():
            frame = pd.DataFrame({"unit": CODES, "value": value.astype(float), "denominator": size})
            frames.append(frame.assign(indicator=indicator, period=period, status="", note=""))
    return pd.concat(frames, ignore_index=True)


def altered(table: pd.DataFrame, unit: str, indicator: str, **columns: object) -> pd.DataFrame:
    """The table with one cell of its last period changed."""
    chosen = (table["unit"] == unit) & (table["indicator"] == indicator)
    chosen &= table["period"] == table["period"].max()
    return table.assign(
        **{name: table[name].mask(chosen, value) for name, value in columns.items()}
    )


def read(table: pd.DataFrame, league: League | None = None, period: str | None = None) -> Measures:
    return read_measures(table, UNITS, league or make_league(), period=period)


def found(
    table: pd.DataFrame, league: League | None = None, period: str | None = None
) -> list[tuple[str, str]]:
    league = league or make_league()
    return find_nil_returns(read(table, league, period), league).index.tolist()


def test_an_honest_table_passes() -> None:
    assert found(tables()) == []
    assert found(tables(PERIODS), period="2024") == []


@pytest.mark.parametrize("indicator", ["incidents", "valued"])
def test_a_nil_is_found_and_told(indicator: str) -> None:
    measures = read(altered(tables(), "U07", indicator, value=0))
    table = find_nil_returns(measures, make_league())
    assert table.index.tolist() == [("U07", indicator)]
    row = table.iloc[0]
    assert row["against"] == f"its size and {N - 1} other trusts of its group (acute)"
    assert row["events"] == 0
    assert row["label"] == "0"
    assert row["place"] == f"row {7 + N * (indicator == 'valued')}"
    twin = judge(
        sample_of(
            make_league().indicator(indicator),
            measures.cells.query("indicator == @indicator").assign(group="acute"),
        )
    )
    assert row["expected"] == twin.expected[7]
    assert row["probability"] == twin.probability[7] < 1e-8


def test_several_are_listed_in_the_order_of_the_cells() -> None:
    table = altered(tables(), "U20", "incidents", value=0)
    table = altered(altered(table, "U07", "incidents", value=1), "U20", "valued", value=0.002)
    assert found(table) == [("U07", "incidents"), ("U20", "valued"), ("U20", "incidents")]


@pytest.mark.parametrize("note", ["confirmed: by the trust, 3 May", "  Confirmed:no incidents"])
def test_a_confirmed_value_passes(note: str) -> None:
    assert found(altered(tables(), "U07", "incidents", value=0, note=note)) == []


@pytest.mark.parametrize("note", ["to be confirmed: ask", "confirmed by the trust", "checked"])
def test_another_note_does_not_confirm(note: str) -> None:
    table = altered(tables(), "U07", "incidents", value=0, note=note)
    assert found(table) == [("U07", "incidents")]


def test_a_marked_value_passes() -> None:
    assert found(altered(tables(), "U07", "incidents", value=0, status="system_change")) == []


def test_a_confirmed_nil_excuses_nobody_else() -> None:
    table = altered(tables(), "U07", "incidents", value=0, note="confirmed:")
    assert found(altered(table, "U08", "incidents", value=0)) == [("U08", "incidents")]


def test_the_refusal_names_every_cell_and_the_ways_out(tmp_path: Path) -> None:
    table = altered(altered(tables(), "U07", "incidents", value=0), "U20", "valued", value=0.02)
    table.to_csv(tmp_path / "measures.csv", index=False)
    measures = read_measures(tmp_path / "measures.csv", UNITS, make_league())
    with pytest.raises(NilReturns) as refusal:
        refuse_nil_returns(find_nil_returns(measures, make_league()), measures)
    first, second = refusal.value.problems
    assert str(first).startswith("measures.csv: line 9, column value: 0.0 for incidents of U07; ")
    assert second.where == f"line {2 + N + 20}, column value"
    assert second.found == "0.02 for valued of U20"
    assert ", not 10 (probability " in second.allowed
    message = str(refusal.value)
    assert message.startswith("2 observed values look like nil or partial returns:\n")
    assert "system_change, not_returned" in message
    assert '"confirmed:"' in message
    assert isinstance(refusal.value, InvalidInput)


def test_nothing_found_is_nothing_refused() -> None:
    measures = read(tables())
    refuse_nil_returns(find_nil_returns(measures, make_league()), measures)


def test_the_audit_lists_them_first() -> None:
    measures = read(altered(tables(), "U07", "incidents", value=0))
    report = audit(measures, make_league())
    assert report.sections[0] is report.nil_returns
    assert report.nil_returns.table.index.tolist() == [("U07", "incidents")]
    assert "Mark each" in report.nil_returns.note
    assert "No count or share" in audit(read(tables()), make_league()).nil_returns.note


def test_the_own_past_finds_what_the_peers_do_not() -> None:
    """A fifth of a return: possible among trusts that differ by 40%, but not after its own past."""
    table = tables(PERIODS)
    past = table.query("unit == 'U07' and indicator == 'incidents' and period == '2023'")
    partial = altered(table, "U07", "incidents", value=float(past["value"].iloc[0] // 5))
    assert found(partial.query("period == '2024'")) == []
    measures = read(partial, period="2024")
    only = find_nil_returns(measures, make_league())
    assert only.index.tolist() == [("U07", "incidents")]
    against = f"what it returned in 2022, 2023 and {N - 1} other trusts of its group (acute)"
    assert only["against"].iloc[0] == against
    assert only["expected"].iloc[0] == pytest.approx(past["value"].iloc[0], rel=0.2)


def test_a_past_of_nils_does_not_excuse_another() -> None:
    table = tables(PERIODS)
    table.loc[(table["unit"] == "U07") & (table["indicator"] == "incidents"), "value"] = 0.0
    measures = read(table, period="2024")
    only = find_nil_returns(measures, make_league())
    assert only["against"].tolist() == [f"its size and {N - 1} other trusts of its group (acute)"]


def test_a_design_effect_leaves_less_to_go_by_and_is_not_seen_in_the_events() -> None:
    table = altered(tables(), "U07", "incidents", value=0)

    def nil_of(design_effect: float) -> pd.Series:
        incidents = {"id": "incidents", "family": "count", "domain": "reporting"}
        shares = {"id": "valued", "family": "proportion", "domain": "survey"}
        league = make_league([incidents | {"design_effect": design_effect}, shares])
        return find_nil_returns(read(table, league), league).iloc[0]

    plain, clustered = nil_of(1.0), nil_of(4.0)
    assert clustered["expected"] == pytest.approx(plain["expected"], rel=0.05)
    assert clustered["probability"] > 10 * plain["probability"]


def test_a_count_of_unknown_size_is_not_judged() -> None:
    league = make_league(missing_denominator="indicator_median")
    table = altered(tables(), "U07", "incidents", value=0, denominator=np.nan)
    table = altered(table, "U08", "valued", value=0, denominator=np.nan)
    assert found(table, league) == [("U08", "valued")]


def test_what_is_not_scored_blocks_nothing() -> None:
    spare = {"id": "incidents", "family": "count", "domain": "reporting", "scored": False}
    shares = {"id": "valued", "family": "proportion", "domain": "survey"}
    assert found(altered(tables(), "U07", "incidents", value=0), make_league([spare, shares])) == []


def test_a_league_without_counts_and_shares_has_nothing_to_find() -> None:
    league = make_league([{"id": "has_policy", "family": "binary", "domain": "inspection"}])
    table = pd.DataFrame({"unit": CODES, "indicator": "has_policy", "value": [0, 1] * (N // 2)})
    assert found(table, league) == []


def test_the_threshold_is_shared_by_the_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocked if and only if the probability is below half the false alarm over the cells."""
    measures = read(altered(tables(), "U07", "incidents", value=20))
    probability = find_nil_returns(measures, make_league())["probability"].iloc[0]
    at = probability * 2 * 2 * N
    monkeypatch.setattr(nil, "FALSE_ALARM", 1.01 * at)
    assert len(find_nil_returns(measures, make_league())) == 1
    monkeypatch.setattr(nil, "FALSE_ALARM", 0.99 * at)
    assert len(find_nil_returns(measures, make_league())) == 0


def test_judging_again_without_the_past_finds_no_more() -> None:
    """A run does not keep the history: what passed with it must pass without."""
    blocked = 0
    for seed in range(5):
        table = tables(PERIODS, seed)
        for unit in ("U03", "U30"):
            low = table.query("unit == @unit and indicator == 'incidents'")["value"].iloc[-1]
            table = altered(table, unit, "incidents", value=float(low // 12))
        with_past = read(table, period="2024")
        without = replace(with_past, history=with_past.history.iloc[:0])
        fewer = find_nil_returns(without, make_league()).index
        assert set(fewer) <= set(find_nil_returns(with_past, make_league()).index)
        blocked += len(fewer)
    assert blocked > 0


def test_honest_leagues_pass() -> None:
    """30 honest tables with history: a promise of 1 in 500 leaves 0.06 to be expected."""
    leagues = [read(tables(PERIODS, seed), period="2024") for seed in range(30)]
    assert all(find_nil_returns(one, make_league()).empty for one in leagues)
