"""Loops that numba compiles where it is installed, and that run as they are, slower, elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

try:
    from numba import njit

    COMPILED = True
except ImportError:
    COMPILED = False

    def njit(  # type: ignore[no-redef]
        **_settings: object,
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Return the function as it is."""
        return lambda function: function


__all__ = ["COMPILED", "njit"]
