"""The noun `flags`."""
