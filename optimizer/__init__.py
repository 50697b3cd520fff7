"""The decision: districts, posts, employers and hubs. Knows no file, no map, no screen, no text for people."""
