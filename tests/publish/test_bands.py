from dataclasses import replace

from openness.publish import write

from .reading import cells, has_no_empty_cell, printed


def test_a_row_says_the_chances_the_error_and_the_set(make_bands):
    bands = make_bands(30, unmeasured=2, unstable=1)
    text = printed(bands, top=3, bottom=2)
    first = bands.table.iloc[0]
    row = next(line for line in text.splitlines() if first["name"] in line)
    assert row.count("~*") == 1
    assert row.rstrip().endswith("1.2  1 to 2")
    assert "... 23 more" in text
    said = " ".join(text.split())
    assert "in a wrong band: 31.0% (Monte Carlo error 0.2)." in said
    assert "1 of 28 would be in another band by one half of the draws" in said
    assert "Not ranked (2)" in said
    assert max(len(line) for line in text.splitlines()) <= 100


def test_groups_have_their_own_tables(make_bands):
    text = printed(make_bands(9, scope="within_group"))
    assert text.index("Acute, bands of 6 trusts") < text.index("Mental health, bands of 3 trusts")


def test_bands_by_number_within_groups_come_with_a_warning(make_bands, league):
    levels = [
        band.model_copy(update={"share": None, "count": 5 if number < 2 else None})
        for number, band in enumerate(league.bands.levels)
    ]
    rule = league.bands.model_copy(update={"rule": "counts", "levels": tuple(levels)})
    by_number = league.model_copy(update={"bands": rule})
    bands = make_bands(9, scope="within_group")
    within = printed(replace(bands, league=by_number))
    assert "a small group may be all in the first band" in " ".join(within.split())
    assert "all in the first band" not in printed(replace(make_bands(9), league=by_number))


def test_files_have_the_suffix_and_no_empty_cell(make_bands, tmp_path):
    bands = make_bands(30, unmeasured=2)
    paths = write(bands, tmp_path, suffix="_all")
    assert {path.name for path in paths} == {
        *("bands_all.csv", "bands_all.png", "bands_all.svg", "symbols.csv")
    }
    assert has_no_empty_cell(tmp_path / "bands_all.csv")
    rows = cells(tmp_path / "bands_all.csv")
    column = rows[0].index("band")
    assert [row[column] for row in rows[-2:]] == ["[u]", "[u]"]
    stable = rows[0].index("stable")
    assert [row[stable] for row in rows[-3:]] == ["True", "[u]", "[u]"]
