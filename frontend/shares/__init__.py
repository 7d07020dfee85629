"""Answering what was shared."""
