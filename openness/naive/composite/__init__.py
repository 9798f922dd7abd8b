"""The textbook composite indicator, stage by stage."""
