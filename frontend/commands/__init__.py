"""Commands at a prompt: clients of the schema, like pages."""
