"""What a database of the tests holds at its end: the words of its records, and everything else that it keeps."""

from collections.abc import Iterable

import psycopg
from psycopg import sql

from portal.operations.catalog.listed import PUBLIC
from tests.canaries.columns import Column, said, typed
from tests.canaries.gatherer import Gatherer

# Texts, documents and lists of texts.
_TEXTS = """
    select table_name, column_name from information_schema.columns
     where table_schema = 'public' and data_type in ('text', 'character varying', 'json', 'jsonb', 'ARRAY')
"""
# No shorter value is a run of words or a long token.
_SHORTEST = 12


def read(url: str, gatherer: Gatherer) -> None:
    """Look through a database as its owner, before it goes."""
    with psycopg.connect(url.replace("postgresql+psycopg://", "postgresql://", 1)) as connection:
        there = {(table, column) for table, column in connection.execute(_TEXTS)}
        gatherer.plant(value for _, value in _values(connection, there.intersection(said())))
        elsewhere = {column for column in there.difference(typed()) if column[0] not in PUBLIC}
        for where, value in _values(connection, elsewhere):
            gatherer.gather(f"The column {where}", value)


def _values(connection: psycopg.Connection, columns: Iterable[Column]) -> Iterable[tuple[str, str]]:
    asked = [
        sql.SQL("select distinct {name}, {column}::text from {table} where length({column}::text) >= {least}").format(
            name=sql.Literal(f"{table}.{column}"),
            column=sql.Identifier(column),
            table=sql.Identifier("public", table),
            least=sql.Literal(_SHORTEST),
        )
        for table, column in columns
    ]
    return connection.execute(sql.SQL(" union all ").join(asked)) if asked else ()
