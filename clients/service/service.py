"""Elastic's connector service, as far as Elasticsearch sees it: the requests of documents.md sections 1 to 3.

Each method is what the service does at one point; the scenarios call them in its order and look at what came of it.
With `uses_api=False` it is the service with `feature_use_connectors_api: false` (DO-3-10).
"""

from elasticsearch import ConflictError

import queries
from documents import CONCRETE, CONNECTORS, JOBS, Index, member, now
from source import MEMBERS

LICENSES = ["basic", "gold", "platinum", "enterprise", "trial"]
ACCESS_CONTROL_PREFIX = ".search-acl-filter-"
IDLE = "The job has not seen any update for some time."
ATTEMPTS = 3
PIPELINE = {
    "name": "search-default-ingestion", "extract_binary_content": True, "reduce_whitespace": True,
    "run_ml_inference": True,
}
SCHEDULED_AT = {
    "full": "last_sync_scheduled_at", "incremental": "last_incremental_sync_scheduled_at",
    "access_control": "last_access_control_sync_scheduled_at",
}


async def with_attempts(action):
    """Does it again where somebody else wrote in between."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return await action()
        except ConflictError:
            if attempt == ATTEMPTS:
                raise


class Service:
    """A running connector service with the connectors and service types that its configuration names."""

    def __init__(self, client, source, connector_ids=(), service_types=(), uses_api=True):
        self.client, self.source, self.uses_api = client, source, uses_api
        self.connector_ids, self.service_types = list(connector_ids), list(service_types)
        self.connectors, self.jobs = Index(client, CONNECTORS), Index(client, JOBS)
        # What somebody else does between a read of a method and the write that rests on it, once.
        self.interruptions = {}

    async def start(self):
        """DO-3-1: what the server is, and the two indices; gives version and flavour."""
        version = (await self.client.info())["version"]
        await self.ensure_indices()
        return version["number"], version["build_flavor"]

    async def ensure_indices(self):
        """DO-1.2-2, DO-1.2-3"""
        for index in CONCRETE.values():
            if not await self.client.indices.exists(index=index):
                await self.client.indices.create(index=index)

    async def interrupted(self, method):
        """Lets somebody else have their turn."""
        interruption = self.interruptions.pop(method, None)
        if interruption is not None:
            await interruption()

    # Finding connectors and jobs

    async def supported(self):
        """The connectors that this service is for."""
        query = queries.supported(self.connector_ids, self.service_types)
        return [] if query is None else await self.connectors.find(query)

    async def pending(self, *job_types):
        """The jobs that it may take up, the oldest first."""
        ids = [connector.id for connector in await self.supported()]
        return await self.jobs.find(queries.pending(ids, list(job_types)), queries.BY_CREATION) if ids else []

    # A scheduling pass (DO-3-2)

    async def schedule(self, connector_id, due=()):
        """Looks after a connector and makes the jobs of these types; gives their ids."""
        connector = await with_attempts(lambda: self.prepare(connector_id))
        await self.heartbeat(connector_id)
        if connector["status"] in ("created", "needs_configuration"):
            return []
        if member(self.source.features, "sync_rules.basic.enabled"):
            await with_attempts(lambda: self.validate_rules(connector_id))
        await self.connectors.update(connector_id, {"status": "connected", "error": None})
        if member(self.source.features, "document_level_security.enabled") and not await self.is_platinum():
            due = [job_type for job_type in due if job_type != "access_control"]
        return [await with_attempts(lambda: self.make_job(connector_id, job_type)) for job_type in due]

    async def prepare(self, connector_id):
        """Completes configuration, features and service type."""
        connector = await self.connectors.get(connector_id)
        await self.interrupted("prepare")
        doc = {}
        complete, stored = self.source.configuration(), connector["configuration"]
        if not stored:
            doc = {"configuration": complete, "status": "needs_configuration"}
        elif lacking := {name: {**complete[name], **field} for name, field in stored.items() if MEMBERS.keys() - field}:
            doc["configuration"] = lacking
        if connector["service_type"] is None:
            doc["service_type"] = self.source.service_type
        if connector["features"] != self.source.features:
            doc["features"] = self.source.features
        if not doc:
            return connector
        await self.connectors.update(connector_id, doc, connector)
        return await self.connectors.get(connector_id)

    async def heartbeat(self, connector_id):
        """DO-1.1-4"""
        if self.uses_api:
            await self.client.connector.check_in(connector_id=connector_id)
        else:
            await self.connectors.update(connector_id, {"last_seen": now()})

    async def validate_rules(self, connector_id):
        """DO-1.1-8, DO-1.1-9: sync rules that were edited are valid."""
        connector = await self.connectors.get(connector_id)
        rules = connector["filtering"]
        if member(rules[0], "draft.validation.state") != "edited":
            return
        validation = {"state": "valid", "errors": []}
        if self.uses_api:
            await self.client.connector.update_filtering_validation(connector_id=connector_id, validation=validation)
            await self.client.connector.update_active_filtering(connector_id=connector_id)
        else:
            rules[0]["draft"]["validation"] = validation
            rules[0]["active"] = rules[0]["draft"]
            await self.connectors.update(connector_id, {"filtering": rules}, connector)

    async def license(self):
        """DO-1.2-18: type and status of the license."""
        license = (await self.client.license.get())["license"]
        return license["type"], license["status"]

    async def is_platinum(self):
        """Whether the license allows document level security; a type that is not known raises."""
        kind, status = await self.license()
        return status != "expired" and LICENSES.index(kind) >= LICENSES.index("platinum")

    async def make_job(self, connector_id, job_type, trigger_method="scheduled"):
        """Says that a job is due and makes it."""
        connector = await self.connectors.get(connector_id)
        await self.interrupted("make_job")
        if trigger_method == "scheduled":
            await self.connectors.update(connector_id, {SCHEDULED_AT[job_type]: now()}, connector)
        if self.uses_api:
            made = await self.client.connector.sync_job_post(
                id=connector_id, job_type=job_type, trigger_method=trigger_method
            )
            return made["id"]
        return await self.jobs.add(job_document(connector, job_type, trigger_method))

    # The end of a job

    async def fail(self, job_id, error, counts=None):
        """DO-3-5"""
        await self.terminate(job_id, "error", error, counts)

    async def terminate(self, job_id, status, error=None, counts=None):
        """DO-1.2-8: the last write to a job, or the last one before it is taken up again."""
        doc = {"last_seen": now(), "status": status, "error": error}
        if status in ("error", "completed", "canceled"):
            doc["completed_at"] = now()
        if status == "canceled":
            doc["canceled_at"] = now()
        await self.jobs.update(job_id, {**doc, **(counts or {})})

    async def sync_done(self, connector_id, job, cursor=None):
        """DO-3-3: tells the connector how the job ended; none is one that was deleted (DO-3-7)."""
        status, error = ("error", "Couldn't find the job") if job is None else (job["status"], job["error"])
        of_content = {"last_sync_status": status, "last_sync_error": error}
        of_access = {"last_access_control_sync_status": status, "last_access_control_sync_error": error}
        job_type = None if job is None else job["job_type"]
        doc = {"last_synced": now(), "status": "error" if status == "error" else "connected", "error": error}
        doc |= {"access_control": of_access, None: {**of_access, **of_content}}.get(job_type, of_content)
        if job_type != "access_control" and status == "completed":
            doc["sync_cursor"] = cursor
        if job is not None and status in ("error", "completed", "canceled"):
            doc["last_indexed_document_count"] = job["indexed_document_count"]
            doc["last_deleted_document_count"] = job["deleted_document_count"]
        await self.connectors.update(connector_id, doc)

    # Clean-up

    async def clean_orphaned(self):
        """Ends jobs of connectors that are gone; gives their ids."""
        jobs = await self.jobs.find(queries.orphaned([one.id for one in await self.connectors.find()]))
        for job in jobs:
            await self.fail(job.id, IDLE)
        return [job.id for job in jobs]

    async def clean_idle(self):
        """Ends jobs that nobody works at any more; gives their ids."""
        jobs = await self.jobs.find(queries.idle([one.id for one in await self.supported()]))
        for job in jobs:
            await self.fail(job.id, IDLE)
            connector = await self.connectors.get(job["connector.id"])
            await self.sync_done(connector.id, await self.jobs.get(job.id))
        return [job.id for job in jobs]


def job_document(connector, job_type, trigger_method):
    """A job as the service and the command line store it without the Connector APIs."""
    index_name = connector["index_name"]
    if job_type == "access_control":
        index_name = ACCESS_CONTROL_PREFIX + index_name
    kept = {
        "id": connector.id, "filtering": member(connector["filtering"][0], "active"), "index_name": index_name,
        "language": connector["language"], "pipeline": {**PIPELINE, **(connector["pipeline"] or {})},
        "service_type": connector["service_type"], "configuration": connector["configuration"],
    }
    return {
        "connector": kept, "trigger_method": trigger_method, "job_type": job_type, "status": "pending",
        "indexed_document_count": 0, "indexed_document_volume": 0, "deleted_document_count": 0,
        "created_at": now(), "last_seen": now(),
    }
