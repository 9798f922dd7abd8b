"""A version is written in two files, and the targets of make in one more: all have to agree."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import version

import pytest
from packaging.requirements import Requirement

import openness

from .conftest import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


def cited(key: str) -> str:
    text = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    (found,) = re.findall(rf"^{key}: (.+)$", text, flags=re.M)
    return str(found)


def test_every_place_says_the_same_version() -> None:
    """If the installed version differs, `make setup` has not been run since it was raised."""
    stated = PROJECT["project"]["version"]
    assert openness.__version__ == version("openness") == stated
    assert cited("version") == stated
    assert cited("license") == PROJECT["project"]["license"]


def test_nothing_in_the_package_writes_a_version_down() -> None:
    stated = PROJECT["project"]["version"]
    for source in (ROOT / "openness").rglob("*.py"):
        assert f'"{stated}"' not in source.read_text(encoding="utf-8"), source.name


def requirements() -> list[Requirement]:
    groups = [part for group in PROJECT["dependency-groups"].values() for part in group]
    extras = PROJECT["project"]["optional-dependencies"].values()
    listed = [*PROJECT["project"]["dependencies"], *(part for extra in extras for part in extra)]
    return [Requirement(part) for part in [*listed, *groups] if isinstance(part, str)]


@pytest.mark.parametrize("needed", requirements(), ids=lambda needed: needed.name)
def test_every_dependency_has_a_floor_that_can_be_tried(needed: Requirement) -> None:
    assert any(part.operator in (">=", "~=", "==") for part in needed.specifier)


def test_the_lock_has_every_extra() -> None:
    locked = re.findall(r"^([\w-]+)==", (ROOT / "requirements.lock").read_text(), flags=re.M)
    assert {needed.name for needed in requirements()} <= set(locked)
    assert "--all-extras" in MAKEFILE


def test_make_help_names_every_target() -> None:
    (targets,) = re.findall(r"^\.PHONY: (.+)$", MAKEFILE, flags=re.M)
    shown = set(re.findall(r"make (\w+)", " ".join(re.findall(r"@echo (.+)", MAKEFILE))))
    assert shown == set(targets.split()) - {"help"}


@pytest.mark.parametrize("target", re.findall(r"^(\w+):", MAKEFILE, flags=re.M))
def test_every_target_is_phony(target: str) -> None:
    (targets,) = re.findall(r"^\.PHONY: (.+)$", MAKEFILE, flags=re.M)
    assert target in targets.split()


def test_the_workflow_runs_what_a_contributor_runs() -> None:
    text = (ROOT / ".github/workflows/test.yml").read_text(encoding="utf-8")
    ran = set(re.findall(r"run: make (?:PYTHON=python )?(\w+)", text))
    assert ran == {"test", "floors"}
    supported = [
        found[1]
        for name in PROJECT["project"]["classifiers"]
        if (found := re.search(r":: (3\.\d+)$", name))
    ]
    (matrix,) = re.findall(r"python-version: \[(.+)\]", text)
    assert re.findall(r"[\d.]+", matrix) == supported
    assert not re.search(r"https?://", text), "it names no host"


def test_a_commit_is_checked_by_the_commands_of_make_lint() -> None:
    text = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    assert re.findall(r"repo: (\S+)", text) == ["local"]
    lint = re.findall(
        r"^\t\$\(BIN\)/(.+)$", MAKEFILE.partition("\nlint:")[2].split("\n\n")[0], re.M
    )
    hooks = [words.split()[:2] for words in re.findall(r"entry: \.venv/bin/(.+)", text)]
    assert hooks == [command.split()[:2] for command in lint]
