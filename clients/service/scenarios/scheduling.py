"""Scheduling passes (documents.md section 3)."""

import urllib.parse

from elasticsearch import NotFoundError

from checks import ABSENT, A_TIME
from documents import CONNECTORS, JOBS
from play import EVERY_MINUTE, INDEX
from source import Source


async def passes(play):
    """From a connector that somebody has just made to its first scheduled job."""
    client, views = play.client, play.views
    service = play.service("books")
    await service.start()
    play.at("make a connector that has nothing", "CN-4.1-11")
    await client.connector.put(connector_id="books", index_name=INDEX)
    await views.connector("books", status="created", service_type=ABSENT, last_seen=ABSENT)

    play.at("complete it in the first pass", "DO-3-2", "DO-1.2-7")
    play.equal("jobs", await service.schedule("books", ["full"]), [])
    await views.connector(
        "books", writes=2, status="needs_configuration", service_type="library", last_seen=A_TIME,
        configuration=service.source.configuration(), features=service.source.features,
    )
    play.at("check in without a body", "DO-1.1-4")
    play.wire("request", {
        "method": "PUT", "target": "/_connector/books/_check_in", "content-type": "application/octet-stream",
        "content-length": "0",
    }, operation="connector.check_in")
    play.at("wait for the user in the next pass", "DO-3-2")
    play.equal("jobs", await service.schedule("books", ["full"]), [])
    await views.connector("books", status="needs_configuration")

    play.at("have the user give values and a schedule", "CN-3-12", "DO-1.1-2")
    await client.connector.update_configuration(connector_id="books", values={"shelves": 40})
    await views.connector("books", status="configured", configuration__shelves__value=40)
    await client.connector.update_scheduling(connector_id="books", scheduling={"full": EVERY_MINUTE})
    await views.connector("books", scheduling__full=EVERY_MINUTE)

    play.at("connect without a job", "DO-3-2")
    play.equal("jobs", await service.schedule("books"), [])
    await views.connector("books", writes=2, status="connected", error=None, last_sync_scheduled_at=ABSENT)

    play.at("have the user edit the sync rules", "DO-1.1-8")
    rule = {"field": "title", "id": "no-drafts", "order": 0, "policy": "exclude", "rule": "contains", "value": "draft"}
    await client.connector.update_filtering(connector_id="books", rules=[rule])
    edited = await views.connector("books")
    play.equal("state", edited["filtering"][0]["draft"]["validation"]["state"], "edited")
    play.at("validate and activate them", "DO-1.1-8", "DO-1.1-9")
    play.equal("jobs", await service.schedule("books"), [])
    valid = await views.connector("books", writes=3)
    play.equal("active rules", valid["filtering"][0]["active"]["rules"], edited["filtering"][0]["draft"]["rules"])
    play.wire("validation", {
        "method": "PUT", "target": "/_connector/books/_filtering/_validation",
        "body": {"validation": {"state": "valid", "errors": []}},
    }, operation="connector.update_filtering_validation")
    play.wire("activation", {
        "method": "PUT", "target": "/_connector/books/_filtering/_activate",
    }, operation="connector.update_active_filtering")
    await conflict(play, service)
    await due(play, service)


async def conflict(play, service):
    """Somebody writes between a read of the service and its write."""
    play.at("make a job while somebody writes", "DO-1.2-7", "DO-4.1-7")

    async def rename():
        await play.client.connector.update_name(connector_id="books", name="Renamed meanwhile")

    service.interruptions["make_job"] = rename
    jobs = await service.schedule("books", ["full"])
    statuses = [one["response"]["status"] for one in play.mock.requests(operation="update")][-3:]
    play.equal("statuses of the last updates", statuses, [200, 409, 200])
    await play.views.connector(
        "books", writes=3, name="Renamed meanwhile", last_sync_scheduled_at=A_TIME, status="connected"
    )
    play.equal("jobs that were made", len(jobs), 1)
    await play.views.job(jobs[0], status="pending", job_type="full", trigger_method="scheduled")
    await play.client.connector.sync_job_delete(connector_sync_job_id=jobs[0])
    await play.views.gone(JOBS, jobs[0])


