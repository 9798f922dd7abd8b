"""A fit without a sampler: every function of this room is exact given the draws, whatever they are.

The hyperparameters are drawn about the truth of a simulated league with every family in it, the
levels and values that a sampler would draw are set to their true ones with some noise, and openness
is drawn from its exact law given them.
"""

import numpy as np
import pytest
import xarray as xr

from openness.fitting import Fit
from openness.fitting.gate import diagnose
from openness.model.build import build_collapsed
from openness.model.latents import draw_latents

from ..model.leagues import EVERY_FAMILY, make_league, simulate
