"""Exact answers about the way from a plan to its districts at work.

As in ``optimizer.explore``, whose situation, tables and searches they use, every answer states its proof, or is a
sample and states its size. ``change``, ``growth``, ``absence``, ``staffing``, ``municipality``, ``agreements``,
``schedule``, ``services`` and ``implied_key`` each answer a question and have a function of their name.
"""
