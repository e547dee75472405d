"""What comes before the first sync: the bootstrap and the start of the service."""

from elasticsearch import NotFoundError

from documents import CONCRETE, CONNECTORS, JOBS
from play import INDEX

PROCESSORS = [{"remove": {
    "tag": "remove_meta_fields",
    "description": "Remove meta fields",
    "field": [
        "_attachment", "_attachment_indexed_chars", "_extracted_attachment", "_extract_binary_content",
        "_reduce_whitespace", "_run_ml_inference",
    ],
    "ignore_missing": True,
}}]
PIPELINE = {"version": 1, "description": "For testing", "processors": PROCESSORS}
# As the bootstrap sends it: members are missing (DO-1.1-3).
CONFIGURATION = {
    "host": {"label": "Host", "order": 1, "type": "str", "value": "library.example", "display": "text"},
    "shelves": {
        "label": "Shelves", "order": 2, "type": "int", "value": 12, "display": "numeric",
        "validations": [{"type": "greater_than", "constraint": 0}],
    },
}


async def ensure_pipeline(play, name):
    """Stores the pipeline unless it is there; whether it was stored."""
    try:
        await play.client.ingest.get_pipeline(id=name)
        return False
    except NotFoundError:
        await play.client.ingest.put_pipeline(id=name, **PIPELINE)
        return True


async def bootstrap(play):
    """What the bootstrap of the service's functional tests does."""
    client, views = play.client, play.views
    play.at("look for the pipeline, which every server has", "DO-1.2-19", "DO-9-7")
    play.equal("stored", await ensure_pipeline(play, "search-default-ingestion"), False)
    play.at("store a pipeline that is not there", "DO-1.2-19", "DO-9-1", "DO-9-2")
    play.equal("stored", await ensure_pipeline(play, "books-ingestion"), True)
    play.equal("stored again", await ensure_pipeline(play, "books-ingestion"), False)
    shown = (await client.ingest.get_pipeline(id="books-ingestion")).body
    shown["books-ingestion"] = {key: shown["books-ingestion"].get(key) for key in PIPELINE}
    play.equal("pipeline", shown, {"books-ingestion": PIPELINE})

    play.at("create a connector", "DO-1.1-1")
    created = {"service_type": "library", "name": "library-functional-test", "index_name": INDEX, "is_native": False}
    answer = await client.connector.put(connector_id="books", **created)
    play.equal("answer", answer.body, {"id": "books", "result": "created"})
    play.wire("request", {"method": "PUT", "target": "/_connector/books", "body": created}, operation="connector.put")
    document = await views.connector("books", status="created", **created)
    before = document["scheduling"]

    play.at("give one of the schedules", "DO-1.1-2")
    full = {"enabled": True, "interval": "1 * * * * ?"}
    await client.connector.update_scheduling(connector_id="books", scheduling={"full": full})
    await views.connector("books", scheduling={**before, "full": full})

    play.at("give a configuration without all members", "DO-1.1-3")
    await client.connector.update_configuration(connector_id="books", configuration=CONFIGURATION, values=None)
    await views.connector("books", status="configured", configuration__host__display="text")

    play.at("look for the index and make it", "DO-1.2-10", "DO-1.2-11")
    play.equal("index is there", bool(await client.indices.exists(index=INDEX)), False)
    await client.indices.create(index=INDEX)
    play.wire("request", {"method": "PUT", "target": f"/{INDEX}"}, operation="indices.create")
    play.equal("index is there", bool(await client.indices.exists(index=INDEX)), True)
    play.at("make it anew", "DO-1.2-20")
    await client.index(index=INDEX, id="old", document={"title": "old"})
    await client.indices.delete(index=[INDEX], ignore_unavailable=True)
    await client.indices.create(index=INDEX)
    play.equal("count", (await client.count(index=INDEX))["count"], 0)

    play.at("complete what the bootstrap left out", "DO-3-2")
    service = play.service("books")
    play.equal("jobs", await service.schedule("books"), [])
    document = await views.connector(
        "books", writes=3, status="connected", features=service.source.features,
        configuration__host__required=False, configuration__host__display="text", configuration__host__depends_on=[],
        configuration__shelves__value=12, configuration__shelves__validations=CONFIGURATION["shelves"]["validations"],
    )
    play.equal("fields", sorted(document["configuration"]), ["host", "shelves"])
    await views.counts(1, 0)


async def start(play):
    """The start of the service on a new server, and on one where everything is there."""
    client = play.client
    play.at("see that nothing is there", "DO-1.2-2")
    for index in CONCRETE.values():
        play.equal(f"{index} is there", bool(await client.indices.exists(index=index)), False)
    play.at("start", "DO-3-1", "DO-1.2-1", "DO-1.2-3")
    service = play.service("books")
    version, flavor = await service.start()
    play.equal("major version", version.split(".")[0] in ("8", "9"), True)
    play.equal("flavour", flavor, "default")
    for index in CONCRETE.values():
        play.equal(f"requests to make {index}", len(play.mock.requests(method="PUT", path=f"/{index}")), 1)
    play.wire("request", {"method": "PUT", "target": f"/{CONCRETE[JOBS]}"}, operation="indices.create")
    play.at("find the indices under their aliases", "DO-1.2-3", "DO-1-1")
    for alias, index in CONCRETE.items():
        play.equal(f"{alias} is there", bool(await client.indices.exists(index=alias)), True)
        shown = await client.indices.get_alias(name=alias)
        play.equal(f"indices of {alias}", {name: list(of["aliases"]) for name, of in shown.items()}, {index: [alias]})
    await play.views.counts(0, 0)

    play.at("start where everything is there", "DO-3-1")
    await service.start()
    play.equal("requests to make indices", len(play.mock.requests(operation="indices.create")), 2)
    play.at("find nothing to do", "DO-2-2", "DO-2-6")
    play.equal("connectors", await service.supported(), [])
    play.equal("jobs", await service.pending("full", "incremental"), [])
    play.wire("request", {
        "method": "POST", "target": f"/{CONNECTORS}/_search?expand_wildcards=hidden", "body": {
            "query": {"bool": {"must_not": [{"term": {"deleted": True}}], "filter": [{"terms": {"_id": ["books"]}}]}},
            "from": 0, "size": 100, "seq_no_primary_term": True,
        },
    }, operation="search")
