"""Worklists: who finds which flag where, in which order, and how they keep the way they look at it."""
