"""The figures of a county as a planner edits them: a form, a workbook, a table; and data sets with their date."""
