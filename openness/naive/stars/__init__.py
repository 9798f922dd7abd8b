"""The US hospital stars: summary scores by averages or by factor models, and k-means."""
