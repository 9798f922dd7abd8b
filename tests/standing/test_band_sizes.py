"""How large bands came out, beside how large they were declared to be."""

import pytest

import openness
from openness.errors import InvalidLeague
from openness.league import load_league
from openness.standing import stand
from openness.standing.band_sizes import sizes_in_words

SHARES = [
    {"id": "first", "label": "First", "share": 0.15},
    {"id": "middle", "label": "Middle", "share": 0.7},
    {"id": "last", "label": "Last", "share": 0.15},
]


def declared(sizes):
    return {"rule": "shares", "sizes": sizes, "levels": SHARES}


def test_the_league_decides_whether_sizes_are_kept(make_fit):
    found = {}
    for sizes in ("free", "as_declared"):
        standing = stand(make_fit(bands=declared(sizes)))
        bands, ranking = openness.bands(standing), openness.rank(standing)
        verdict = openness.verdict(standing).table.loc["all"]
        row = bands.summary.loc["all"]
        counts = ranking.table["band"].value_counts()
        for band in ("first", "middle", "last"):
            assert row[f"named_{band}"] == counts[band]
        assert bands.table["band"].equals(ranking.table["band"])
        assert ranking.summary.loc["all", "sizes_in_words"] == row["sizes_in_words"]
        assert verdict["expected_misbanded"] == row["expected_misbanded"]
        found[sizes] = row
        assert bands.about["loss"] == {"free": "zero-one", "as_declared": "absolute"}[sizes]
    kept = found["as_declared"]
    assert [kept[f"named_{band}"] for band in ("first", "middle", "last")] == [2, 10, 2]
    assert kept["sizes_in_words"] == "The bands hold 2, 10 and 2 schools, as the league declares."


def test_a_stated_loss_keeps_the_sizes_too(make_fit):
    standing = stand(make_fit(bands=declared("as_declared")))
    row = openness.bands(standing, loss="zero-one").summary.loc["all"]
    assert [row[f"named_{band}"] for band in ("first", "middle", "last")] == [2, 10, 2]


@pytest.mark.parametrize(
    ("sizes", "declared", "named", "words"),
    [
        ("free", [5, 5], [4, 6], "4 and 6 schools; the league declares 5 and 5. Each is named the"),
        ("free", [5, 5], [5, 5], "5 and 5 schools, as the league declares, although sizes are"),
        ("free", None, [4, 6], "4 and 6 schools; the league cuts by score and declares no sizes."),
        ("as_declared", [5, 5], [4, 6], "Schools with the same figures share a band, so that"),
    ],
)
def test_the_sentence_says_what_differs_and_why(make_league, sizes, declared, named, words):
    bands = make_league().bands.model_copy(update={"sizes": sizes})
    league = make_league().model_copy(update={"bands": bands})
    assert words in sizes_in_words(declared, named, league, "zero-one")


def test_cut_points_declare_no_sizes(make_league):
    levels = [{"id": "high", "label": "High", "above": 0}, {"id": "low", "label": "Low"}]
    bands = {"rule": "cut_points", "sizes": "as_declared", "levels": levels}
    settings = make_league().model_dump() | {"bands": bands}
    with pytest.raises(InvalidLeague, match="cut points declare no sizes"):
        load_league(settings)
