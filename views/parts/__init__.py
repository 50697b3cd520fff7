"""What several pages share: verdicts, tables, choices, saving, waiting."""
