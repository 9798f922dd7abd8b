"""Read a league definition from TOML: by the name of a shipped one, or by path."""

from __future__ import annotations

import hashlib
import json
import re
from difflib import get_close_matches
from os import PathLike
from pathlib import Path

from pydantic import ValidationError

from openness.errors import InvalidLeague, Problem
from openness.league.definition import League
from openness.league.problems import problems_of
from openness.league.toml import read_toml


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
    data = read_toml(path, "a league definition", InvalidLeague)
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


def _refusal(source: str, where: str, found: str, allowed: str, remedy: str = "") -> InvalidLeague:
    return InvalidLeague([Problem(source, where, found, allowed, remedy)])
