"""What a fit keeps of its evidence: the cells as the likelihood saw them, and what was observed.

Cells and structure are written from the fields of their dataclasses, whatever those are: an array
becomes a variable, labels become coordinates, and everything else is kept as JSON.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any, get_type_hints

import numpy as np
import xarray as xr
from pydantic import TypeAdapter

from openness.errors import InvalidRun
from openness.families import family_of
from openness.measures import Measures
from openness.model.cells import Cells
from openness.model.identification import Structure

_LABELS = {
    "units": "unit",
    "indicators": "indicator",
    "domains": "domain",
    "groups": "unit_group",
    "facets": "facet",
    "collections": "collection",
}
_DIMS: dict[str, tuple[str, ...]] = {
    "group": ("unit",),
    "domain": ("indicator",),
    "facet": ("indicator",),
    "lone": ("indicator",),
    "returned": ("unit", "collection"),
}
"""Of arrays; the others are (unit, indicator)."""


def constant_data(cells: Cells, structure: Structure) -> xr.Dataset:
    """Return cells and structure as a dataset, from which both can be restored exactly.

    Parameters
    ----------
    cells : Cells
    structure : Structure

    Returns
    -------
    xarray.Dataset
        Arrays by the names of their fields, with coords `unit`, `indicator`, `domain`, `facet`,
        `unit_group` and `collection`. One that would have the name of a dim gets another, such as
        `domain_position`.
    """
    labels = {dim: list(getattr(cells, name)) for name, dim in _LABELS.items()}
    arrays, notes = {}, {}
    for part in (cells, structure):
        for name, hint in get_type_hints(type(part)).items():
            value = getattr(part, name)
            if hint is np.ndarray:
                arrays[_variable(name)] = (_DIMS.get(name, ("unit", "indicator")), value)
            elif not (part is cells and name in _LABELS):
                notes[_note(part, name)] = TypeAdapter(hint).dump_json(value).decode()
    dataset = xr.Dataset(arrays, coords={dim: names for dim, names in labels.items() if names})
    # A dimension of length 0 has no place in netCDF with labels; nothing is lost with it.
    empty = [name for name, (_, array) in arrays.items() if 0 in array.shape]
    return dataset.drop_vars(empty).assign_attrs(notes)


def restore(kept: xr.Dataset) -> tuple[Cells, Structure]:
    """Return the cells and the structure that `constant_data` was given."""
    labels = {
        name: tuple(kept[dim].to_numpy().tolist()) if dim in kept.coords else ()
        for name, dim in _LABELS.items()
    }
    sizes = {dim: len(labels[name]) for name, dim in _LABELS.items()}
    return _restore_part(Cells, kept, labels, sizes), _restore_part(Structure, kept, {}, sizes)


def _restore_part[Kept: (Cells, Structure)](
    kind: type[Kept], kept: xr.Dataset, labels: dict[str, tuple[str, ...]], sizes: dict[str, int]
) -> Kept:
    hints = get_type_hints(kind)
    values: dict[str, Any] = dict(labels)
    for field in fields(kind):
        if field.name in values:
            continue
        if hints[field.name] is not np.ndarray:
            note = kept.attrs.get(_note(kind, field.name))
            if note is None:
                raise InvalidRun(
                    f"The run keeps no {field.name} of its {kind.__name__.lower()}, which this "
                    "version of openness needs: fit again."
                )
            values[field.name] = TypeAdapter(hints[field.name]).validate_json(note)
        elif _variable(field.name) in kept:
            values[field.name] = kept[_variable(field.name)].to_numpy()
        else:
            dims = _DIMS.get(field.name, ("unit", "indicator"))
            values[field.name] = np.zeros([sizes[dim] for dim in dims], dtype=int)
    return kind(**values)


def observed_data(cells: Cells, measures: Measures) -> xr.Dataset:
    """Return what was observed, on the scale of the measures.

    Parameters
    ----------
    cells : Cells
    measures : Measures

    Returns
    -------
    xarray.Dataset
        A variable for each indicator, with its name and dim `unit_<indicator>`, the units whose
        value is known: shares, counts, scores, and positions of categories from 0.
    """
    arrays, coords = {}, {}
    values = measures.grid("value", cells.indicators).astype(float)
    for k, (name, indicator) in enumerate(zip(cells.indicators, cells.definitions, strict=True)):
        rows = known_rows(cells, k)
        whole = bool(indicator.labels) or family_of(indicator).figure == "rate"
        value = values[rows, k]
        if whole and (value == np.rint(value)).all():
            value = value.astype(int)
        arrays[name] = (f"unit_{name}", value)
        coords[f"unit_{name}"] = [cells.units[i] for i in rows]
    return xr.Dataset(arrays, coords=coords)


def known_rows(cells: Cells, k: int) -> np.ndarray:
    """Units whose value of an indicator is known."""
    return np.flatnonzero(cells.present[:, k] & ~cells.suppressed[:, k])


def _variable(name: str) -> str:
    return f"{name}_position" if name in _LABELS.values() else name


def _note(part: Cells | Structure | type, name: str) -> str:
    kind = part if isinstance(part, type) else type(part)
    return f"{kind.__name__.lower()}.{name}"
