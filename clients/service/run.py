"""A job of the connector service, from the claim to its end (documents.md section 3)."""

import json

from elasticsearch import helpers

from documents import now
from service import PIPELINE, with_attempts

HOST = "worker-1"


class Canceled(Exception):
    """Somebody asked for the end of the job."""


class NotRunning(Exception):
    """The job has a status that it cannot have now."""


class Gone(Exception):
    """The job was deleted."""


class AlreadyRunning(Exception):
    """Another service works at a job of the connector."""


class Run:
    """What the service does with one job."""

    def __init__(self, service, job):
        self.service, self.client, self.job = service, service.client, job
        self.connector_id, self.job_type = job["connector.id"], job["job_type"]
        self.index = job["connector.index_name"]
        self.pipeline = {**PIPELINE, **(job["connector.pipeline"] or {})}["name"]
        self.indexed, self.deleted, self.volume = 0, 0, 0
        self.connector = None

    def of_content(self):
        """Whether the job is about documents, not about who may read them."""
        return self.job_type != "access_control"

    async def begin(self):
        """Tells the connector that a sync begins."""
        kind = "last_sync" if self.of_content() else "last_access_control_sync"

        async def attempt():
            self.connector = await self.service.connectors.get(self.connector_id)
            if self.connector[f"{kind}_status"] == "in_progress":
                raise AlreadyRunning
            await self.service.interrupted("begin")
            doc = {"status": "connected", "error": None, f"{kind}_status": "in_progress", f"{kind}_error": None}
            await self.service.connectors.update(self.connector_id, doc, self.connector)

        await with_attempts(attempt)

    async def claim(self):
        """DO-1.1-6, DO-3-8, DO-3-10"""
        cursor = self.connector["sync_cursor"] if self.job_type == "incremental" else None
        if self.service.uses_api:
            await self.client.connector.sync_job_claim(
                connector_sync_job_id=self.job.id, worker_hostname=HOST, sync_cursor=cursor
            )
        else:
            await self.service.jobs.update(self.job.id, {
                "status": "in_progress", "started_at": now(), "last_seen": now(), "worker_hostname": HOST,
                "connector.sync_cursor": cursor,
            })

    async def prepare_index(self):
        """DO-1.2-9, DO-1.2-10; whether the index was made."""
        answer = await self.client.indices.get(index=self.index, ignore_unavailable=True)
        names = {name for index, about in answer.items() for name in (index, *about["aliases"])}
        if self.index not in names:
            await self.client.indices.create(index=self.index)
        return self.index not in names

    async def existing(self):
        """DO-1.2-11 to DO-1.2-14: ids with the times of the documents that are there."""
        if not await self.client.indices.exists(index=self.index):
            return {}
        hits = helpers.async_scan(self.client, index=self.index, _source=["id", "_timestamp"])
        return {hit["_source"].get("id", hit["_id"]): hit["_source"].get("_timestamp") async for hit in hits}

    async def write(self, actions):
        """DO-1.2-15 with the client's own helper; gives the outcomes (operation, outcome) of all actions."""
        actions = [{"_index": self.index, **action} for action in actions]
        outcomes = []
        async for _, item in helpers.async_streaming_bulk(
            self.client, actions, chunk_size=500, raise_on_error=False, pipeline=self.pipeline
        ):
            outcomes += item.items()
        self.add_up(outcomes, actions)
        return outcomes

    async def write_whole(self, actions):
        """The same with the helper that counts; gives how many succeeded, and the errors."""
        actions = [{"_index": self.index, **action} for action in actions]
        succeeded, errors = await helpers.async_bulk(
            self.client, actions, chunk_size=500, raise_on_error=False, pipeline=self.pipeline
        )
        self.indexed += succeeded
        return [succeeded, errors]

    async def write_at_once(self, operations):
        """DO-1.2-15 as the service sends it: lines; gives the whole answer."""
        answer = (await self.client.bulk(operations=operations, pipeline=self.pipeline)).body
        self.add_up([pair for item in answer["items"] for pair in item.items()], operations)
        return answer

    def add_up(self, outcomes, sent):
        """Counts what succeeded."""
        for operation, outcome in outcomes:
            if "result" in outcome and operation == "delete":
                self.deleted += 1
            elif "result" in outcome:
                self.indexed += 1
        self.volume += len(json.dumps(sent)) // (1024 * 1024)

    async def look(self):
        """Every five seconds: whether connector and job are as they should be."""
        await self.service.connectors.get(self.connector_id)
        job = await self.service.jobs.get(self.job.id)
        if job is None:
            raise Gone
        if job["status"] == "canceling":
            raise Canceled
        if job["status"] != "in_progress":
            raise NotRunning(job["status"])

    def counts(self):
        """What the job did so far."""
        return {
            "indexed_document_count": self.indexed, "indexed_document_volume": self.volume,
            "deleted_document_count": self.deleted,
        }

    async def report(self):
        """DO-1.1-7, every ten seconds"""
        await self.service.jobs.get(self.job.id)
        if self.service.uses_api:
            await self.client.connector.sync_job_update_stats(
                connector_sync_job_id=self.job.id, body=self.counts(), metadata={}
            )
        else:
            await self.service.jobs.update(self.job.id, {"last_seen": now(), **self.counts()})

    async def end(self, status, error=None, cursor=None):
        """Writes how it ended into the job, if there still is one, and into the connector."""
        if await self.service.jobs.get(self.job.id) is not None:
            connector = await self.service.connectors.get(self.connector_id)
            total = {"total_document_count": await self.count(connector["index_name"])}
            await self.service.terminate(self.job.id, status, error, {**self.counts(), **total})
        await self.service.connectors.get(self.connector_id)
        ended = await self.service.jobs.get(self.job.id)
        await self.service.sync_done(self.connector_id, ended, cursor)

    async def count(self, index):
        """DO-1.2-16, DO-1.2-17"""
        await self.client.indices.refresh(index=index, ignore_unavailable=True)
        return (await self.client.count(index=index, ignore_unavailable=True))["count"]
