"""The tables of the queue are the package's own: a change of them is a migration of ours."""

from __future__ import annotations

import hashlib

from procrastinate.schema import SchemaManager

# Of the schema that migration 0005 applied; see docs/decisions.
KNOWN = "c70ec4b400a60ad9592787653aae5ae77ae41bf801d56b5bd2712751a07f2009"


def test_the_schema_of_the_queue_is_the_one_that_was_applied() -> None:
    found = hashlib.sha256(SchemaManager.get_schema().encode()).hexdigest()
    assert found == KNOWN, "procrastinate changed its tables: add a migration that runs its own migration files"
