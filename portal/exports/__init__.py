"""The noun `exports`."""
