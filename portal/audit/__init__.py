"""The noun `audit`."""
