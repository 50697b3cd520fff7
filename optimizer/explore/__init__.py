"""Why this plan: alternatives, trade-offs, the price of each rule, robustness, and its rank among all plans.

Every answer is exact and states its proof, or is a sample and states its size. All questions are about one layer
(``situation``): ``alternatives``, ``rank``, ``frontier``, ``prices``, ``posts``, ``hours``, ``reasons``,
``implied_key``, ``services``, ``robustness`` and ``sensitivity`` are the modules that answer them, each with the
function of its name.
"""
