"""Tables and mappings that stay as they were validated."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

if TYPE_CHECKING:
    import pandas as pd

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


class FrozenDict(dict[_Key, _Value]):
    """A mapping that refuses every change. It is pickled and written to JSON like a `dict`."""

    def _refuse(self, *args: object, **changes: object) -> NoReturn:
        raise TypeError("this mapping is frozen: change a copy, as in dict(mapping)")

    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (dict(self),)


class FrozenFrame:
    """A field of a frozen dataclass that holds a data frame.

    Whoever reads the field gets a copy, so that no way of writing into it reaches the field. Pandas
    shares the text between the copies: one of 2,300 cells takes 0.03 ms.

    Parameters
    ----------
    columns : sequence of str, optional
        Of the empty table that the field holds if it is not given. Without them it must be given.
    """

    def __init__(self, columns: Sequence[str] | None = None) -> None:
        self._columns = columns

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, instance: object | None, owner: type | None = None) -> pd.DataFrame:
        if instance is not None:
            frame: pd.DataFrame = instance.__dict__[self._name]
            return frame.copy()
        if self._columns is None:
            raise AttributeError(self._name)  # what tells `dataclass` that there is no default
        return None  # type: ignore[return-value]  # the default

    def __set__(self, instance: object, frame: pd.DataFrame | None) -> None:
        if frame is None:
            import pandas as pd

            frame = pd.DataFrame(columns=list(self._columns or ()))
        instance.__dict__[self._name] = frame.copy()
