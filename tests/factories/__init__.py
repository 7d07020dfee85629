"""Makers of records for tests."""
