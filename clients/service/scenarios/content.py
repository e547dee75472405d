"""Syncs of content: full ones, and incremental ones with a cursor (documents.md section 3)."""

from checks import ABSENT, A_TIME
from documents import JOBS
from play import INDEX
from source import FOR_THE_PIPELINE, Source


def index_all(source):
    """What a full sync sends of every document."""
    return [{"_op_type": "index", "_id": id, "_source": book} for id, book in source.documents().items()]


async def full(play):
    """The first sync, and a second one where things have changed."""
    source = Source(books=1200)
    service = play.service("books", source=source)
    await service.start()
    play.at("make a connector", "DO-3-2")
    await play.configured(service, "books")
    run = await first(play, service, source)
    await second(play, service, source)
    play.at("see that the first job is as it was", "DO-4-2")
    await play.views.job(run.job.id, writes=0, status="completed")
    ended = await play.client.connector.sync_job_list(connector_id="books", status="completed")
    play.equal("jobs that are completed", ended["count"], 2)
    await play.views.counts(1, 2)


async def first(play, service, source):
    """A sync into an index that is not there."""
    play.at("make a job", "DO-1.1-5")
    run = await play.job(service, "books")
    play.at("begin and claim", "DO-3-3", "DO-1.1-6")
    await play.begun(run, started_at=A_TIME, last_seen=A_TIME, connector__sync_cursor=ABSENT)
    play.wire("claim", {
        "method": "PUT", "target": f"/_connector/_sync_job/{run.job.id}/_claim", "body": {"worker_hostname": "worker-1"},
    }, operation="connector.sync_job_claim")
    play.at("make the index", "DO-1.2-9", "DO-1.2-10")
    play.equal("made", await run.prepare_index(), True)
    play.equal("asked", play.mock.last(operation="indices.get")["response"]["body"], {})
    play.at("read the ids that are there", "DO-1.2-11", "DO-1.2-12")
    play.equal("ids", await run.existing(), {})

    play.at("send the documents", "DO-1.2-15", "DO-1.2-25")
    outcomes = await run.write(index_all(source))
    play.equal("outcomes", {(op, outcome["result"]) for op, outcome in outcomes}, {("index", "created")})
    play.equal("ids", [outcome["_id"] for _, outcome in outcomes], list(source.books))
    targets = {one["request"]["target"] for one in play.mock.requests(operation="bulk")}
    play.equal("targets", sorted(targets), ["/_bulk?pipeline=search-default-ingestion"])
    stored = (await play.client.get(index=INDEX, id="book-7"))["_source"]
    sent = source.documents()["book-7"]
    play.equal("document", stored, {key: value for key, value in sent.items() if key not in FOR_THE_PIPELINE})

    play.at("look at both documents every five seconds", "DO-1.2-6")
    await run.look()
    await play.views.job(run.job.id, writes=0)
    play.at("report every ten seconds", "DO-1.1-7")
    await run.report()
    play.wire("request", {
        "method": "PUT", "target": f"/_connector/_sync_job/{run.job.id}/_stats", "body": {
            "indexed_document_count": 1200, "indexed_document_volume": 0, "deleted_document_count": 0, "metadata": {},
        },
    }, operation="connector.sync_job_update_stats")
    await play.views.job(run.job.id, indexed_document_count=1200, last_seen=A_TIME, status="in_progress")
    await play.views.connector("books", writes=0)
    play.at("end", "DO-3-3", "DO-1.2-8", "DO-1.2-16", "DO-1.2-17")
    await run.end("completed")
    bodyless = {"method": "POST", "content-type": "application/octet-stream", "content-length": "0"}
    play.wire("refresh", {**bodyless, "target": f"/{INDEX}/_refresh?ignore_unavailable=true"}, path=f"/{INDEX}/_refresh")
    del bodyless["content-type"]  # That of clients 9 is another.
    play.wire("count", {**bodyless, "target": f"/{INDEX}/_count?ignore_unavailable=true"}, path=f"/{INDEX}/_count")
    await play.views.job(
        run.job.id, status="completed", error=None, completed_at=A_TIME, indexed_document_count=1200,
        deleted_document_count=0, total_document_count=1200, canceled_at=ABSENT, started_at=A_TIME,
    )
    await play.views.connector(
        "books", status="connected", last_sync_status="completed", last_sync_error=None, last_synced=A_TIME,
        sync_cursor=None, last_indexed_document_count=1200, last_deleted_document_count=0,
    )
    return run


