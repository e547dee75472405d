"""The command line of the connector service (documents.md section 1.2, DO-2-9)."""

import base64

import queries
from checks import A_TEXT, A_TIME
from documents import CONNECTORS, JOBS, now
from play import INDEX
from service import ACCESS_CONTROL_PREFIX, PIPELINE
from source import Source

MIDNIGHT = {"enabled": False, "interval": "0 0 0 * * ?"}
JSON = {"accept": "application/json", "content-type": "application/json"}


def default_filtering():
    """Sync rules that let everything through."""
    at = now()
    times = {"created_at": at, "updated_at": at}
    rule = {**times, "field": "_", "id": "DEFAULT", "order": 0, "policy": "include", "rule": "regex", "value": ".*"}
    rules = {
        "advanced_snippet": {**times, "value": {}}, "rules": [rule], "validation": {"errors": [], "state": "valid"},
    }
    return [{"active": rules, "domain": "DEFAULT", "draft": rules}]


def connector_document(source, index_name, key):
    """What `connector create` stores."""
    nothing = [
        "last_access_control_sync_error", "last_access_control_sync_scheduled_at", "last_access_control_sync_status",
        "last_sync_status", "last_sync_error", "last_sync_scheduled_at", "last_synced", "last_seen",
    ]
    at = now()
    return {
        **key, "configuration": source.configuration(), "index_name": index_name, "name": "Books",
        "service_type": source.service_type, "status": "configured", "is_native": True, "language": "en",
        **dict.fromkeys(nothing), "created_at": at, "updated_at": at, "filtering": default_filtering(),
        "scheduling": {kind: MIDNIGHT for kind in ("access_control", "full", "incremental")}, "custom_scheduling": {},
        "pipeline": PIPELINE, "last_indexed_document_count": 0, "last_deleted_document_count": 0,
    }


async def commands(play):
    """login, connector create, connector list, job start, list, view and cancel, index list, clean and delete."""
    source = Source(books=3)
    # The command line never uses the Connector APIs for connectors and jobs.
    service = play.service(source=source, uses_api=False)
    play.at("login", "DO-1.2-1")
    play.equal("version", (await play.client.info())["version"]["build_flavor"], "default")
    connector_id = await create(play, service, source)

    play.at("connector list", "DO-2-5")
    await service.ensure_indices()
    listed = await service.connectors.find()
    play.equal("connectors", [one.id for one in listed], [connector_id])
    play.equal("status and last status", [listed[0]["status"], listed[0]["last_sync_status"]], ["configured", None])

    play.at("job start", "DO-1.2-21")
    connector = await service.connectors.get(connector_id)
    job_id = await service.make_job(connector_id, "full", "on_demand")
    play.equal("operations", [one["operation"] for one in play.mock.requests()[-2:]], ["get", "index"])
    await play.views.connector(connector_id, writes=0)
    await play.views.job(
        job_id, status="pending", trigger_method="on_demand", connector__id=connector_id,
        connector__configuration=connector["configuration"], connector__pipeline=PIPELINE,
    )
    play.at("job list, job view", "DO-2-9")
    for of, query in (
        ("a job", queries.of_job(job_id)),
        ("a connector", queries.jobs_of_connector(connector_id)),
        ("an index", queries.jobs_of_index(INDEX)),
    ):
        found = await service.jobs.find(query, queries.BY_CREATION)
        play.equal(f"jobs of {of}", [job.id for job in found], [job_id])
    play.equal("jobs of another", await service.jobs.find(queries.jobs_of_connector("unknown")), [])
    play.equal("job", (await service.jobs.get(job_id))["status"], "pending")

    play.at("job cancel, while it waits", "DO-3-4", "SJ-4-1")
    await service.terminate(job_id, "canceling")
    play.advise("write-around-the-states", f"sync job [{job_id}] was written from pending to canceling")
    await play.views.job(job_id, status="canceling")
    await indices(play, service)


