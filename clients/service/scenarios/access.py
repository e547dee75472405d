"""Access control syncs (documents.md section 3)."""

from checks import ABSENT, A_TIME
from play import INDEX
from source import Source

ACL_INDEX = f".search-acl-filter-{INDEX}"


async def sync(play):
    """Two syncs of who may read what."""
    source = Source(books=2, protects=True)
    service = play.service("books", source=source)
    play.at("make a connector", "DO-3-2")
    await play.configured(service, "books")
    await license(play, service)

    play.at("make, begin and claim a job", "DO-3-9", "DO-1.1-5")
    run = await play.running(service, "books", "access_control")
    play.equal("index of the job", run.index, ACL_INDEX)
    await play.views.connector("books", writes=0, last_sync_status=ABSENT)
    play.at("read the ids of an index that is not there", "DO-1.2-11")
    play.equal("ids", await run.existing(), {})
    play.at("have _bulk make the index", "DO-3-9", "DO-1.2-15")
    readers = source.readers()
    outcomes = await run.write([{"_op_type": "index", "_id": id, "_source": one} for id, one in readers.items()])
    play.equal("results", [outcome["result"] for _, outcome in outcomes], ["created", "created"])
    play.equal("requests that make an index", len(play.mock.requests(operation="indices.create")), 0)
    play.equal("index is there", bool(await play.client.indices.exists(index=ACL_INDEX)), True)
    play.equal("reader", (await play.client.get(index=ACL_INDEX, id="ada"))["_source"], readers["ada"])
    play.at("end", "DO-3-9")
    await run.look()
    await run.report()
    await play.views.job(run.job.id, indexed_document_count=2)
    await run.end("completed")
    await play.views.job(run.job.id, status="completed", total_document_count=0, indexed_document_count=2)
    await play.views.connector(
        "books", last_access_control_sync_status="completed", last_access_control_sync_error=None,
        last_sync_status=ABSENT, last_synced=A_TIME, sync_cursor=ABSENT,
    )

    play.at("merge and delete in a second sync", "DO-3-9", "DO-1.2-15")
    run = await play.running(service, "books", "access_control")
    play.equal("ids", await run.existing(), {"ada": None, "grace": None})
    changed = {**readers["ada"], "identity": {"username": "ada", "email": "ada@library.example"}}
    outcomes = await run.write([
        {"_op_type": "update", "_id": "ada", "doc": changed, "doc_as_upsert": True},
        {"_op_type": "delete", "_id": "grace"},
    ])
    play.equal("results", [outcome["result"] for _, outcome in outcomes], ["updated", "deleted"])
    stored = (await play.client.get(index=ACL_INDEX, id="ada"))["_source"]
    play.equal("reader", stored["identity"], {"username": "ada", "email": "ada@library.example"})
    await run.end("completed")
    await play.views.job(run.job.id, status="completed", deleted_document_count=1, indexed_document_count=1)
    await play.views.connector("books", last_indexed_document_count=1, last_deleted_document_count=1)
    listed = await play.client.connector.sync_job_list(connector_id="books", job_type=["access_control"])
    play.equal("jobs of the list", listed["count"], 2)
    await trial(play, service)


async def license(play, service):
    """A basic license has the service make no job."""
    play.at("ask for the license", "DO-1.2-18", "DO-8-1")
    play.equal("license", list(await service.license()), ["basic", "active"])
    play.equal("jobs", await service.schedule("books", ["access_control"]), [])
    await play.views.connector("books", writes=2, status="connected", last_access_control_sync_scheduled_at=ABSENT)


async def trial(play, service):
    """A trial has it make one."""
    play.at("start a trial", "DO-8-6", "DO-8-1", "DO-1.2-18")
    started = await play.client.license.post_start_trial(acknowledge=True)
    play.equal("trial", dict(started), {"acknowledged": True, "trial_was_started": True, "type": "trial"})
    play.equal("license", list(await service.license()), ["trial", "active"])
    play.at("make a job by schedule", "DO-3-2")
    jobs = await service.schedule("books", ["access_control"])
    play.equal("jobs", len(jobs), 1)
    await play.views.job(jobs[0], status="pending", job_type="access_control", trigger_method="scheduled")
    await play.views.connector("books", writes=2, status="connected", last_access_control_sync_scheduled_at=A_TIME)
