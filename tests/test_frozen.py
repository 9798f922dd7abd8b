"""What was validated cannot be changed through any of the ways into it."""

from __future__ import annotations

import json
import pickle
import warnings
from collections.abc import Callable
from contextlib import suppress
from dataclasses import FrozenInstanceError, replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pydantic import BaseModel

from openness.frozen import FrozenDict
from openness.league import League, load_league
from openness.measures import Measures
from openness.study import Study, load_study

from .conftest import ROOT


def by_label(frame: pd.DataFrame) -> None:
    frame.loc[frame.index[0], frame.columns[0]] = "changed"


def by_position(frame: pd.DataFrame) -> None:
    frame.iloc[0, 0] = "changed"


def by_column(frame: pd.DataFrame) -> None:
    frame[frame.columns[0]] = "changed"


def by_numbers(frame: pd.DataFrame) -> None:
    for column in frame.columns:
        frame[column].to_numpy()[:] = 0


def by_extension_array(frame: pd.DataFrame) -> None:
    for column in frame.columns:
        frame[column].array[0] = frame[column].array[-1]


def by_base_of_the_values(frame: pd.DataFrame) -> None:
    values = np.asarray(frame.select_dtypes("number"))
    while isinstance(values.base, np.ndarray):
        values = values.base
    values[:] = 0


def by_dropping(frame: pd.DataFrame) -> None:
    frame.drop(index=frame.index[0], inplace=True)  # noqa: PD002


def by_sorting(frame: pd.DataFrame) -> None:
    frame.sort_values(frame.columns[0], ascending=False, inplace=True)  # noqa: PD002


def by_naming(frame: pd.DataFrame) -> None:
    frame.index.name = "changed"
    frame.columns.name = "changed"


def attempt(way: Callable[[pd.DataFrame], None], frame: pd.DataFrame) -> None:
    """Try a way; it may be refused. What pandas says of its own old ways does not matter here."""
    with suppress(ValueError, IndexError, TypeError), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        way(frame)


WAYS = [
    by_label,
    by_position,
    by_column,
    by_numbers,
    by_extension_array,
    by_base_of_the_values,
    by_dropping,
    by_sorting,
    by_naming,
]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_each_way_changes_a_table_that_is_not_frozen(way: Callable[[pd.DataFrame], None]) -> None:
    frame = pd.DataFrame({"name": ["a", "b"], "number": [1.0, 2.0]})
    before = frame.copy(deep=True)
    attempt(way, frame)
    # Pandas itself refuses to hand out numbers that can be written to.
    assert (before.equals(frame) and frame.index.name is None) == (way is by_numbers)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
@pytest.mark.parametrize("table", ["units", "cells", "history"])
def test_no_way_into_a_table_changes_it(
    small_measures: Measures, table: str, way: Callable[[pd.DataFrame], None]
) -> None:
    past = {"unit": ["a", "b"], "indicator": "heard", "period": "2023", "value": [1.0, 2.0]}
    measures = replace(small_measures, history=pd.DataFrame(past))
    before = getattr(measures, table).copy(deep=True)
    attempt(way, getattr(measures, table))
    after = getattr(measures, table)
    pd.testing.assert_frame_equal(after, before, check_names=True)
    assert len(before) > 1


def test_a_table_that_was_handed_in_is_let_go(small_measures: Measures) -> None:
    mine = small_measures.cells
    measures = replace(small_measures, cells=mine)
    mine["value"] = 0.0
    mine.iloc[0, 0] = "changed"
    pd.testing.assert_frame_equal(measures.cells, small_measures.cells)


def test_the_fields_themselves_cannot_be_set(small_measures: Measures) -> None:
    with pytest.raises(FrozenInstanceError):
        small_measures.cells = pd.DataFrame()  # type: ignore[misc]


def test_both_tables_must_be_given_and_history_need_not(small_measures: Measures) -> None:
    with pytest.raises(TypeError, match="'units' and 'cells'"):
        Measures()
    made = Measures(small_measures.units, small_measures.cells)
    assert made.history.empty
    assert list(made.history) == ["unit", "indicator", "period", "value", "denominator"]


@pytest.mark.parametrize("name", ["sources", "places"])
def test_the_mappings_of_measures_refuse_every_change(small_measures: Measures, name: str) -> None:
    held: Any = getattr(small_measures, name)
    before = dict(held)
    with pytest.raises(TypeError, match="frozen"):
        held["measures"] = "changed"
    assert dict(held) == before


def test_measures_can_be_sent_to_another_process(small_measures: Measures) -> None:
    sent = pickle.loads(pickle.dumps(small_measures))
    pd.testing.assert_frame_equal(sent.cells, small_measures.cells)
    assert sent.places == small_measures.places


CHANGES: list[Callable[[Any], object]] = [
    lambda d: d.__setitem__("a", 2),
    lambda d: d.__delitem__("a"),
    lambda d: d.update(a=2),
    lambda d: d.pop("a"),
    lambda d: d.popitem(),
    lambda d: d.setdefault("b", 1),
    lambda d: d.clear(),
    lambda d: d.__ior__({"a": 2}),
]


@pytest.mark.parametrize("change", CHANGES)
def test_a_frozen_mapping_refuses_every_change(change: Callable[[Any], object]) -> None:
    mapping = FrozenDict(a=1)
    with pytest.raises(TypeError, match="frozen"):
        change(mapping)
    assert mapping == {"a": 1}
    assert pickle.loads(pickle.dumps(mapping)) == mapping
    assert json.dumps(mapping) == '{"a": 1}'


def changeable(part: object, name: str) -> list[str]:
    """Names of what can be changed in a definition, however deep it lies."""
    if isinstance(part, BaseModel):
        inner = {key: getattr(part, key) for key in type(part).model_fields}
        open_ones = [] if type(part).model_config.get("frozen") else [name]
    elif isinstance(part, FrozenDict | tuple):
        inner = dict(part.items() if isinstance(part, FrozenDict) else enumerate(part))
        open_ones = []
    else:
        return [] if part is None or isinstance(part, str | int | float) else [name]
    return open_ones + [
        found for key, value in inner.items() for found in changeable(value, f"{name}.{key}")
    ]


def test_nothing_in_a_definition_can_be_changed() -> None:
    league: League = load_league("learning-from-mistakes-2016")
    study: Study = load_study(ROOT / "examples/study/wrong-bands.toml")
    assert changeable(league, "league") == []
    assert changeable(study, "study") == []
    assert changeable({"a": 1}, "dict") == ["dict"]


def test_a_mapping_that_a_league_came_from_is_let_go(small_league: League) -> None:
    settings: dict[str, Any] = small_league.model_dump()
    settings["groups"] = list(settings["groups"])
    league = load_league(settings)
    settings["groups"].clear()
    assert league == small_league
