"""Several writers of one connector (contract DO-4.1-7)."""

import asyncio

from elasticsearch import ConflictError

from documents import CONCRETE, CONNECTORS
from source import Source


async def two(play):
    """Both have read the same; one of them succeeds."""
    service = play.service("books", source=Source())
    play.at("make a connector", "DO-3-2")
    await play.configured(service, "books")
    play.at("write twice what was read once", "DO-4.1-7", "RL-12-1", "DO-1.2-7")
    uuid = (await play.client.indices.get_settings(index=CONCRETE[CONNECTORS]))[CONCRETE[CONNECTORS]]["settings"]
    uuid = uuid["index"]["uuid"]
    for round in range(10):
        read = await service.connectors.get("books")
        writes = [
            service.connectors.update("books", {"description": f"{writer} {round}"}, read) for writer in ("one", "two")
        ]
        outcomes = await asyncio.gather(*writes, return_exceptions=True)
        refused = [outcome for outcome in outcomes if isinstance(outcome, ConflictError)]
        play.must("outcomes", [type(one).__name__ for one in refused], ["ConflictError"])
        winner = "two" if outcomes[0] is refused[0] else "one"
        reason = (
            f"[books]: version conflict, required seqNo [{read.seq_no}], primary term [1]. "
            f"current document has seqNo [{read.seq_no + 1}] and primary term [1]"
        )
        cause = {
            "type": "version_conflict_engine_exception", "reason": reason, "index_uuid": uuid, "shard": "0",
            "index": CONCRETE[CONNECTORS],
        }
        play.equal("body of the 409", refused[0].body, {"error": {"root_cause": [cause], **cause}, "status": 409})
        await play.views.connector("books", description=f"{winner} {round}")
        play.equal("read", (await service.connectors.get("books")).seq_no, read.seq_no + 1)


async def hundred(play):
    """Each counts up once, and tries until nobody comes between."""
    service = play.service("books", source=Source())
    play.at("make a connector", "DO-3-2")
    await play.configured(service, "books")
    await service.connectors.update("books", {"last_indexed_document_count": 0})
    await play.views.connector("books", last_indexed_document_count=0)
    play.may_drop, conflicts = True, 0

    async def count_up(read):
        nonlocal conflicts
        while True:
            try:
                count = read["last_indexed_document_count"] + 1
                return await service.connectors.update("books", {"last_indexed_document_count": count}, read)
            except ConflictError:
                conflicts += 1
                read = await service.connectors.get("books")

    play.at("count up from a hundred writers", "DO-4.1-7", "DO-4-2")
    reads = await asyncio.gather(*(service.connectors.get("books") for _ in range(100)))
    answers = await asyncio.gather(*(count_up(read) for read in reads))
    document = await play.views.connector("books", writes=100, last_indexed_document_count=100)
    numbers = [answer["_seq_no"] for answer in answers]
    play.equal("sequence numbers", sorted(numbers), list(range(document.seq_no - 99, document.seq_no + 1)))
    # All have read the same, so all but one come too late the first time.
    play.equal("there were conflicts", conflicts >= 99, True)
