"""What the page “Comparison” consists of."""
