"""Who is at work, what they may do, and the record of what they did. Without a login everybody may do everything."""
