"""The schema for whoever builds on it: who reads what, limits, and an explorer."""
