"""The domain of Concord: no web framework, no GraphQL, no HTML."""
