"""The noun `agreements`."""
