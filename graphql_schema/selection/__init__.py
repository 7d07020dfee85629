"""A selection set becomes one SQL statement: only what was asked for, masked in SQL, keyed by response name.

`declare` is what a noun's file writes, `kinds` knows how each kind of field is planned, `planner` walks the selection,
`start` decides where a read of a root begins.
"""
