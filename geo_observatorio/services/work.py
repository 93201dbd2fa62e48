"""The worker: takes uploads from the queue one after the other, and takes up what another worker left behind."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Final
from uuid import UUID

from procrastinate import App, JobContext, PsycopgConnector, RetryStrategy
from procrastinate.exceptions import ConnectorException, JobAborted
from sqlalchemy import Engine

from geo_observatorio.db.engine import begin, make_engine
from geo_observatorio.db.uploads import list_waiting, requeue_lost
from geo_observatorio.errors import DatabaseUnreachableError
from geo_observatorio.services.spool import clean_spool
from geo_observatorio.services.upload_work import run_upload

QUEUE: Final = "uploads"
LEASE: Final = 20.0  # seconds without a sign of life after which a worker's upload is taken up by another
GRACE: Final = 1.0  # seconds that a stopping worker leaves to what it is doing; what is left is taken up again
CLEANING: Final = 3600.0  # seconds between two looks for forgotten files
LOG: Final = logging.getLogger(__name__)


def run_worker(url: str, folder: Path, *, lease: float = LEASE, ready: Callable[[], None] = lambda: None) -> None:
    """Work until the process is told to stop.

    Parameters
    ----------
    folder
        The spool that the pages write to.
    ready
        Is called when the queue is being watched.

    Raises
    ------
    DatabaseUnreachableError
        Nobody answers, or nobody any more.
    """
    engine = make_engine(url)
    try:
        asyncio.run(_work(make_queue(url, engine, folder), engine, folder, lease, ready))
    except ConnectorException as error:
        raise DatabaseUnreachableError(found=type(error.__cause__ or error).__name__) from error
    finally:
        engine.dispose()


def make_queue(url: str, engine: Engine, folder: Path) -> App:
    """Make the queue on procrastinate's tables, with the one kind of work that there is."""
    connector = PsycopgConnector(
        conninfo=url, kwargs={"options": "-c search_path=procrastinate,public"}, min_size=1, max_size=3, timeout=10
    )
    queue = App(connector=connector)

    @queue.task(name="ingest_upload", queue=QUEUE, pass_context=True, retry=RetryStrategy(wait=1))
    def ingest_upload(context: JobContext, upload: str) -> None:
        if not run_upload(engine, folder, UUID(upload), context.should_abort):
            raise JobAborted

    return queue


async def _work(queue: App, engine: Engine, folder: Path, lease: float, ready: Callable[[], None]) -> None:
    async with queue.open_async():
        sides = [asyncio.create_task(_take_up(queue, lease)), asyncio.create_task(_clean(engine, folder))]
        ready()
        try:
            await queue.run_worker_async(
                queues=[QUEUE],
                concurrency=1,
                update_heartbeat_interval=lease / 4,
                stalled_worker_timeout=lease,
                shutdown_graceful_timeout=GRACE,
                delete_jobs="always",
            )
        finally:
            for side in sides:
                side.cancel()


async def _take_up(queue: App, lease: float) -> None:
    """Put back into the queue what a worker left that gives no sign of life."""
    while True:
        for job in await queue.job_manager.get_stalled_jobs(queue=QUEUE, seconds_since_heartbeat=lease):
            LOG.warning("taking up job %s again", job.id)
            await queue.job_manager.retry_job(job)
        await asyncio.sleep(lease / 4)


async def _clean(engine: Engine, folder: Path) -> None:
    """Remove forgotten files of the spool, now and then."""
    while True:
        await asyncio.to_thread(clean, engine, folder)
        await asyncio.sleep(CLEANING)


def clean(engine: Engine, folder: Path) -> int:
    """Remove files of the spool that nobody waits for, and queue what is in no queue; return how many were removed."""
    with begin(engine) as conn:
        requeue_lost(conn)
        waiting = list_waiting(conn)
    return clean_spool(folder, waiting)
