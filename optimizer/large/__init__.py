"""Good plans of large counties, with a bound: found by searching, proven to within a gap."""
