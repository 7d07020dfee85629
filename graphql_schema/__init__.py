"""The only door to the domain: one GraphQL schema, executed in-process or over HTTP by the same `Door.execute`."""

from graphql_schema.door import Door, Execution

__all__ = ["Door", "Execution"]
