"""The other ends of a job: canceled, failed, suspended, deleted (documents.md section 3)."""

from elasticsearch import BadRequestError

from checks import ABSENT, A_TIME
from documents import JOBS
from play import INDEX
from run import Canceled, Gone, NotRunning
from source import Source

from .content import index_all


async def raised(run):
    """The name of what the look at the job raises."""
    try:
        await run.look()
    except (Canceled, Gone, NotRunning) as error:
        return type(error).__name__
    return None


async def cancel(play):
    """Jobs that are canceled by the API and by the command line, while they wait, run and have ended."""
    source = Source(books=5)
    service = play.service("books", source=source)
    play.at("make a connector", "DO-3-2")
    await play.configured(service, "books")
    for who in ("API", "command line"):
        play.at(f"run a job that the {who} cancels", "DO-3-4")
        run = await play.running(service, "books")
        await run.prepare_index()
        play.equal("written", await run.write_whole(index_all(source)), [5, []])
        play.equal("before", await raised(run), None)
        if who == "API":
            await play.client.connector.sync_job_cancel(connector_sync_job_id=run.job.id)
            await play.views.job(run.job.id, status="canceling", cancelation_requested_at=A_TIME, canceled_at=ABSENT)
        else:
            await service.terminate(run.job.id, "canceling")
            await play.views.job(run.job.id, status="canceling", cancelation_requested_at=ABSENT, canceled_at=ABSENT)
        await play.views.connector("books", writes=0, last_sync_status="in_progress")
        play.at(f"see what the {who} wants, and end", "DO-3-4", "DO-1.2-6")
        play.equal("raised", await raised(run), "Canceled")
        await run.end("canceled")
        await play.views.job(
            run.job.id, status="canceled", error=None, canceled_at=A_TIME, completed_at=A_TIME,
            indexed_document_count=5, total_document_count=5,
        )
        await play.views.connector(
            "books", status="connected", error=None, last_sync_status="canceled", last_sync_error=None,
            last_indexed_document_count=5,
        )

    play.at("cancel a job that waits", "SJ-12-2")
    waiting = await play.job(service, "books")
    await play.client.connector.sync_job_cancel(connector_sync_job_id=waiting.job.id)
    await play.views.job(waiting.job.id, status="canceled", canceled_at=A_TIME, completed_at=A_TIME)
    play.equal("pending jobs", await service.pending("full"), [])
    play.at("cancel it again", "SJ-12-4")
    try:
        await play.client.connector.sync_job_cancel(connector_sync_job_id=waiting.job.id)
        play.checks.fail("a job that has ended was canceled")
    except BadRequestError as error:
        play.equal("error", error.body["error"]["type"], "status_exception")
    await play.views.job(waiting.job.id, writes=0)
    listed = await play.client.connector.sync_job_list(status="canceled")
    play.equal("jobs that are canceled", listed["count"], 3)


async def error(play):
    """A job that fails, and what comes after it."""
    source = Source(books=4)
    service = play.service("books", source=source)
    play.at("make a connector", "DO-3-2")
    await play.configured(service, "books")
    play.at("fail in the middle", "DO-3-5")
    run = await play.running(service, "books")
    await run.prepare_index()
    play.equal("written", await run.write_whole(index_all(source)), [4, []])
    await run.end("error", "ValueError: the library is closed")
    await play.views.job(
        run.job.id, status="error", error="ValueError: the library is closed", completed_at=A_TIME, canceled_at=ABSENT,
        indexed_document_count=4, total_document_count=4,
    )
    await play.views.connector(
        "books", status="error", error="ValueError: the library is closed", last_sync_status="error",
        last_sync_error="ValueError: the library is closed", last_indexed_document_count=4,
    )
    play.at("fail before there is an index", "DO-3-5", "DO-1.2-16", "DO-1.2-17")
    await play.client.indices.delete(index=[INDEX], ignore_unavailable=True)
    run = await play.running(service, "books")
    await run.end("error", "ConnectionError")
    await play.views.job(run.job.id, status="error", error="ConnectionError", total_document_count=0)
    await play.views.connector("books", status="error", error="ConnectionError", last_indexed_document_count=0)
    play.at("connect in the next pass", "DO-3-2")
    await service.schedule("books")
    await play.views.connector(
        "books", writes=2, status="connected", error=None, last_sync_status="error", last_sync_error="ConnectionError"
    )
    play.at("succeed in the next job", "DO-3-3")
    run = await play.running(service, "books")
    await run.end("completed")
    await play.views.job(run.job.id, status="completed", error=None)
    await play.views.connector("books", last_sync_status="completed", last_sync_error=None, error=None)
    play.at("fail for a reason that the connector has, not the job", "DO-3-5")
    await service.connectors.update("books", {"status": "error", "error": "no such host"})
    await play.views.connector("books", status="error", error="no such host", last_sync_status="completed")


