"""Read a league definition from TOML: by the name of a shipped one, or by path."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from difflib import get_close_matches
from os import PathLike
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from openness.errors import InvalidLeague, Problem
from openness.league.definition import League
from openness.league.problems import problems_of


def load_league(name_or_path: str | PathLike[str]) -> League:
    """Read a league definition.

    Parameters
    ----------
    name_or_path : str or path
        The name of a shipped definition (see `shipped_leagues`), or the path of a TOML file.
        A text is taken as a path if it ends in `.toml` or holds a slash.

    Returns
    -------
    League

    Raises
    ------
    InvalidLeague
        With every problem that was found, each with its place in the file.
    """
    path = _locate(name_or_path)
    data = _parse(path)
    try:
        return League.model_validate(data)
    except ValidationError as error:
        raise InvalidLeague(problems_of(error, data, source=path.name)) from None


def shipped_leagues() -> list[str]:
    """Names of the definitions that come with the package, in alphabetical order."""
    return sorted(path.stem for path in _shipped_folder().glob("*.toml"))


def league_hash(league: League) -> str:
    """SHA-256 of a league's settings, defaults included.

    Two files with the same settings give the same hash: comments, order of keys and settings
    written out at their defaults make no difference.
    """
    text = json.dumps(
        league.model_dump(mode="json"), sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    return hashlib.sha256(text.encode()).hexdigest()


def _shipped_folder() -> Path:
    """`openness/models` in an installed wheel, `models` beside the package in a checkout."""
    package = Path(__file__).parents[1]
    installed = package / "models"
    return installed if installed.is_dir() else package.parent / "models"


def _locate(name_or_path: str | PathLike[str]) -> Path:
    text = str(name_or_path)
    is_name = isinstance(name_or_path, str) and not re.search(r"[/\\]|\.toml$", text)
    if not is_name:
        return Path(text)
    shipped = shipped_leagues()
    if text in shipped:
        return _shipped_folder() / f"{text}.toml"
    close = get_close_matches(text, shipped, n=1)
    remedy = f"Did you mean {close[0]!r}?" if close else "A path must end in .toml"
    raise _refusal(
        "load_league",
        "name_or_path",
        f"there is no shipped league {text!r}",
        f"shipped: {', '.join(shipped)}",
        remedy,
    )


def _parse(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8"))
    except FileNotFoundError:
        what = "it does not exist", "the path of a TOML file is needed"
        raise _refusal(str(path), "file", *what) from None
    except OSError as error:
        what = f"it cannot be read ({error.strerror})", "the path of a TOML file is needed"
        raise _refusal(str(path), "file", *what) from None
    except UnicodeDecodeError as error:
        what = "not UTF-8", "TOML files are written in UTF-8"
        remedy = "Save the file again with the encoding UTF-8"
        raise _refusal(path.name, f"byte {error.start + 1}", *what, remedy) from None
    except tomllib.TOMLDecodeError as error:
        message, place = _split_place(str(error))
        what = f"not TOML: {message}", "a league definition is a TOML file"
        raise _refusal(path.name, place, *what) from None


def _split_place(message: str) -> tuple[str, str]:
    """Cut `Expected ... (at line 3, column 5)` into what and where."""
    found = re.fullmatch(r"(.*?) \(at (.*)\)", message, flags=re.DOTALL)
    return (found[1], found[2]) if found else (message, "file")


def _refusal(source: str, where: str, found: str, allowed: str, remedy: str = "") -> InvalidLeague:
    return InvalidLeague([Problem(source, where, found, allowed, remedy)])
