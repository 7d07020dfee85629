"""The noun `plans`: joint commissioning plans."""
