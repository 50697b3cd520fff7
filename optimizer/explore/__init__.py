"""Exact answers about why this plan.

Every answer is exact and states its proof, or is a sample and states its size. All questions are about one layer
(``situation``): ``alternatives``, ``rank``, ``frontier``, ``prices``, ``posts``, ``hours``, ``reasons``, ``robustness``
and ``sensitivity`` are the modules that answer them, each with the function of its name.
"""
