"""The pages of the browser application: layout only. What they show is computed elsewhere."""
