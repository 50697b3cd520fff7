"""What people hand in, whatever it means: faults with their place, typed values, tables, YAML, workbooks, archives."""
