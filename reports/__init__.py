"""What people read of a plan: the sentences, the result file, the tables of the command line."""
