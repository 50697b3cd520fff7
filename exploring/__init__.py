"""The one place that asks why this plan: a question becomes an answer, or the reason why there is none."""
