"""What the page “What if” consists of: a plan changed by hand."""
