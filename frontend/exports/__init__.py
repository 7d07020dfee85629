"""Taking a copy of a flag."""
