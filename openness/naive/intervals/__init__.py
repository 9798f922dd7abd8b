"""Means with sampling errors, and what overlapping intervals allow one to say."""
