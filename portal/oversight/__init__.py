"""The noun `oversight`."""