async def create(play, service, source):
    """`connector create --native`, with a key for the connector."""
    play.at("connector create, look around", "DO-1.2-2", "DO-2-9")
    await service.ensure_indices()
    play.equal("index is there", bool(await play.client.indices.exists(index=INDEX)), False)
    play.equal("connectors of the index", await service.connectors.find(queries.of_index(INDEX)), [])
    await play.client.indices.create(index=INDEX)

    play.at("connector create, API key and secret", "DO-1.2-22", "DO-1.1-11")
    names = [INDEX, ACCESS_CONTROL_PREFIX + INDEX, ".elastic-connectors-v1*"]
    role = {"cluster": ["monitor", "manage_connector"], "index": [{"names": names, "privileges": ["all"]}]}
    key = (await play.client.security.create_api_key(
        name=f"{INDEX}-connector", role_descriptors={f"{INDEX}-connector-role": role},
        metadata={"created_by": "Connectors CLI"},
    )).body
    play.equal("key", key, {"id": A_TEXT, "name": f"{INDEX}-connector", "api_key": A_TEXT, "encoded": A_TEXT})
    play.equal("encoded", base64.b64decode(key["encoded"]).decode(), f"{key['id']}:{key['api_key']}")
    secret = await play.client.perform_request(
        "POST", "/_connector/_secret", headers=JSON, body={"value": key["encoded"]}
    )
    shown = await play.client.perform_request("GET", f"/_connector/_secret/{secret['id']}", headers=JSON)
    play.equal("secret", shown.body, {"id": secret["id"], "value": key["encoded"]})

    play.at("connector create, the document", "DO-1.2-21")
    keys = {"api_key_id": key["id"], "api_key_secret_id": secret["id"]}
    doc = connector_document(source, INDEX, keys)
    connector_id = await service.connectors.add(doc)
    sent = play.mock.last(operation="index")["request"]
    play.equal("request", [sent["method"], sent["target"]], ["POST", f"/{CONNECTORS}/_doc"])
    stored = await play.views.connector(connector_id, status="configured", is_native=True, **keys)
    play.equal("document", stored.source, doc)
    found = await service.connectors.find(queries.of_index(INDEX))
    play.equal("connectors of the index", [one.id for one in found], [connector_id])
    await play.views.counts(1, 0)

    play.at("check in by the Connector API what is a document", "DO-0-1", "DO-1.1-4")
    await play.client.connector.check_in(connector_id=connector_id)
    await play.views.connector(connector_id, last_seen=A_TIME, status="configured")
    return connector_id


async def indices(play, service):
    """The commands about indices."""
    for number in range(3):
        await play.client.index(index=INDEX, id=str(number), document={"title": f"Book {number}"})
    await play.client.indices.refresh(index=INDEX)
    play.at("index list", "DO-1.2-23")
    stats = await play.client.indices.stats(index="*")
    counts = {name: of["primaries"]["docs"]["count"] for name, of in stats["indices"].items()}
    play.equal("indices", counts, {INDEX: 3})
    names = await play.client.indices.get(index="*")
    play.equal("indices where there are no statistics", list(names), [INDEX])
    play.at("index clean", "DO-1.2-24")
    answer = await play.client.delete_by_query(index=INDEX, query={"match_all": {}}, ignore_unavailable=True)
    play.equal("deleted", [answer["deleted"], answer["failures"]], [3, []])
    await play.client.indices.refresh(index=INDEX)
    play.equal("count", (await play.client.count(index=INDEX))["count"], 0)
    play.at("index clean, where there is none", "DO-1.2-24")
    answer = await play.client.delete_by_query(index="search-films", query={"match_all": {}}, ignore_unavailable=True)
    play.equal("deleted", answer["deleted"], 0)
    play.at("index delete", "DO-1.2-20")
    await play.client.indices.delete(index=[INDEX], ignore_unavailable=True)
    play.equal("index is there", bool(await play.client.indices.exists(index=INDEX)), False)
    await play.client.indices.delete(index=[INDEX], ignore_unavailable=True)
    play.equal("jobs", len(await service.jobs.find()), 1)
    play.equal("jobs by count", (await play.client.count(index=JOBS))["count"], 1)
