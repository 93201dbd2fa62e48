import pytest
from sqlalchemy import create_engine
from sqlalchemy.pool import QueuePool

from geo_observatorio.db.engine import begin, make_engine
from geo_observatorio.errors import DatabaseUnreachableError


def test_a_database_that_nobody_runs_is_said_to_be_unreachable(tmp_path) -> None:
    engine = make_engine(f"postgresql://nadie@/nada?host={tmp_path}")
    with pytest.raises(DatabaseUnreachableError), begin(engine):
        pass


def test_a_pool_without_a_free_connection_is_a_refusal_and_no_traceback(engine) -> None:
    narrow = create_engine(engine.url, poolclass=QueuePool, pool_size=1, max_overflow=0, pool_timeout=0.1)
    with begin(narrow), pytest.raises(DatabaseUnreachableError), begin(narrow):
        pass
    narrow.dispose()
