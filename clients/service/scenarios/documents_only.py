"""The service with `feature_use_connectors_api: false`: everything goes over the documents (DO-3-10)."""

from checks import A_TIME
from documents import JOBS
from source import Source

from .content import index_all


async def sync(play):
    """A connector, its scheduling and two syncs, none of them with a request to the Connector APIs."""
    source = Source(books=4)
    service = play.service("books", source=source, uses_api=False)
    await service.start()
    play.at("make a connector", "DO-3-10")
    await play.configured(service, "books")
    play.at("edit the sync rules", "CN-5.5-3")
    rule = {"field": "title", "id": "no-drafts", "order": 0, "policy": "exclude", "rule": "contains", "value": "draft"}
    await play.client.connector.update_filtering(connector_id="books", rules=[rule])
    edited = await play.views.connector("books")

    play.at("check in, validate, connect and make a job by documents", "DO-3-10", "DO-1.2-7", "DO-1.2-21")
    since = play.mock.count()
    [job] = await service.schedule("books", ["incremental"])
    asked = {one["operation"] for one in play.mock.requests(after=since)}
    play.equal("operations", sorted(asked), ["get", "index", "update"])
    document = await play.views.connector(
        "books", writes=4, last_seen=A_TIME, status="connected", last_incremental_sync_scheduled_at=A_TIME
    )
    play.equal("rules", document["filtering"][0]["active"]["rules"], edited["filtering"][0]["draft"]["rules"])
    made = await play.views.job(
        job, status="pending", job_type="incremental", connector__id="books", connector__index_name="search-books"
    )
    play.at("find the job that was stored as a document", "DO-2-6", "SJ-9-3")
    run = await play.found(service, job, "incremental")
    play.equal("job", run.job.source, made.source)
    listed = await play.client.connector.sync_job_list(connector_id="books", status="pending")
    play.equal("jobs of the list", listed["count"], 1)

    play.at("claim with a literal dotted key that is null", "DO-3-10")
    await play.begun(run)
    claimed = await play.views.job(job, writes=0)
    play.equal("members", claimed.source.get("connector.sync_cursor", "missing"), None)
    play.equal("cursor of the connector in it", claimed["connector.sync_cursor"], None)
    play.at("report, and end with a cursor", "DO-3-10", "DO-1.2-8")
    await run.prepare_index()
    await run.write(index_all(source))
    await run.look()
    await run.report()
    await play.views.job(job, indexed_document_count=4)
    await run.end("completed", cursor={"since": "2026-01-01"})
    await play.views.job(job, status="completed", total_document_count=4)
    await play.views.connector("books", sync_cursor={"since": "2026-01-01"}, last_indexed_document_count=4)

    play.at("claim with the cursor", "DO-3-10", "DO-3-8")
    [job] = await service.schedule("books", ["incremental"])
    await play.views.connector("books", writes=2)
    await play.views.job(job, status="pending")
    run = await play.found(service, job, "incremental")
    await play.begun(run)
    play.wire("request", {
        "method": "POST", "target": f"/{JOBS}/_update/{job}", "body": {"doc": {
            "status": "in_progress", "started_at": A_TIME, "last_seen": A_TIME, "worker_hostname": "worker-1",
            "connector.sync_cursor": {"since": "2026-01-01"},
        }},
    }, operation="update")
    claimed = await play.views.job(job, writes=0)
    play.equal("member", claimed.source.get("connector.sync_cursor"), {"since": "2026-01-01"})
    api = (await play.client.connector.sync_job_get(connector_sync_job_id=job)).body
    play.equal("member of the Connector API", api.get("connector.sync_cursor"), {"since": "2026-01-01"})
    play.equal("cursor within the connector", "sync_cursor" in api["connector"], False)
    await run.end("completed", cursor={"since": "2026-02-01"})
    await play.views.job(job, status="completed")
    await play.views.connector("books", sync_cursor={"since": "2026-02-01"})
    play.at("cancel by the Connector API what is a document", "DO-4-3", "SJ-12-3")
    [job] = await service.schedule("books", ["full"])
    await play.views.connector("books", writes=2)
    await play.views.job(job, status="pending", job_type="full")
    run = await play.found(service, job)
    await play.begun(run)
    await play.client.connector.sync_job_cancel(connector_sync_job_id=job)
    await play.views.job(job, status="canceling")
    await run.end("canceled")
    await play.views.job(job, status="canceled")
    await play.views.connector("books", last_sync_status="canceled")
