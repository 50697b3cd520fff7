"""What must hold within a county: its tables together, and the shapes of its municipalities."""