async def second(play, service, source):
    """A sync where documents have gone, came and changed."""
    for number in range(10):
        del source.books[f"book-{number}"]
    source.books["book-20"]["copies"] = 2
    source.books["new"] = {"title": "New", "copies": 1}
    play.at("make, begin and claim a second job", "DO-3-3")
    run = await play.running(service, "books")
    play.equal("index was made", await run.prepare_index(), False)
    play.at("read more ids than a page has", "DO-1.2-12", "DO-1.2-13", "DO-1.2-14")
    existing = await run.existing()
    play.equal("ids", len(existing), 1200)
    play.equal("a time", existing["book-20"], source.documents()["book-20"]["_timestamp"])
    pages = [len(one["hits"]["hits"]) for one in scrolled(play)]
    play.equal("sizes of the pages behind the first", pages, [200, 0])
    first_page = play.mock.last(path=f"/{INDEX}/_search")["request"]
    play.equal("target", first_page["target"], f"/{INDEX}/_search?scroll=5m")
    play.equal("body", first_page["body"], {"size": 1000, "sort": "_doc", "_source": ["id", "_timestamp"]})
    cleared = play.mock.last(operation="clear_scroll")
    play.equal("end of the scroll", cleared["response"]["body"], {"succeeded": True, "num_freed": 1})

    play.at("send and delete documents", "DO-1.2-15")
    vanished = [id for id in existing if id not in source.books]
    outcomes = await run.write(index_all(source) + [{"_op_type": "delete", "_id": id} for id in vanished])
    counted = {}
    for op, outcome in outcomes:
        counted[op, outcome["result"]] = counted.get((op, outcome["result"]), 0) + 1
    expected = {("index", "updated"): 1190, ("index", "created"): 1, ("delete", "deleted"): 10}
    play.equal("outcomes", sorted(counted.items()), sorted(expected.items()))
    play.equal("copies", (await play.client.get(index=INDEX, id="book-20"))["_source"]["copies"], 2)
    play.equal("a document that was deleted", bool(await play.client.exists(index=INDEX, id="book-3")), False)
    play.at("end the second job", "DO-3-3")
    await run.end("completed")
    await play.views.job(
        run.job.id, status="completed", indexed_document_count=1191, deleted_document_count=10,
        total_document_count=1191,
    )
    await play.views.connector("books", last_indexed_document_count=1191, last_deleted_document_count=10)


def scrolled(play):
    """The answers to the requests for further pages."""
    numbers = [one["number"] for one in play.mock.requests(operation="scroll")]
    return [play.mock.ask("GET", f"/_mock/requests/{number}")["response"]["body"] for number in numbers]


