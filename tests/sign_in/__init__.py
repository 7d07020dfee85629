"""The pages for signing in and the gate before every page."""
