"""What is public is in the reference, and what is in the reference is public."""

from __future__ import annotations

import importlib
import re

import pytest

from .reference import FOLDER, INDEX, Name, names_of

NAMES = [name for page in sorted(FOLDER.glob("*.md")) for name in names_of(page.read_text("utf-8"))]


@pytest.mark.parametrize("module", ["openness", "openness.ranking", "openness.naive"])
def test_everything_public_is_in_the_reference(module: str) -> None:
    listed = {name.full for name in NAMES}
    # Constants and types have no page of their own: the text names them.
    named = set(re.findall(r"`([\w.]+)`", INDEX))
    public = importlib.import_module(module).__all__
    missing = [name for name in public if f"{module}.{name}" not in listed | named]
    assert not missing


@pytest.mark.parametrize("name", NAMES, ids=lambda name: name.full)
def test_everything_in_the_reference_is_public(name: Name) -> None:
    assert name.object is not None
    assert name.is_public


def test_a_name_is_listed_once() -> None:
    full = [name.full for name in NAMES]
    assert len(full) > 150
    assert sorted(full) == sorted(set(full))


def test_a_private_or_borrowed_name_would_be_noticed() -> None:
    assert not Name("openness.errors", "dataclass").is_public
    assert not Name("openness.league.load", "_locate").is_public
    assert not Name("openness.measures", "evidence").is_public
