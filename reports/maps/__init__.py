"""The maps of the papers, as files and as a page for the browser."""
