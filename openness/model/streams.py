"""Random streams that belong to a unit and a name, so that no draw depends on the order of rows."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np


def stream(seed: int, *key: str) -> np.random.Generator:
    """Return the generator of a key, such as the code of a unit and the id of an indicator."""
    digest = hashlib.sha256("\0".join(key).encode()).digest()
    words = tuple(int(word) for word in np.frombuffer(digest, dtype=np.uint32))
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=words))


def normals(seed: int, units: Sequence[str], name: str, n_draws: int) -> np.ndarray:
    """Standard normal draws (S, N), each column from the stream of its unit and `name`."""
    return np.stack([stream(seed, unit, name).standard_normal(n_draws) for unit in units], axis=1)
