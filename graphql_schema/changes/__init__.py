"""Every change the world can ask for, one file to a noun; `graphql_schema.mutation` puts them together."""
