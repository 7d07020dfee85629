"""The schema served over HTTP."""
