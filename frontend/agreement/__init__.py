"""The sharing agreement as people read it."""
