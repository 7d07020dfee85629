"""The feedback that agencies owe as people read it."""
