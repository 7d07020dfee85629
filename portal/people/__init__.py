"""The noun `people`."""
