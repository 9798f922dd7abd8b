"""Text to numbers, strictly: what is not plainly a number is not guessed at."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from openness.measures.symbols import status_of_symbol

NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)

_EMPTY_CODES = {"na", "n/a", "nan", "null", "none", "nil", "missing", "-", "--", ".", "..", "#n/a"}


def to_numbers(texts: Iterable[str]) -> npt.NDArray[np.float64]:
    """Convert each text to the nearest double; NaN where it is not a finite number.

    >>> to_numbers(["0.25", "1e3", "1,234", "inf", ""]).tolist()
    [0.25, 1000.0, nan, nan, nan]
    """
    numbers = np.array(
        [float(text) if NUMBER.fullmatch(text) else math.nan for text in texts], dtype=np.float64
    )
    return np.where(np.isfinite(numbers), numbers, np.nan)


def number_advice(text: str) -> str:
    """Say what to write instead of a text that is not a number."""
    if text.casefold() in _EMPTY_CODES:
        return "Leave the cell empty and say why in `status`"
    if text.endswith("%"):
        return "Divide the percentage by 100 and leave out the sign"
    if status := status_of_symbol(text):
        return f"Leave the cell empty and give it the status {status}"
    if re.fullmatch(r"[<>*~].*|.*\*", text):
        return "Leave a suppressed cell empty and give it the status suppressed"
    if re.fullmatch(r"[+-]?[\d,.\s'\u2019]+", text):
        return "Write a decimal point, and no comma or space between thousands"
    if re.fullmatch(r"[\u2212\u2013\u2014][\d.]+", text):
        return "Write the minus sign as a hyphen"
    return ""
