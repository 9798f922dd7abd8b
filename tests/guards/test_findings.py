"""All findings of a fit: their order, what a league accepts, and when nobody looks."""

from __future__ import annotations

from dataclasses import replace

import pytest

import openness
from openness.errors import InvalidInput, InvalidLeague
from openness.fitting import Fit
from openness.guards import GUARDS, Finding, findings, forget, guards_against, look
from openness.league import League, load_league

from .conftest import SURVEY, fit_of, guarded_league
from .test_guards import _mistyped


def accepting(league: League, *accepted: dict[str, str]) -> League:
    record = league.model_dump(exclude_none=True)
    record["guards"] = {"accepted": list(accepted)}
    return League.model_validate(record)


def test_the_gravest_come_first() -> None:
    fit = fit_of(guarded_league(), _mistyped, **{SURVEY[0]: 0.99})
    severities = [finding.severity for finding in findings(fit)]
    assert severities == sorted(severities, key=["stops", "warns", "notes"].index)
    assert {"stops", "warns", "notes"} == set(severities)
    assert openness.guard(fit).table["severity"].tolist() == severities


def test_an_accepted_warning_is_a_note_with_its_reason(league: League) -> None:
    fit = fit_of(league, _mistyped)
    about = f"{SURVEY[3]} and T003"
    known = {"guard": "outlying_cells", "about": about, "why": "All of them answered yes."}
    calm = replace(fit, league=accepting(league, known))
    (found,) = (f for f in findings(calm) if f.name == "outlying_cells")
    assert found.severity == "notes"
    assert found.sentence.endswith("Accepted by the league: All of them answered yes.")
    other = replace(fit, league=accepting(league, known | {"about": f"{SURVEY[3]} and T004"}))
    left = [f for f in findings(other) if f.name == "outlying_cells"]
    assert [f.severity for f in left] == ["warns", "notes"]
    assert "that nobody gives" in left[1].sentence


def test_what_stops_cannot_be_accepted(league: League) -> None:
    fit = fit_of(league, **{SURVEY[0]: 0.99})
    known = {"guard": "takeover", "why": "We like it."}
    found = findings(replace(fit, league=accepting(league, known)))
    assert "stops" in {finding.severity for finding in found if finding.name == "takeover"}


def test_an_acceptance_needs_a_reason(league: League) -> None:
    record = league.model_dump(exclude_none=True)
    record["guards"] = {"accepted": [{"guard": "takeover"}]}
    with pytest.raises(InvalidLeague, match="why"):
        load_league(record)


def test_a_threshold_of_the_league_counts(honest: Fit, league: League) -> None:
    record = league.model_dump(exclude_none=True)
    record["guards"] = {"takeover_communality": 0.5}
    found = findings(replace(honest, league=League.model_validate(record)))
    named = {f.about for f in found if "has become" in f.sentence}
    assert set(SURVEY) <= named


def test_a_fit_is_looked_at_once(honest: Fit) -> None:
    assert look(honest) is look(honest)
    assert findings(honest) is findings(honest)


def test_nobody_looks_at_another_model(honest: Fit) -> None:
    joint = replace(honest, provenance={**honest.provenance, "method": "joint"})
    (found,) = findings(joint)
    assert found.severity == "notes"
    assert "nobody looked" in found.sentence
    assert len(openness.guard(joint).table) == 1
    with pytest.raises(InvalidInput, match="'collapsed'"):
        openness.composition(joint)


def test_a_guard_of_ones_own_is_asked(honest: Fit) -> None:
    @guards_against("own")
    def own(looked):
        yield Finding("own", "notes", f"{len(looked.cells.units)} units.")

    try:
        assert [f.sentence for f in findings(honest) if f.name == "own"] == ["90 units."]
        with pytest.raises(InvalidInput, match="names of their own"):
            guards_against("takeover")(own)
    finally:
        forget("own")
    assert "own" not in GUARDS
    assert not [f for f in findings(honest) if f.name == "own"]
