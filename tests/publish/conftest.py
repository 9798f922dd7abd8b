from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from openness.league.definition import League
from openness.measures import Measures, completeness, missing_cells, read_measures
from openness.result import Result, unmarked
from openness.standing import PairMap, rank
from openness.standing.missingness_table import missingness_table
from openness.study import Study, StudySummary

from ..standings import made_standing


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
def make_ranking(league: League) -> Callable[..., Result]:
    """A ranking of `units` units, the last `unmeasured` of which have no measure."""

    def make(units: int, unmeasured: int = 0, league=league, **settings) -> Result:
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
        return rank(made_standing(draws, completeness, frame, league, reliability, **settings))

    return make


@pytest.fixture
def make_bands(make_ranking, league) -> Callable[..., Result]:
    """Bands of the ranking that `make_ranking` makes of the same arguments."""

    def make(units: int, unmeasured: int = 0, unstable: int = 0, **settings) -> Result:
        ranking = make_ranking(units, unmeasured, **settings)
        table = unmarked(ranking.table)
        ids = [band.id for band in league.bands.levels]
        likeliest = table[[f"prob_{band}" for band in ids]].max(axis=1)
        stable = pd.Series(np.arange(units) >= unstable, table.index, dtype="boolean")
        facts = {"loss": "zero-one", "set_prob": 0.95}
        table = table.assign(
            probability=likeliest,
            monte_carlo_error=0.0125,
            stable=stable.where(table["ranked"]),
            set_best=pd.Series("good", table.index).where(table["ranked"]),
            set_worst=pd.Series("middling", table.index).where(table["ranked"]),
            set_probability=0.97,
            set_error=0.004,
            **facts,
        )
        summary = ranking.summary.assign(
            expected_misbanded=0.31, monte_carlo_error=0.002, unstable=unstable
        )
        about = {**facts, "scope": ranking.about["scope"]}
        return replace(ranking, kind="bands", table=table, summary=summary, about=about)

    return make


