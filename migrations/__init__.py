"""The database's history: numbered, reversible, run by the owner role."""
