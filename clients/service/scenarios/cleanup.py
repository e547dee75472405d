"""Clean-up of jobs that nobody works at, and of jobs whose connector is gone (documents.md sections 2 and 3)."""

from checks import ABSENT, A_TIME
from service import IDLE


async def jobs(play):
    """Idle jobs after five minutes, orphaned jobs at once."""
    service = play.service("books", "films", "maps")
    await service.start()
    runs = {}
    for name in ("books", "films", "maps"):
        play.at(f"run a job of {name}", "DO-3-3")
        await play.configured(service, name, f"search-{name}")
        runs[name] = await play.running(service, name)
        await runs[name].report()
        await play.views.job(runs[name].job.id, last_seen=A_TIME)
    play.at("have one of them canceled", "DO-3-4")
    await play.client.connector.sync_job_cancel(connector_sync_job_id=runs["films"].job.id)
    await play.views.job(runs["films"].job.id, status="canceling")
    play.at("find nothing to clean up", "DO-2-7", "DO-2-8")
    play.equal("idle jobs", await service.clean_idle(), [])
    play.equal("orphaned jobs", await service.clean_orphaned(), [])
    play.at("wait for nearly five minutes", "DO-2-8")
    play.mock.advance("285s")
    play.equal("idle jobs", await service.clean_idle(), [])

    play.at("wait for more than five minutes", "DO-2-8", "DO-3-5")
    play.mock.advance("20s")
    await runs["maps"].report()
    await play.views.job(runs["maps"].job.id, last_seen=A_TIME)
    idle = await service.clean_idle()
    play.equal("idle jobs", sorted(idle), sorted(runs[name].job.id for name in ("books", "films")))
    for id in idle:
        name = next(name for name, run in runs.items() if run.job.id == id)
        await play.views.job(id, status="error", error=IDLE, completed_at=A_TIME, canceled_at=ABSENT)
        await play.views.connector(
            name, status="error", error=IDLE, last_sync_status="error",
            last_sync_error=IDLE, last_synced=A_TIME,
        )
    await play.views.job(runs["maps"].job.id, writes=0, status="in_progress")
    await play.views.connector("maps", writes=0, status="connected", last_sync_status="in_progress")
    play.at("find none of them again", "DO-2-8")
    play.equal("idle jobs", await service.clean_idle(), [])

    await orphans(play, service, runs["maps"])


async def orphans(play, service, run):
    """Connectors that are deleted, for good or not."""
    if play.keeps_deleted:
        play.at("delete a connector, which is kept", "DO-2-7", "CN-4.4-1")
        await play.client.connector.delete(connector_id="maps")
        await play.views.connector("maps", deleted=True)
        play.equal("orphaned jobs", await service.clean_orphaned(), [])
    play.at("delete it for good", "DO-2-7", "CN-4.4-3")
    await play.delete("books")
    play.equal("orphaned jobs", await service.clean_orphaned(), [])
    await play.delete("maps")
    play.equal("orphaned jobs", await service.clean_orphaned(), [run.job.id])
    await play.views.job(run.job.id, status="error", error=IDLE, completed_at=A_TIME)

    play.at("have no connector at all", "DO-2-7")
    await play.client.connector.sync_job_post(id="films", job_type="full")
    [waiting] = await service.pending("full")
    await play.views.job(waiting.id, status="pending")
    await service.jobs.update(waiting.id, {"status": "in_progress"})
    await play.views.job(waiting.id, status="in_progress")
    await play.delete("films")
    play.equal("orphaned jobs", await service.clean_orphaned(), [waiting.id])
    play.wire("request", {
        "method": "POST", "target": "/.elastic-connectors-sync-jobs/_search?expand_wildcards=hidden", "body": {
            "query": {"bool": {
                "must_not": {"terms": {"connector.id": []}},
                "filter": [{"terms": {"status": ["in_progress", "canceling"]}}],
            }},
            "from": 0, "size": 100, "seq_no_primary_term": True,
        },
    }, operation="search")
    await play.views.job(waiting.id, status="error", error=IDLE)
    await play.views.counts(0, 4)
