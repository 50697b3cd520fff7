"""The answers of ``optimizer.explore`` in words, tables and charts: the same on screen, on paper, in ``kim``."""
