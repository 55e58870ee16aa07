"""What all tables have in common."""

from typing import ClassVar

from sqlalchemy import MetaData
from sqlmodel import SQLModel

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
CLUSTERED = {"sqlite_with_rowid": False}
"""Rows lie in the order of their key: one tree to write instead of two. For small rows only: messages, so stored, made
a batch of turns twice as slow, since every conversation's next row then goes to a page of its own."""


class Row(SQLModel):
    """The base of all tables."""

    metadata: ClassVar[MetaData] = METADATA
