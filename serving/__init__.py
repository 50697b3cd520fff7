"""What the server computes once for all who ask: processes, answers, papers. Knows no page."""
