"""The worklists."""
