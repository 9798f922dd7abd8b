"""What is ranked: the score that a league declares, as a function of the latents of each draw."""

from openness.scoring.counted import Counted, Rating, counted_in
from openness.scoring.draws import draw_score
from openness.scoring.others import score_of
from openness.scoring.parts import Parts, parts_of
from openness.scoring.scale import Scale, category_values
from openness.scoring.settled import settled_share
from openness.scoring.weights import applies_at, declared_weights, reweighted
from openness.scoring.words import score_in_short, score_in_words

__all__ = [
    "Counted",
    "Parts",
    "Rating",
    "Scale",
    "applies_at",
    "category_values",
    "counted_in",
    "declared_weights",
    "draw_score",
    "parts_of",
    "reweighted",
    "score_in_short",
    "score_in_words",
    "score_of",
    "settled_share",
]
