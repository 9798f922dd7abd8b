from dataclasses import replace
from types import SimpleNamespace

import pandas as pd
import pytest

from openness.measures import Section
from openness.result import Result

from .reading import printed


def test_a_pipe_gets_plain_text_of_100_columns(make_ranking):
    text = printed(make_ranking(30))
    assert "\x1b" not in text
    assert max(len(line) for line in text.splitlines()) <= 100


def test_both_ends_are_shown_and_what_lies_between_is_counted(make_ranking):
    ranking = make_ranking(30)
    table = ranking.table
    text = printed(ranking, top=3, bottom=2)
    shown = [name for name in table["name"] if name in text]
    assert shown == table["name"].iloc[[0, 1, 2, 28, 29]].tolist()
    assert "25 more" in text


def test_all_are_shown_if_there_are_no_more(make_ranking):
    ranking = make_ranking(5)
    table = ranking.table
    text = printed(ranking, top=3, bottom=2)
    assert all(name in text for name in table["name"])
    assert "..." not in text


def test_a_row_says_rank_interval_measures_and_chances(make_ranking):
    ranking = make_ranking(8)
    table = ranking.table
    first = table.iloc[0]
    text = printed(ranking)
    row = next(line for line in text.splitlines() if first["name"] in line)
    assert row.startswith(f"1 ({first['rank_lower']:g} to {first['rank_upper']:g})")
    assert "2 of 3" in row
    assert row.count("*") == 1
    assert "95% equal-tailed credible interval" in text


def test_long_bands_are_numbered_and_leave_the_names_their_room(make_ranking, league):
    wordy = [
        band.model_copy(update={"label": f"{band.label} levels of transparency"})
        for band in league.bands.levels
    ]
    bands = league.bands.model_copy(update={"levels": tuple(wordy)})
    long = league.model_copy(update={"bands": bands})
    ranking = make_ranking(8, league=long)
    table = ranking.table
    text = printed(ranking)
    assert all(name in text for name in table["name"])
    assert "Band 1: Good levels of transparency; Band 2: In between levels" in text


def test_places_that_are_not_told_apart_are_shared(make_ranking, league):
    never = league.model_copy(update={"places": "never"})
    ranking = make_ranking(8, league=never)
    table = ranking.table
    first = table.iloc[0]
    text = printed(ranking)
    row = next(line for line in text.splitlines() if first["name"] in line)
    span = f"{first['rank_median']:g} ({first['rank_lower']:g} to {first['rank_upper']:g})"
    assert row.startswith(span)
    assert f"{first['shared_rank']:g}=" in row
    said = " ".join(text.split())
    assert "and the league asks for no single places: no single places are shown" in said
    assert "Shared" not in printed(make_ranking(8)).splitlines()[1]


def test_long_names_are_folded_and_not_cut(make_ranking):
    ranking = make_ranking(3)
    table = ranking.table
    name = "Birmingham and Solihull Mental Health and Learning Disability NHS Foundation Trust"
    text = printed(replace(ranking, table=table.assign(name=name)))
    assert "…" not in text
    words = " ".join(text.split())
    assert all(word in words for word in name.split())


def test_units_that_are_not_ranked_come_with_the_reason(make_ranking):
    ranking = make_ranking(30, unmeasured=12)
    table = ranking.table
    text = printed(ranking)
    assert "Not ranked (12)" in text
    assert f"{table['name'].iloc[-12]}: no measure was observed" in text
    assert "and 2 more" in text


def test_groups_have_their_own_tables(make_ranking):
    text = printed(make_ranking(9, scope="within_group"))
    assert text.index("Acute, 6 ranked") < text.index("Mental health, 3 ranked")


@pytest.fixture
def audited(league):
    """An audit with these sections."""

    def make(*sections: Section) -> Result:
        audit = SimpleNamespace(sections=sections)
        return Result("audit", pd.DataFrame(), league, parts={"audit": audit})

    return make


def test_an_audit_shows_every_section_and_says_what_it_leaves_out(audited):
    frame = pd.DataFrame(
        {"status": ["suppressed"] * 30, "value": [0.25] * 29 + [None], "scored": [True] * 30},
        index=pd.Index([f"R[{number}]" for number in range(30)], name="unit"),
    )
    audit = audited(
        Section("Values not used", frame, "They stay in the record."),
        Section("Warnings", frame.iloc[:0], ""),
    )
    text = printed(audit, top=25)
    assert "Values not used (30)" in text
    assert "R[24]" in text
    assert "R[25]" not in text
    assert "... 5 more" in text
    assert "They stay in the record." in text
    assert "yes" in text
    assert text.rstrip().endswith("Warnings (0)")
    assert "shorthand" not in text
    everything = printed(audit, top=100)
    assert everything.startswith("Some shorthand is used: [x] = not available (not collected).\n")
    (last,) = (line for line in everything.splitlines() if "R[29]" in line)
    assert "[x]" in last


def test_statuses_that_head_columns_are_shortened_and_those_of_no_cell_left_out(audited):
    frame = pd.DataFrame(
        {"scored": [True, False], "observed": [3, 2], "not_returned": [0, 1], "withdrawn": [0, 0]},
        index=pd.Index(["q1", "q2"], name="indicator"),
    ).assign(note=["", "late"])
    section = Section("Cells", frame, "")
    lines = printed(audited(section)).splitlines()
    assert lines[0] == "Some shorthand is used: [z] = not applicable; [nr] = not returned."
    assert lines[3].split() == ["indicator", "scored", "observed", "[nr]", "note"]
    assert lines[5].split() == ["q1", "yes", "3", "0", "[z]"]
    assert lines[6].split() == ["q2", "no", "2", "1", "late"]


def test_without_shorthand_there_is_no_key(audited):
    frame = pd.DataFrame({"units": [3]}, index=pd.Index([2], name="measures_present"))
    section = Section("Units", frame, "")
    text = printed(audited(section))
    assert text.startswith("Units (1)")


def test_a_single_row_more_is_shown_and_not_counted(audited):
    for rows, counted in ((5, False), (6, True)):
        frame = pd.DataFrame({"unit": [f"R[{number}]" for number in range(rows)]})
        section = Section("Units", frame, "")
        text = printed(audited(section), top=4)
        assert ("... 2 more" in text) == counted
        assert ("R[4]" in text) != counted


def test_the_key_says_what_the_table_is_sorted_by(make_ranking):
    """Median ranks of a table sorted by expected rank need not rise, and readers ask why."""
    assert "Sorted by expected rank" in " ".join(printed(make_ranking(8)).split())


def test_nobody_ranked_is_said(make_ranking):
    text = printed(make_ranking(3, unmeasured=3))
    assert text.startswith("Openness of hospitals: 0 trusts ranked")
    assert "Not ranked (3)" in text
