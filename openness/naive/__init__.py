"""Other leagues' methods, to set beside the model: each as simple as it was published."""

from openness.naive.learning_from_mistakes import learning_from_mistakes_2016

__all__ = ["learning_from_mistakes_2016"]
