"""The noun `shares`."""
