"""Read a league definition: by the name of a shipped one, from a TOML file, or from a mapping."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from difflib import get_close_matches
from os import PathLike
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from openness.errors import InvalidLeague, Problem
from openness.league.definition import League
from openness.league.problems import problems_of
from openness.league.toml import read_toml


def load_league(definition: str | PathLike[str] | Mapping[str, Any]) -> League:
    """Read a league definition.

    Parameters
    ----------
    definition : str, path or mapping
        The name of a shipped definition (see `shipped_leagues`), the path of a TOML file, or what
        such a file says as a mapping. A text is a path if it ends in `.toml` or holds a slash.

    Returns
    -------
    League

    Raises
    ------
    InvalidLeague
        With every problem that was found, each with its place in the definition.

    Examples
    --------
    >>> openness.load_league("openness-2024").unit_plural
    'trusts'

    What differs from a shipped definition can be said in Python:

    >>> settings = openness.load_league("openness-2024").model_dump()
    >>> openness.load_league(settings | {"id": "openness-2024-narrow", "interval": 0.8}).interval
    0.8
    """
    if isinstance(definition, Mapping):
        data, source = definition, "mapping"
    else:
        path = _locate(definition)
        data, source = read_toml(path, "a league definition", InvalidLeague), path.name
    try:
        return League.model_validate(data)
    except ValidationError as error:
        raise InvalidLeague(problems_of(error, data, source)) from None


def shipped_leagues() -> list[str]:
    """Names of the definitions that come with the package, in alphabetical order.

    Examples
    --------
    >>> openness.shipped_leagues()
    ['freedom-to-speak-up', 'learning-from-mistakes-2016', 'openness-2024']
    """
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


def _locate(definition: object) -> Path:
    if not isinstance(definition, str):
        if isinstance(definition, PathLike):
            return Path(definition)
        # What a caller without a type checker may give.
        allowed = "a name, a path or a mapping is needed"
        raise _refusal(f"a {type(definition).__name__} came", allowed)
    if re.search(r"[/\\]|\.toml$", definition):
        return Path(definition)
    shipped = shipped_leagues()
    if definition in shipped:
        return _shipped_folder() / f"{definition}.toml"
    close = get_close_matches(definition, shipped, n=1)
    remedy = f"Did you mean {close[0]!r}?" if close else "A path must end in .toml"
    raise _refusal(
        f"there is no shipped league {definition!r}", f"shipped: {', '.join(shipped)}", remedy
    )


def _refusal(found: str, allowed: str, remedy: str = "") -> InvalidLeague:
    return InvalidLeague([Problem("load_league", "definition", found, allowed, remedy)])
