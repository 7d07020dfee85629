"""The noun `partnerships`."""
