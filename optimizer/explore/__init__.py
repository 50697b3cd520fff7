"""Exact answers about a plan: why this one, and the way there.

Every answer is exact and states its proof, or is a sample and states its size. All questions are about one layer
(``situation``). A module answers one of them and has a function of its name.

Why this plan: ``alternatives``, ``rank``, ``frontier``, ``prices``, ``posts``, ``hours``, ``reasons``, ``robustness``
and ``sensitivity``. The way there: ``change``, ``growth``, ``absence``, ``staffing``, ``municipality``, ``agreements``,
``schedule``, ``services`` and ``implied_key``.
"""
