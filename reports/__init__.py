"""The committee's papers: report, slides, workbook, maps, from one content tree."""