async def due(play, service):
    """The schedule says that it is time."""
    play.at("make a job that is due", "DO-1.1-5", "DO-3-2")
    read = await play.views.connector("books", writes=0)
    [job] = await service.schedule("books", ["full"])
    play.wire("request", {
        "method": "POST", "target": "/_connector/_sync_job",
        "body": {"id": "books", "job_type": "full", "trigger_method": "scheduled"},
    }, operation="connector.sync_job_post")
    await play.views.connector("books", writes=2)
    made = await play.views.job(
        job, status="pending", job_type="full", trigger_method="scheduled", connector__id="books",
        connector__index_name=INDEX, connector__service_type="library", connector__configuration=read["configuration"],
    )
    play.equal("times", made["created_at"], made["last_seen"])
    play.at("find it", "DO-2-6")
    found = await service.pending("full", "incremental")
    play.equal("jobs", [one.id for one in found], [job])
    play.equal("jobs of access control", await service.pending("access_control"), [])
    play.at("see which document that rested on", "DO-1.2-7")
    path, _, query = play.mock.requests(operation="update")[-1]["request"]["target"].partition("?")
    play.equal("path", path, f"/{CONNECTORS}/_update/books")
    pair = {"if_seq_no": str(read.seq_no + 1), "if_primary_term": "1"}
    play.equal("parameters", dict(urllib.parse.parse_qsl(query)), pair)
    await play.views.counts(1, 1)


async def pages(play):
    """More connectors than fit on a page, and services for some of them."""
    play.at("make 230 connectors", "DO-2-10")
    for number in range(230):
        await play.client.connector.put(
            connector_id=f"c-{number}", service_type=("library", "museum")[number % 2], is_native=number >= 210
        )
    await play.views.counts(230, 0)
    play.at("list all of them, page by page", "DO-2-5", "DO-2-10")
    service = play.service("c-0", "c-1", "c-229", "unknown")
    every = await service.connectors.find()
    play.equal("ids", sorted(one.id for one in every), sorted(f"c-{number}" for number in range(230)))
    asked = [one["request"]["body"]["from"] for one in play.mock.requests(operation="search")[-3:]]
    play.equal("from of the searches", asked, [0, 100, 200])
    for one in (every[0], every[-1]):
        document = await play.views.connector(one.id, writes=None)
        play.equal(f"hit of [{one.id}]", one.__dict__, document.__dict__)

    play.at("find those of a service by their ids", "DO-2-2")
    play.equal("ids", sorted(one.id for one in await service.supported()), ["c-0", "c-1", "c-229"])
    play.at("find those of a service by their types", "DO-2-3")
    museums = [f"c-{number}" for number in range(1, 210, 2)]
    worker = play.service(service_types=["museum"])
    play.equal("ids", sorted(one.id for one in await worker.supported()), sorted(museums))
    play.at("find both", "DO-2-4")
    both = play.service("c-0", "c-1", "c-229", service_types=["museum"])
    play.equal("ids", sorted(one.id for one in await both.supported()), sorted({*museums, "c-0", "c-229"}))
    play.at("leave out what was deleted", "DO-2-2", "DO-2-3", "DO-2-5")
    await play.client.connector.delete(connector_id="c-1")
    if play.keeps_deleted:
        await play.views.connector("c-1", writes=None, deleted=True)
    else:
        await play.views.gone(CONNECTORS, "c-1")
    play.equal("ids", sorted(one.id for one in await service.supported()), ["c-0", "c-229"])
    play.equal("ids by type", len(await worker.supported()), len(museums) - 1)
    play.equal("all", len(await service.connectors.find()), 230 if play.keeps_deleted else 229)
    try:
        await play.client.connector.get(connector_id="c-1")
        play.checks.fail("the Connector API shows a connector that was deleted")
    except NotFoundError as error:
        play.equal("status", error.meta.status, 404)
    await play.views.counts(229, 0)
    play.at("have a service that is for none", "DO-2-2")
    play.equal("connectors", await play.service().supported(), [])
    play.equal("jobs", await play.service(source=Source()).pending("full"), [])
