"""The measurement model: from measures to a `pymc.Model`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import pymc as pm

    from openness.league import League
    from openness.measures import Measures
    from openness.model.cells import Cells
    from openness.model.identification import Structure

Method = Literal["collapsed", "joint"]

__all__ = ["Method", "build_from_cells", "build_model"]


def build_model(league: League, measures: Measures, *, method: Method = "collapsed") -> pm.Model:
    """Build the measurement model of a league.

    Parameters
    ----------
    league : League
        The method statement.
    measures : Measures
        Evidence for one period.
    method : {"collapsed", "joint"}
        `collapsed` integrates every Gaussian latent out, by moment-matched cells, and is what
        `openness.fit` samples. `joint` samples them all under the textbook likelihoods: it is the
        reference, the one to read first, and every variable in it can be simulated from the prior.

    Returns
    -------
    pymc.Model
        With coords `unit`, `indicator`, `domain` and `unit_group`. Both methods share the names of
        the hyperparameters.

    Raises
    ------
    NotIdentified
        If the data hold no information on openness.

    Notes
    -----
    A second-order factor model: indicators measure their domain, domains measure the factor. See
    the explanation of the model in the documentation.

    Examples
    --------
    >>> model = openness.build_model(league, measures)
    >>> [variable.name for variable in model.free_RVs][:4]
    ['intercept', 'spread', 'communality', 'agreement']
    """
    from openness.model.cells import make_cells
    from openness.model.identification import identify

    cells = make_cells(league, measures)
    return build_from_cells(league, cells, identify(league, cells), method=method)


def build_from_cells(
    league: League, cells: Cells, structure: Structure, *, method: Method
) -> pm.Model:
    """Build the model where the cells have been made already; see `build_model`."""
    if method == "joint":
        from openness.model.joint import build_joint

        return build_joint(league, cells, structure)
    from openness.model.build import build_collapsed

    return build_collapsed(league, cells, structure)
