"""Imported incidents and what becomes of them."""
