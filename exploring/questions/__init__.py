"""One file for each question: how it is asked of the optimizer."""
