"""What every part of a definition is made of."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
"""Lower case, digits and underscores: it becomes a column name and a coordinate."""

GroupCode = Annotated[str, Field(min_length=1)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
BetaShape = tuple[Positive, Positive]


class Definition(BaseModel):
    """Base of every part: immutable, and a misspelt setting is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)
