import pytest

from openness.publish import write
from openness.publish.grades import proof_line, worth_lines

from .reading import cells, has_no_empty_cell, printed


def test_the_view_keeps_the_two_shares_apart(make_grades):
    graded = make_grades(30, unmeasured=2, unstable=1)
    text = printed(graded, top=3, bottom=2)
    said = " ".join(text.split())
    assert "3 grades of 28 trusts" in said
    assert "of all pairs of trusts, 5.0% (Monte Carlo error 0.1) are expected to be graded" in said
    assert "That is not the share of the distinctions made that are wrong" in said
    assert "of the pairs that are graded apart, 10.0% (Monte Carlo error 0.2)" in said
    assert "0.400 (Monte Carlo error 0.002)" in said
    assert "more than 80% probable" in said
    assert "Proved optimal" in said
    assert "1 of 28 would be in another grade" in said
    assert "Number of trusts by grade, from 1: 10, 9, 9." in said
    assert "Not ranked (2)" in said
    first = graded.table.iloc[0]
    row = next(line for line in text.splitlines() if first["name"] in line)
    assert row.split()[0] == "1~"


def test_one_grade_is_said_to_be_one(make_grades, league):
    row = make_grades(30, number=1).summary.loc["all"]
    (line,) = worth_lines(row, league)
    assert "No order is sure enough to part any two trusts at discordance penalty 0.25" in line


@pytest.mark.parametrize(
    ("facts", "rule", "words"),
    [
        ({"lower_bound": None, "optimal": None}, "lam", "Not certified"),
        ({}, "lam", "Proved optimal: no grading has a lower objective than -12.5."),
        ({}, "n_grades", "no grading with any number of grades has a lower objective"),
        (
            {"lower_bound": -13.0, "gap": 0.5, "optimal": False},
            "lam",
            "Not proved optimal: the objective is -12.5, and no grading is below -13, a gap of 0",
        ),
    ],
)
def test_what_is_proved_is_said(make_grades, facts, rule, words):
    row = make_grades(30).summary.loc["all"].copy()
    for name, value in facts.items():
        row[name] = value
    assert words in proof_line(row, rule)


def test_groups_have_their_own_tables(make_grades):
    text = printed(make_grades(9, scope="within_group"))
    assert text.index("Acute, 3 grades of 6") < text.index("Mental health, 3 grades of 3")


@pytest.mark.parametrize("certified", [True, False])
def test_files_have_the_suffix_and_no_empty_cell(make_grades, tmp_path, certified):
    graded = make_grades(30, unmeasured=2)
    if not certified:
        graded.summary[["lower_bound", "gap", "optimal"]] = None
    paths = write(graded, tmp_path, suffix="_all")
    tables = {"grades_all.csv", "grades_summary_all.csv", "frontier_all.csv", "symbols.csv"}
    pictures = {
        f"{stem}_all.{kind}" for stem in ("grades", "pairs", "frontier") for kind in ("png", "svg")
    }
    assert {path.name for path in paths} == tables | pictures
    for name in tables:
        assert has_no_empty_cell(tmp_path / name), name
    rows = cells(tmp_path / "grades_all.csv")
    grade = rows[0].index("grade")
    assert [row[grade] for row in rows[-3:]] == ["3", "[u]", "[u]"]
