"""What the page “Why this plan” consists of: a part for each question."""