async def suspend(play):
    """A service that is stopped, and the next one."""
    source = Source(books=6)
    service = play.service("books", source=source)
    play.at("make a connector", "DO-3-2")
    await play.configured(service, "books")
    play.at("stop the service while a job runs", "DO-3-6")
    run = await play.running(service, "books")
    await run.prepare_index()
    play.equal("written", await run.write_whole(index_all(source)[:3]), [3, []])
    await run.end("suspended")
    suspended = await play.views.job(
        run.job.id, status="suspended", completed_at=ABSENT, canceled_at=ABSENT, indexed_document_count=3,
        total_document_count=3, started_at=A_TIME,
    )
    await play.views.connector(
        "books", status="connected", last_sync_status="suspended", last_sync_error=None,
        last_indexed_document_count=ABSENT, last_synced=A_TIME,
    )
    play.at("make another job meanwhile", "DO-1.1-5")
    later = await play.client.connector.sync_job_post(id="books", job_type="full", trigger_method="scheduled")
    await play.views.job(later["id"], status="pending")

    play.at("find both in the next service, the older one first", "DO-3-6", "DO-2-6")
    service = play.service("books", source=source)
    await service.start()
    found = await service.pending("full", "incremental")
    play.must("jobs", [job.id for job in found], [run.job.id, later["id"]])
    play.at("take up the suspended job", "DO-3-6")
    resumed = type(run)(service, found[0])
    await play.begun(resumed, started_at=A_TIME, indexed_document_count=3)
    again = await service.jobs.get(run.job.id)
    play.equal("begun anew", again["started_at"] > suspended["started_at"], True)
    play.equal("ids that are there", len(await resumed.existing()), 3)
    play.equal("written", await resumed.write_whole(index_all(source)), [6, []])
    await resumed.look()
    await resumed.end("completed")
    await play.views.job(run.job.id, status="completed", indexed_document_count=6, total_document_count=6)
    await play.views.connector("books", last_sync_status="completed", last_indexed_document_count=6)
    play.at("find the other one now", "DO-2-6")
    play.equal("jobs", [job.id for job in await service.pending("full")], [later["id"]])
    await play.views.job(later["id"], writes=0)


async def deleted(play):
    """Jobs and connectors that are deleted while a job runs."""
    service = play.service("books", source=Source(books=1))
    play.at("make a connector", "DO-3-2")
    await play.configured(service, "books")
    play.at("delete a job that runs", "DO-3-7")
    run = await play.running(service, "books")
    await play.client.connector.sync_job_delete(connector_sync_job_id=run.job.id)
    play.advise("delete-of-a-running-job", f"sync job [{run.job.id}] was deleted while it was in_progress")
    await play.views.gone(JOBS, run.job.id)
    play.equal("raised", await raised(run), "Gone")
    play.at("tell the connector", "DO-3-7")
    await run.end("error", f"ConnectorJobNotFoundError: {run.job.id}")
    missing = "Couldn't find the job"
    await play.views.connector(
        "books", status="error", error=missing, last_sync_status="error", last_sync_error=missing,
        last_access_control_sync_status="error", last_access_control_sync_error=missing,
    )
    await play.views.counts(1, 0)

    play.at("find that somebody else has ended the job", "DO-1.2-6")
    run = await play.running(service, "books")
    await service.terminate(run.job.id, "completed")
    await play.views.job(run.job.id, status="completed")
    play.equal("raised", await raised(run), "NotRunning")
    play.at("delete the connector for good", "CN-4.4-3", "DO-1.2-6")
    await play.delete("books")
    play.equal("connector", await service.connectors.get("books"), None)
    await play.views.job(run.job.id, writes=0)
