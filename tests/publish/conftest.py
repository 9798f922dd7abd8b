from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from openness.league.definition import League
from openness.measures import Measures, read_measures
from openness.standing.table import ranking_table


@pytest.fixture
def league() -> League:
    """Two groups and three bands, one of them with a label of two words."""
    indicator = {"family": "proportion", "direction": "higher_is_better", "domain": "survey"}
    return League.model_validate(
        {
            "id": "small",
            "title": "Openness of hospitals",
            "unit": "trust",
            "unit_plural": "trusts",
            "groups": [
                {"id": "acute", "label": "Acute"},
                {"id": "mental", "label": "Mental health"},
            ],
            "domains": [{"id": "survey", "label": "Survey"}],
            "indicators": [indicator | {"id": "q1", "label": "Q1"}],
            "bands": {
                "rule": "shares",
                "levels": [
                    {"id": "good", "label": "Good", "share": 0.25},
                    {"id": "middling", "label": "In between", "share": 0.5},
                    {"id": "poor", "label": "Poor", "share": 0.25},
                ],
            },
        }
    )


@pytest.fixture
def make_table(league: League) -> Callable[..., pd.DataFrame]:
    """A ranking of `units` units, the last `unmeasured` of which have no measure."""

    def make(units: int, unmeasured: int = 0, league=league, **settings) -> pd.DataFrame:
        rng = np.random.default_rng(2016)
        index = pd.Index([f"R{number:04d}" for number in range(units)], name="unit")
        frame = pd.DataFrame(
            {
                "name": [f"Trust [{number}] of Somewhere & Co" for number in range(units)],
                "group": ["acute" if number % 3 else "mental" for number in range(units)],
            },
            index=index,
        )
        present = np.where(np.arange(units) < units - unmeasured, 2, 0)
        completeness = pd.DataFrame(
            {"measures_present": present, "measures_applicable": 3, "domains_present": 1},
            index=index,
        )
        draws = rng.normal(size=units) + 0.5 * rng.normal(size=(200, units))
        reliability = np.full(units, 0.8)
        return ranking_table(draws, completeness, frame, league, reliability, **settings)

    return make


@dataclass(frozen=True)
class Banded:
    """Bands as `openness.bands` returns them."""

    table: pd.DataFrame
    summary: pd.DataFrame
    scope: str
    loss: str = "zero-one"
    set_prob: float = 0.95


@pytest.fixture
def make_bands(make_table, league) -> Callable[..., Banded]:
    """Bands of the ranking that `make_table` makes of the same arguments."""

    def make(units: int, unmeasured: int = 0, scope: str = "all", unstable: int = 0) -> Banded:
        table = make_table(units, unmeasured, scope=scope)
        ids = [band.id for band in league.bands.levels]
        likeliest = table[[f"prob_{band}" for band in ids]].max(axis=1)
        stable = pd.Series(np.arange(units) >= unstable, table.index, dtype="boolean")
        table = table.assign(
            probability=likeliest,
            monte_carlo_error=0.0125,
            stable=stable.where(table["ranked"]),
            set_best=pd.Series("good", table.index).where(table["ranked"]),
            set_worst=pd.Series("middling", table.index).where(table["ranked"]),
            set_probability=0.97,
            set_error=0.004,
            loss="zero-one",
            set_prob=0.95,
        )
        table.attrs["scope"] = scope
        return Banded(table, _summary(table, scope, unstable=unstable), scope)

    return make


@dataclass(frozen=True)
class Map:
    """Pairs as `openness.standing.PairMap` has them."""

    probability: np.ndarray
    edges: tuple[int, ...]
    by_grade: np.ndarray


@dataclass(frozen=True)
class Graded:
    """Grades as `openness.grades` returns them."""

    table: pd.DataFrame
    summary: pd.DataFrame
    frontier: pd.DataFrame
    pairs: dict[str, Map]
    scope: str
    rule: str = "lam"


