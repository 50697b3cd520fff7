"""Why this plan: alternatives, trade-offs, the price of each rule, robustness, and its rank among all plans.

And the way there: what each further change of district brings (``change``), and what good plans
can do for each municipality (``municipality``).

Every answer is exact and states its proof, or is a sample and states its size. All questions are about one layer
(``situation``): ``alternatives``, ``rank``, ``frontier``, ``prices``, ``posts``, ``hours``, ``reasons``,
``robustness``, ``sensitivity``, ``change``, ``municipality``, ``schedule`` and ``implied_key`` are the modules that answer them, each
with the function of its name.
"""
