import pandas as pd
import pytest

from openness.publish.cell_grid import (
    Group,
    Line,
    each_pattern,
    each_unit,
    even_columns,
    in_columns,
    shorten,
)

SEEN, NOT_SENT, NEVER = "observed", "not_returned", "not_applicable"
STATUSES = pd.DataFrame(
    [
        [SEEN, SEEN, NEVER],
        [NOT_SENT, SEEN, SEEN],
        [SEEN, SEEN, NEVER],
        [NOT_SENT, NOT_SENT, SEEN],
        [SEEN, SEEN, SEEN],
        [SEEN, SEEN, NEVER],
    ],
    index=list("ABCDEF"),
)
NAMES = pd.Series([f"Trust {code}" for code in "ABCDEF"], index=list("ABCDEF"))


def say(count):
    return f"{count} trusts"


def group(heading, count):
    return Group(heading, tuple(Line(f"{heading}{i}", (SEEN,), 1) for i in range(count)))


def test_units_with_the_most_missing_come_first_and_the_rest_as_they_came():
    lines = each_unit(STATUSES, NAMES)
    assert [line.text[-1] for line in lines] == list("DBACEF")
    assert lines[0].cells == (NOT_SENT, NOT_SENT, SEEN)
    assert all(line.units == 1 for line in lines)


def test_units_with_the_same_statuses_share_a_line():
    lines = each_pattern(STATUSES, NAMES, say)
    assert [(line.text, line.units) for line in lines] == [
        ("3 trusts", 3),
        ("Trust D", 1),
        ("Trust B", 1),
        ("Trust E", 1),
    ]
    assert sum(line.units for line in lines) == len(STATUSES)


@pytest.mark.parametrize("sizes", [[1], [5, 3], [30, 1, 1, 12], [100]])
@pytest.mark.parametrize("count", [1, 2, 3])
def test_every_line_is_there_once_and_under_its_heading(sizes, count):
    groups = [group(letter, size) for letter, size in zip("abcd", sizes, strict=False)]
    columns = even_columns(groups, count)
    assert len(columns) <= count
    current, found = "", []
    for column in columns:
        assert column[0].heading
        assert not column[-1].heading
        assert column[-1].text
        for line in column:
            if line.heading:
                current = line.text.removesuffix(", continued")
            elif line.cells:
                assert line.text.startswith(current)
                found.append(line.text)
    assert found == [line.text for part in groups for line in part.lines]


def test_columns_are_even():
    heights = [len(column) for column in even_columns([group("a", 100)], 3)]
    assert max(heights) - min(heights) <= 3


def test_a_group_that_goes_on_says_so():
    first, second = in_columns([group("a", 6)], 5)
    assert [line.text for line in first] == ["a", "a0", "a1", "a2", "a3"]
    assert [line.text for line in second] == ["a, continued", "a4", "a5"]


def test_what_is_left_out_is_counted_in_units():
    common = Group(
        "a", (Line("40 trusts", (SEEN,), 40), Line("x", (NOT_SENT,), 9), Line("y", (NEVER,), 1))
    )
    kept = shorten([common, group("b", 30)], 20, say)
    assert sum(len(part.lines) + 2 for part in kept) <= 20
    assert [line.text for line in kept[0].lines] == ["and 50 trusts more"]
    shown = sum(line.units for part in kept for line in part.lines)
    lost = [int(part.lines[-1].text.split()[1]) for part in kept]
    assert shown + sum(lost) == 80


def test_nothing_is_left_out_where_there_is_room():
    groups = [group("a", 3), group("b", 3)]
    assert shorten(groups, 10, say) == groups
