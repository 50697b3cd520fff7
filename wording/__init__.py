"""What is said of a plan, as data: sentences, tables, differences, money, reasons; each medium renders it."""
