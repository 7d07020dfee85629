"""The noun `agencies`."""
