"""Funnel plots with over-dispersion, as for mortality and as the regulator draws them."""