async def incremental(play):
    """Three syncs that hand a cursor from one to the next."""
    source = Source(books=3)
    service = play.service("books", source=source)
    play.at("make a connector", "DO-3-2")
    await play.configured(service, "books")

    play.at("begin without a cursor", "DO-3-8", "DO-1.1-6")
    run = await play.job(service, "books", "incremental")
    await play.begun(run, connector__sync_cursor=ABSENT)
    sent = play.mock.last(operation="connector.sync_job_claim")["request"]["body"]
    play.equal("claim", sent, {"worker_hostname": "worker-1"})
    await run.prepare_index()
    await operations(play, run, source)
    play.at("end with a cursor", "DO-3-8")
    cursor = {"since": "2026-01-01", "pages": {"shelf-1": 4}}
    await run.end("completed", cursor=cursor)
    await play.views.job(run.job.id, status="completed", connector__sync_cursor=ABSENT)
    await play.views.connector("books", sync_cursor=cursor, last_indexed_document_count=6)

    play.at("begin with the cursor", "DO-3-8", "DO-1.1-6")
    run = await play.job(service, "books", "incremental")
    play.equal("members of the job's connector", "sync_cursor" in run.job["connector"], False)
    await play.begun(run, connector__sync_cursor=cursor)
    sent = play.mock.last(operation="connector.sync_job_claim")["request"]["body"]
    play.equal("claim", sent, {"worker_hostname": "worker-1", "sync_cursor": cursor})
    play.at("end with another cursor, which is merged", "DO-3-8", "DO-1.2-7")
    await run.end("completed", cursor={"since": "2026-02-01", "pages": {"shelf-2": 1}, "rest": None})
    await play.views.job(run.job.id, status="completed", connector__sync_cursor=cursor, indexed_document_count=0)
    merged = {"since": "2026-02-01", "pages": {"shelf-1": 4, "shelf-2": 1}, "rest": None}
    await play.views.connector("books", sync_cursor=merged)

    play.at("keep the cursor when a sync fails", "DO-3-5", "DO-3-8")
    run = await play.running(service, "books", "incremental")
    await run.end("error", "ValueError: no library", cursor={"since": "2026-03-01"})
    await play.views.job(run.job.id, status="error", connector__sync_cursor=merged)
    await play.views.connector("books", sync_cursor=merged, status="error", last_sync_status="error")
    listed = await play.client.connector.sync_job_list(connector_id="books", job_type=["incremental"])
    play.equal("jobs of the list", listed["count"], 3)


async def operations(play, run, source):
    """All outcomes that an action of `_bulk` has for the service."""
    play.at("send all kinds of actions", "DO-1.2-15", "DO-5.1-5")
    books = source.documents()

    def action(op, id):
        return {op: {"_index": INDEX, "_id": id}}

    lines = [line for id, book in books.items() for line in (action("index", id), book)]
    changed = {**books["book-1"], "copies": 5}
    same = {"id": "book-1", "copies": 5}
    lines += [
        action("update", "book-1"), {"doc": changed, "doc_as_upsert": True},
        action("update", "book-1"), {"doc": same, "doc_as_upsert": True},
        action("update", "book-9"), {"doc": {"id": "book-9", "copies": 9}, "doc_as_upsert": True},
        action("delete", "book-2"), action("delete", "book-8"),
    ]
    answer = await run.write_at_once(lines)
    found = [(op, outcome["_id"], outcome["result"]) for item in answer["items"] for op, outcome in item.items()]
    play.equal("errors", answer["errors"], False)
    play.equal("outcomes", [list(one) for one in found], [
        ["index", "book-0", "created"], ["index", "book-1", "created"], ["index", "book-2", "created"],
        ["update", "book-1", "updated"], ["update", "book-1", "noop"], ["update", "book-9", "created"],
        ["delete", "book-2", "deleted"], ["delete", "book-8", "not_found"],
    ])
    play.equal("copies", (await play.client.get(index=INDEX, id="book-1"))["_source"]["copies"], 5)
    await play.client.indices.refresh(index=INDEX)
    play.equal("count", (await play.client.count(index=INDEX))["count"], 3)

    play.at("send to a pipeline that is not there", "DO-1.2-15", "DO-9-6")
    run.pipeline = "unknown"
    answer = await run.write_at_once([action("index", "book-5"), {"id": "book-5"}])
    outcome = answer["items"][0]["index"]
    play.equal("errors", answer["errors"], True)
    play.equal("result", outcome.get("result"), None)
    play.equal("error", outcome["error"]["reason"], "pipeline with id [unknown] does not exist")
    play.equal("status", outcome["status"], 400)
    play.at("see that neither view of the job has changed", "DO-4-2")
    await play.views.job(run.job.id, writes=0)
    play.equal("jobs", (await play.client.count(index=JOBS))["count"], 1)
