"""Commands that are not clients of the schema: upgrade, checks, first set-up."""
