"""Tables, plots and files of a finished ranking. Nothing here computes a statistic."""
