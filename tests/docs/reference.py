"""The names of the reference, and what the first page says comes before every example."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any

FOLDER = Path(__file__).parents[2] / "docs/reference"
INDEX = (FOLDER / "index.md").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Name:
    """A name as a page lists it, such as `ranking.bands` in a section on `openness`."""

    section: str
    listed: str

    @property
    def full(self) -> str:
        return f"{self.section}.{self.listed}"

    @cached_property
    def home(self) -> ModuleType:
        """The module that the name is looked up in: the longest part of it that is one."""
        inner, _, _ = self.listed.rpartition(".")
        return importlib.import_module(f"{self.section}.{inner}".rstrip("."))

    @cached_property
    def object(self) -> Any:
        return getattr(self.home, self.listed.rpartition(".")[2])

    @property
    def is_public(self) -> bool:
        """Whether its module says that it is; a module that says nothing owns what it defines."""
        name = self.listed.rpartition(".")[2]
        if hasattr(self.home, "__all__"):
            return name in self.home.__all__
        return not name.startswith("_") and self.object.__module__ == self.home.__name__

    @property
    def examples(self) -> str:
        """The section `Examples` of its docstring, or nothing."""
        text = inspect.cleandoc(self.object.__doc__ or "")
        found = re.search(r"^Examples\n-{8}\n(.*?)(?=^\S[^\n]*\n-{3,}\n|\Z)", text, re.M | re.S)
        return found[1] if found and ">>> " in found[1] else ""


def names_of(page: str) -> list[Name]:
    names, section = [], ""
    for line in page.splitlines():
        if found := re.fullmatch(r"\.\. currentmodule:: (\S+)", line):
            section = found[1]
        elif found := re.fullmatch(r"   ([A-Za-z_][\w.]*)", line):
            names.append(Name(section, found[1]))
    return names


def blocks() -> tuple[str, str]:
    """What comes before every example, and before those that go on from a fit."""
    evidence, fit = re.findall(r"^```python\n(.*?)^```", INDEX, flags=re.M | re.S)
    return evidence, fit


def assigned(code: str) -> set[str]:
    nodes = ast.walk(ast.parse(code))
    return {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
