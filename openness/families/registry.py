"""The families by name. Those that come with the package are imported when first asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module

from openness.errors import OpennessError
from openness.families.family import Declared, Family, Setting

_SHIPPED = ("proportion", "count", "score", "ordinal", "binary")
"""Each is a module of this folder, and registers the family of its name."""


class Families(Mapping[str, Family]):
    """Families by name, in the order in which they were registered."""

    def __init__(self) -> None:
        self._known: dict[str, Family | None] = dict.fromkeys(_SHIPPED)

    def __getitem__(self, name: str) -> Family:
        if self._known[name] is None:
            import_module(f"openness.families.{name}")
        family = self._known[name]
        assert family is not None, f"openness/families/{name}.py registers no {name!r}"
        return family

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)

    def add(self, family: Family) -> None:
        """Add a family, in place of one of the same name unless that came with the package."""
        if family.name in _SHIPPED and self._known[family.name] is not None:
            raise OpennessError(
                f"register: {family.name!r} is a family of the package; "
                f"these names are taken: {', '.join(_SHIPPED)}. Choose another name"
            )
        self._known[family.name] = family


FAMILIES = Families()


def register[AnyFamily: type[Family]](family: AnyFamily) -> AnyFamily:
    """Make a family known, so that an indicator can name it: a decorator of its class.

    Parameters
    ----------
    family : type of Family
        It is instantiated here, once and without arguments.

    Raises
    ------
    OpennessError
        If the name is that of a family of the package.
    """
    FAMILIES.add(family())
    return family


def family_of(declared: Declared) -> Family:
    """Return the family that an indicator names."""
    return FAMILIES[declared.family]


def those_with(setting: Setting) -> str:
    """Name the families that take a setting, for a message: "counts and scores"."""
    *most, last = [family.plural for family in FAMILIES.values() if setting in family.settings]
    return f"{', '.join(most)} and {last}" if most else last
