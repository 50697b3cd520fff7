"""Who is where when, to hang up and to look up: a poster, and a calendar that other programs read."""
