"""The planned path held against a slow one: generated documents, asked by everybody, answered twice."""