@pytest.fixture
def make_grades(make_ranking) -> Callable[..., Result]:
    """The ranking that `make_ranking` makes, cut into `number` grades of nearly the same size."""

    def make(
        units: int, unmeasured: int = 0, number: int = 3, unstable: int = 0, **settings
    ) -> Result:
        ranking = make_ranking(units, unmeasured, **settings)
        table = unmarked(ranking.table)
        together = ranking.about["scope"] == "all"
        stratum = table["group"].mask(np.full(units, together), "all")
        sizes = table["ranked"].groupby(stratum).transform("sum")
        place = table.groupby(stratum).cumcount()
        grade = (place * number // sizes.clip(lower=1) + 1).where(table["ranked"]).astype("Int64")
        stable = pd.Series(np.arange(units) >= unstable, table.index, dtype="boolean")
        table = table.assign(
            position=(place + 1).where(table["ranked"]).astype("Int64"),
            grade=grade,
            stable=stable.where(table["ranked"]),
        )
        facts = {"n_grades": number, "lam": 0.25, "objective": -12.5, "discordance": 0.05}
        facts |= {"discordance_error": 0.0012, "concordance": 0.45, "concordance_error": 0.0012}
        facts |= {"tau": 0.4, "tau_error": 0.0024, "share_wrong": 0.1, "share_wrong_error": 0.0024}
        facts |= {"lower_bound": -12.5, "gap": 0.0, "optimal": True, "unstable": unstable}
        summary = ranking.summary[["label", "units"]].assign(**facts)
        maps, paths = {}, {}
        for part, row in summary.iterrows():
            count = int(row["units"])
            wins = np.linspace(0, 1, count)
            pi = 0.5 + 0.49 * (wins[None, :] - wins[:, None])
            edges = np.linspace(0, count, number + 1).round().astype(int)
            means = 0.5 + 0.4 * np.sign(np.arange(number)[None, :] - np.arange(number)[:, None])
            maps[str(part)] = PairMap(pi, tuple(edges.tolist()), means)
            lams = pd.Index(np.linspace(0, 1, 6).round(1), name="lam")
            share = np.linspace(0, 0.1, 6)
            path = {"n_grades": range(1, 7), "discordance": share, "tau": np.sqrt(share)}
            paths[part] = pd.DataFrame(path, index=lams)
        return replace(
            ranking,
            kind="grades",
            table=table,
            summary=summary,
            about={**ranking.about, "rule": "lam"},
            parts={"frontier": pd.concat(paths, names=["stratum"]), "pairs": maps},
        )

    return make


@pytest.fixture
def make_missingness(make_evidence) -> Callable[..., Result]:
    """What is missing from the evidence of `make_evidence`, at scores that were drawn."""

    def make(units: int = 60, groups: int = 2, **settings) -> Result:
        measures, league = make_evidence(units, groups=groups)
        draws = np.random.default_rng(1).normal(size=(200, units))
        known = completeness(measures, league)
        standing = made_standing(draws, known, measures.units, league, np.ones(units), **settings)
        counts = missing_cells(measures, league)
        table = missingness_table(standing, counts, np.random.default_rng(2))
        about = {**standing.interval, "scope": standing.scope}
        return Result("missingness", table, league, standing=standing, about=about)

    return make


@pytest.fixture
def make_stress(make_ranking) -> Callable[..., Result]:
    """Bands of the first units of a ranking at three slopes, of which the last failed the gate."""

    def make(units: int = 12, step: str = "slope", failed: str = "", **settings) -> Result:
        ranking = make_ranking(units, **settings)
        table = unmarked(ranking.table)
        bands = pd.DataFrame(dict.fromkeys((-1.0, 0.0, 1.0), table["band"]))
        bands.iloc[0, 2] = "poor"
        ranks = pd.DataFrame(dict.fromkeys((-1.0, 0.0, 1.0), table["expected_rank"]))
        changes = table[["name", "group", "band"]].head(8)
        changes[f"{step}_below"], changes["band_below"] = np.nan, None
        first = changes.index == table.index[0]
        changes[f"{step}_above"] = np.where(first, 1.0, np.nan)
        changes["band_above"] = pd.Series("poor", changes.index).where(first)
        gate = pd.Series({-1.0: "", 0.0: "", 1.0: failed})
        return Result(
            "stress",
            changes,
            ranking.league,
            standing=ranking.standing,
            about={"step": step, "draft": bool(failed)},
            parts={"bands": bands, "expected_rank": ranks, "gate": gate},
        )

    return make


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


CONDITIONS = ("complete", "gaps")
METHODS = ("mean_fill", "model", "model_order")


@pytest.fixture
def study() -> Study:
    world = {"types": {"a": {"units": 9}}, "domains": {"s": {"family": "score", "indicators": 2}}}
    levels = [{"id": name, "label": name, "share": 0.5} for name in ("up", "down")]
    return Study.model_validate(
        {
            "id": "s", "title": "A study", "seed": 1, "replicates": 4, "methods": ["mean_fill"],
            "bands": {"rule": "shares", "levels": levels},
            "conditions": [{"id": c, "label": f"All of {c}", **world} for c in CONDITIONS],
        }
    )  # fmt: skip


@pytest.fixture
def summary(study) -> StudySummary:
    rows = [
        {"condition": c, "method": m, "among": a, "figure": f, "mean": mean, "error": 0.01}
        for c in CONDITIONS
        for m in METHODS
        for a in ("all", "incomplete")
        if c == "gaps" or a == "all"
        for f, mean in (("wrong_band", 0.3), ("rank_bias", -2.0), ("coverage", 0.94))
        if m != "mean_fill" or f != "coverage"
    ]
    figures = pd.DataFrame(rows).assign(replicates=4, units=9.0)
    fits = pd.DataFrame(
        {
            "replicates": [4, 4], "fits": [4, 4], "failed": [0, 1], "missed_gate": [1, 0],
            "rhat": [1.07, np.nan], "ess": [90.0, np.nan], "divergences": [0.0, np.nan],
        },
        index=pd.Index(CONDITIONS, name="condition"),
    )  # fmt: skip
    failures = pd.DataFrame(
        [
            {
                "condition": "gaps",
                "method": "model",
                "reason": "FitFailed: no [start]",
                "replicates": 1,
            }
        ]
    )
    return StudySummary(study, figures, fits, failures)


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
