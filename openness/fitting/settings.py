"""How a model is sampled."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Literal

from openness.errors import InvalidInput, Problem


@dataclass(frozen=True)
class Settings:
    """Settings of the sampler; the defaults are meant to pass the gate.

    Attributes
    ----------
    chains, draws, tune : int
        Chains, draws kept in each, and draws before them that adapt the sampler.
    target_accept : float
        Acceptance rate that the step size is adapted to; higher means smaller steps.
    adaptation : {"diag", "draw_diag", "low_rank"}
        How nutpie adapts the mass matrix.
    cores : int, optional
        Chains that run at once; as many as the machine has if not given. Draws do not depend
        on it.

    Examples
    --------
    >>> openness.Settings(draws=500).finer().draws
    1000
    """

    chains: int = 4
    draws: int = 1500
    tune: int = 600
    target_accept: float = 0.98
    adaptation: Literal["diag", "draw_diag", "low_rank"] = "diag"
    cores: int | None = None

    def __post_init__(self) -> None:
        problems = [
            Problem("settings", name, str(getattr(self, name)), f"a whole number, at least {least}")
            for name, least in (("chains", 2), ("draws", 100), ("tune", 100))
            if getattr(self, name) != int(getattr(self, name)) or getattr(self, name) < least
        ]
        if not 0.5 <= self.target_accept < 1:
            problems.append(
                Problem("settings", "target_accept", str(self.target_accept), "in [0.5, 1)")
            )
        if problems:
            raise InvalidInput(problems)

    def finer(self) -> Settings:
        """Return settings for a second attempt: smaller steps, twice the draws."""
        return replace(
            self,
            draws=2 * self.draws,
            tune=2 * self.tune,
            target_accept=max(self.target_accept, 0.995),
        )

    def record(self) -> dict[str, object]:
        """Return what determines the draws, for the provenance of a run."""
        settings = asdict(self)
        del settings["cores"]
        return settings