@pytest.fixture
def make_grades(make_table) -> Callable[..., Graded]:
    """The ranking that `make_table` makes, cut into `number` grades of nearly the same size."""

    def make(
        units: int, unmeasured: int = 0, scope: str = "all", number: int = 3, unstable: int = 0
    ) -> Graded:
        table = make_table(units, unmeasured, scope=scope)
        among = (
            table["group"] if scope != "all" else table["group"].replace(".*", "all", regex=True)
        )
        sizes = table["ranked"].groupby(among).transform("sum")
        place = table.groupby(among).cumcount()
        grade = (place * number // sizes.clip(lower=1) + 1).where(table["ranked"]).astype("Int64")
        stable = pd.Series(np.arange(units) >= unstable, table.index, dtype="boolean")
        table = table.assign(
            position=(place + 1).where(table["ranked"]).astype("Int64"),
            grade=grade,
            stable=stable.where(table["ranked"]),
        )
        table.attrs["scope"] = scope
        facts = {"n_grades": number, "lam": 0.25, "objective": -12.5, "discordance": 0.05}
        facts |= {"discordance_error": 0.0012, "concordance": 0.45, "concordance_error": 0.0012}
        facts |= {"tau": 0.4, "tau_error": 0.0024, "share_wrong": 0.1, "share_wrong_error": 0.0024}
        facts |= {"lower_bound": -12.5, "gap": 0.0, "optimal": True}
        summary = _summary(table, scope, unstable=unstable, **facts)
        maps, paths = {}, {}
        for part, row in summary.iterrows():
            count = int(row["units"])
            wins = np.linspace(0, 1, count)
            pi = 0.5 + 0.49 * (wins[None, :] - wins[:, None])
            edges = np.linspace(0, count, number + 1).round().astype(int)
            means = 0.5 + 0.4 * np.sign(np.arange(number)[None, :] - np.arange(number)[:, None])
            maps[str(part)] = Map(pi, tuple(edges.tolist()), means)
            lams = pd.Index(np.linspace(0, 1, 6).round(1), name="lam")
            share = np.linspace(0, 0.1, 6)
            path = {"n_grades": range(1, 7), "discordance": share, "tau": np.sqrt(share)}
            paths[part] = pd.DataFrame(path, index=lams)
        return Graded(table, summary, pd.concat(paths, names=["among"]), maps, scope)

    return make


def _summary(table: pd.DataFrame, scope: str, **facts) -> pd.DataFrame:
    ranked = table[table["ranked"]]
    labels = {"all": "All trusts", "acute": "Acute", "mental": "Mental health"}
    counts = {"all": len(ranked)} if scope == "all" else ranked.groupby("group").size().to_dict()
    rows = {
        among: {"label": labels[among], "units": count, "expected_misbanded": 0.31}
        | {"monte_carlo_error": 0.002, **facts}
        for among, count in counts.items()
    }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("among")


@pytest.fixture
def make_evidence() -> Callable[..., tuple[Measures, League]]:
    """Evidence of `units` trusts, every third of which lacks something for its own reason."""

    def make(units: int, extra: int = 0, groups: int = 2) -> tuple[Measures, League]:
        share = {"family": "proportion", "direction": "higher_is_better", "domain": "survey"}
        rating = {"family": "ordinal", "direction": "higher_is_better", "domain": "board"}
        codes = ["acute", "mental", *(f"type{number}" for number in range(2, groups))]
        league = League.model_validate(
            {
                "id": "evidence",
                "title": "Openness of hospitals",
                "unit": "trust",
                "unit_plural": "trusts",
                "groups": [{"id": code, "label": code.capitalize()} for code in codes],
                "domains": [{"id": d, "label": d.capitalize()} for d in ("survey", "board")],
                "indicators": [
                    share | {"id": "q1", "label": "Feels safe"},
                    share | {"id": "q2", "label": "Is heard"},
                    rating
                    | {
                        "id": "board",
                        "label": "Board papers",
                        "categories": ["poor", "good"],
                        "groups": [code for code in codes if code != "mental"],
                    },
                    *(
                        share | {"id": f"more{number}", "label": f"More {number}"}
                        for number in range(extra)
                    ),
                ],
                "bands": {
                    "rule": "shares",
                    "levels": [
                        {"id": "a", "label": "A", "share": 0.5},
                        {"id": "b", "label": "B", "share": 0.5},
                    ],
                },
            }
        )
        return read_measures(*_tables(units, extra, codes), league), league

    return make


def _tables(units: int, extra: int, groups: list[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    codes = [f"U{number}" for number in range(units)]
    group = [groups[number % len(groups)] for number in range(units)]
    frame = pd.DataFrame({"unit": codes, "name": [f"Trust {code[1:]}" for code in codes]})
    rows = []
    for number, (unit, kind) in enumerate(zip(codes, group, strict=True)):
        lacking = {
            0: ("q2", "", "not_returned", "asked twice"),
            1: ("q1", "", "", ""),
            2: ("q2", "0.75", "under_query", ""),
        }[number % 3]
        for indicator in ("q1", "q2", *(f"more{position}" for position in range(extra))):
            if indicator != lacking[0]:
                rows.append((unit, indicator, "0.50", "100", "observed", ""))
        if lacking[2]:
            indicator, value, status, note = lacking
            rows.append((unit, indicator, value, "", status, note))
        if kind != "mental":
            rows.append((unit, "board", "good", "", "observed", ""))
    columns = ["unit", "indicator", "value", "denominator", "status", "note"]
    return pd.DataFrame(rows, columns=columns), frame.assign(group=group)
