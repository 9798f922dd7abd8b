"""Read a TOML file, or say in words why it cannot be read."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from openness.errors import InvalidInput, Problem


def read_toml(path: Path, what: str, error: type[InvalidInput]) -> dict[str, Any]:
    """Read a TOML file, or raise `error` in words: `what` is "a league definition" or the like."""
    needed = "the path of a TOML file is needed"
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8"))
    except FileNotFoundError:
        raise error([Problem(str(path), "file", "it does not exist", needed)]) from None
    except OSError as reason:
        found = f"it cannot be read ({reason.strerror})"
        raise error([Problem(str(path), "file", found, needed)]) from None
    except UnicodeDecodeError as reason:
        raise error(
            [
                Problem(
                    path.name,
                    f"byte {reason.start + 1}",
                    "not UTF-8",
                    "TOML files are written in UTF-8",
                    "Save the file again with the encoding UTF-8",
                )
            ]
        ) from None
    except tomllib.TOMLDecodeError as reason:
        message, place = _split_place(str(reason))
        raise error(
            [Problem(path.name, place, f"not TOML: {message}", f"{what} is a TOML file")]
        ) from None


def _split_place(message: str) -> tuple[str, str]:
    """Cut `Expected ... (at line 3, column 5)` into what and where."""
    found = re.fullmatch(r"(.*?) \(at (.*)\)", message, flags=re.DOTALL)
    return (found[1], found[2]) if found else (message, "file")
