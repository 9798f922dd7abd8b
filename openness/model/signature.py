"""What the collapsed likelihood takes: the only list of it.

The types of the Op, its gradients, the signature of the distribution in PyMC and what numba sees
all follow from these annotations: the type of an array, then its dimensions.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, NamedTuple, get_type_hints

import numpy as np
from numba.extending import overload


class Parameters(NamedTuple):
    """What the likelihood has a gradient by, as arrays or as tensors.

    The mean of a unit's factor is a number of its own: what a group adds to it, or a covariate, is
    a line of `openness.model.priors`.
    """

    intercept: Annotated[Any, "float64", "group", "indicator"]
    """Link-scale expectation of an indicator where the factor is 0."""
    domain_loading: Annotated[Any, "float64", "indicator"]
    """c = sign omega sqrt(h): on the level of its facet, or of its domain if it is in none."""
    uniqueness_sd: Annotated[Any, "float64", "indicator"]
    """psi = omega sqrt(1 - h)."""
    root_coherence: Annotated[Any, "float64", "domain"]
    """a = sqrt(rho): of the level of a domain on the factor."""
    root_rest: Annotated[Any, "float64", "domain"]
    """b = sqrt(1 - rho): sd of what the domain shares besides."""
    facet_root: Annotated[Any, "float64", "facet"]
    """r = sqrt(kappa): of the level of a facet on that of its domain."""
    facet_rest: Annotated[Any, "float64", "facet"]
    """g = sqrt(1 - kappa): sd of what the facet shares besides."""
    factor_mean: Annotated[Any, "float64", "unit"]
    """Mean of each unit's factor."""
    level: Annotated[Any, "float64", "level"]
    """Levels of domains that are sampled."""
    exact: Annotated[Any, "float64", "exact"]
    """Values of exact cells, which are sampled."""
    return_intercept: Annotated[Any, "float64", "group", "collection"]
    return_slope: Annotated[Any, "float64", "collection"]
    return_factor: Annotated[Any, "float64", "collection"]
    """Of the selection model."""


class Evidence(NamedTuple):
    """What the likelihood has no gradient by; see `openness.model.cells.Cells`."""

    value: Annotated[Any, "float64", "unit", "indicator"]
    """Gaussian cells; 0 where a cell is exact."""
    error_variance: Annotated[Any, "float64", "unit", "indicator"]
    common_error_loading: Annotated[Any, "float64", "unit", "indicator"]
    present: Annotated[Any, "bool", "unit", "indicator"]
    """Gaussian and exact cells; an ordered one counts through the level of its domain."""
    exact_at: Annotated[Any, "int64", "unit", "indicator"]
    """Position in `exact`; -1 where a cell is not exact."""
    level_at: Annotated[Any, "int64", "unit", "domain"]
    """Position in `level`; -1 where a level is not sampled."""
    group_of_unit: Annotated[Any, "int64", "unit"]
    domain_of_indicator: Annotated[Any, "int64", "indicator"]
    facet_of_indicator: Annotated[Any, "int64", "indicator"]
    """Its position; -1 where an indicator is in no facet."""
    domain_of_facet: Annotated[Any, "int64", "facet"]
    returned: Annotated[Any, "int64", "unit", "collection"]
    """Returns made (1), not made (-1) and not to be made (0)."""


def array_types(structure: type) -> list[tuple[str, tuple[str, ...]]]:
    """Return the type and the dimensions of each field of a structure such as these."""
    hints = get_type_hints(structure, include_extras=True)
    return [
        (hints[name].__metadata__[0], hints[name].__metadata__[1:])
        for name in structure._fields  # type: ignore[attr-defined]
    ]


def gufunc_signature() -> str:
    """Return the dimensions of all inputs but the cells, and those of the cells, as NumPy does."""
    (_, cells), *others = array_types(Evidence)
    inputs = [dims for _, dims in (*array_types(Parameters), *others)]
    words = ["(" + ",".join(dims) + ")" for dims in (*inputs, cells)]
    return ",".join(words[:-1]) + "->" + words[-1]


def take_apart(arguments: Sequence[Any], value: Any) -> tuple[Parameters, Evidence]:
    """Put the inputs of `gufunc_signature` and the cells back into their structures."""
    n = len(Parameters._fields)
    return Parameters(*arguments[:n]), Evidence(value, *arguments[n:])


def zeros_like(arrays: Any) -> Any:
    """Return a tuple of zeros for a tuple of arrays, within a kernel."""
    return tuple(np.zeros_like(array) for array in arrays)


@overload(zeros_like)
def _zeros_like(arrays):  # type: ignore[no-untyped-def]
    if len(arrays) == 0:
        return lambda arrays: ()
    return lambda arrays: (np.zeros_like(arrays[0]), *zeros_like(arrays[1:]))
