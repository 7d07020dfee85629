"""Accounts, sessions and what proves who somebody is."""
