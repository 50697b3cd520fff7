"""A result worked out a second time from its inputs, by code that shares nothing with the optimizer."""
