"""Statuses that are written around the status machines: accepted, and told (contract DO-4-3)."""

from documents import JOBS
from source import Source

RULE = "write-around-the-states"


async def around(play):
    """Every way in which a document can be written."""
    service = play.service("books", source=Source())
    play.at("make a connector", "DO-3-2")
    await play.configured(service, "books")
    await of_jobs(play, service)
    await of_connectors(play, service)


async def of_jobs(play, service):
    """Sync jobs."""
    client = play.client
    play.at("complete a job that nobody has claimed", "DO-4-3", "SJ-4-1")
    run = await play.job(service, "books")
    id = run.job.id
    await service.jobs.update(id, {"status": "completed"})
    play.advise(RULE, f"sync job [{id}] was written from pending to completed")
    await play.views.job(id, status="completed")
    play.at("put it back", "DO-4-3", "SJ-4-5")
    await service.jobs.update(id, {"status": "in_progress"})
    play.advise(RULE, f"sync job [{id}] was written from completed to in_progress")
    await play.views.job(id, status="in_progress")
    play.at("go where the states allow it", "SJ-4-2")
    await service.jobs.update(id, {"status": "suspended"})
    await play.views.job(id, status="suspended")

    play.at("write a status that there is not", "DO-4-3", "SJ-3-4")
    await service.jobs.update(id, {"status": "cancelled"})
    play.advise(RULE, f"sync job [{id}] was written from suspended to [cancelled], which is no status")
    await play.views.job(id, status="cancelled")
    play.at("write over it as a whole", "DO-4-3", "DO-4.3-3")
    whole = {**run.job.source, "status": "pending"}
    await client.index(index=JOBS, id=id, document=whole)
    await play.views.job(id, status="pending")
    await client.index(index=JOBS, id=id, document={**whole, "status": "canceling"})
    play.advise(RULE, f"sync job [{id}] was written from pending to canceling")
    await play.views.job(id, status="canceling")
    play.at("write many", "DO-4-3", "DO-5.1-1")
    await client.bulk(operations=[
        {"update": {"_index": JOBS, "_id": id}}, {"doc": {"status": "canceled"}},
        {"update": {"_index": JOBS, "_id": id}}, {"doc": {"status": "pending"}},
    ])
    play.advise(RULE, f"sync job [{id}] was written from canceled to pending")
    await play.views.job(id, writes=2, status="pending")
    play.at("delete a job that runs", "DO-3-7", "DO-4.4-1")
    await service.jobs.update(id, {"status": "in_progress"})
    await client.delete(index=JOBS, id=id)
    play.advise("delete-of-a-running-job", f"sync job [{id}] was deleted while it was in_progress")
    play.views.numbers[JOBS] += 1
    await play.views.gone(JOBS, id)


async def of_connectors(play, service):
    """Connectors."""
    play.at("connect without a configuration", "DO-4-3", "CN-3-2")
    await play.client.connector.put(connector_id="films", name="Films")
    await play.views.connector("films", status="created")
    await service.connectors.update("films", {"status": "connected"})
    play.advise(RULE, "connector [films] was written from created to connected")
    await play.views.connector("films", status="connected")
    play.at("write a status that there is not", "DO-4-3", "DO-4-4")
    await service.connectors.update("films", {"status": "conected"})
    play.advise(RULE, "connector [films] was written from connected to [conected], which is no status")
    await play.views.connector("films", status="conected")
    play.at("write no status", "DO-4-3")
    await service.connectors.update("films", {"description": "none", "status": "conected"})
    await play.views.connector("films", description="none")
    if play.keeps_deleted:
        play.at("write to a connector that was deleted", "DO-4-3", "CN-1.6-1")
        await play.client.connector.delete(connector_id="films")
        await play.views.connector("films", deleted=True)
        await service.connectors.update("films", {"description": "gone"})
        play.advise("write-to-a-deleted-connector", "connector [films] was deleted and then changed")
        await play.views.connector("films", deleted=True, description="gone")
    play.at("write documents of other indices with the same ids", "DO-4-3")
    await play.client.index(index="search-films", id="films", document={"status": "completed"})
    await play.client.update(index="search-films", id="films", doc={"status": "pending"})
    await play.views.connector("films", writes=0)
