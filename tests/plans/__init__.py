"""Promises about joint commissioning plans."""
