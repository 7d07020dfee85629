"""The noun `identity`."""
