"""What every scenario has at hand: the client, the service, both views, the mock's record of what came."""

from checks import ABSENT
from documents import CONNECTORS, JOBS
from mock import Mock
from run import Run
from service import Service
from source import Source
from views import Views

INDEX = "search-books"
EVERY_MINUTE = {"enabled": True, "interval": "0 * * * * ?"}


class Play:
    """One scenario against a server that has just been put back to its start."""

    def __init__(self, url, client, checks):
        self.mock, self.client, self.checks = Mock(url), client, checks
        self.at, self.equal, self.must = checks.at, checks.equal, checks.must
        self.keeps_deleted = self.mock.keeps_deleted()
        self.views = Views(client, checks, self.keeps_deleted)
        # What the journal is expected to advise, in the order of the requests.
        self.advised = []
        # Whether there may be more requests than the journal keeps.
        self.may_drop = False
        self.mock.reset()

    def service(self, *connector_ids, **more):
        """A service for these connectors."""
        return Service(self.client, more.pop("source", None) or Source(), connector_ids, **more)

    async def configured(self, service, connector_id, index_name=INDEX, **more):
        """Makes a connector that can sync, as a user and the service do together; looks at it."""
        await self.client.connector.put(
            connector_id=connector_id, index_name=index_name, name=connector_id.title(),
            service_type=service.source.service_type, **more,
        )
        await service.schedule(connector_id)
        await self.client.connector.update_configuration(
            connector_id=connector_id, values={"host": "library.example", "shelves": 12}
        )
        return await self.views.connector(connector_id, writes=4, status="configured", last_sync_status=ABSENT)

    async def job(self, service, connector_id, job_type="full"):
        """Makes a job that somebody asked for, looks at it and has the service find it."""
        made = await self.client.connector.sync_job_post(
            id=connector_id, job_type=job_type, trigger_method="on_demand"
        )
        await self.views.job(made["id"], status="pending", job_type=job_type, connector__id=connector_id)
        return await self.found(service, made["id"], job_type)

    async def found(self, service, job_id, job_type="full"):
        """What the service does with the one job that it finds."""
        pending = await service.pending(job_type)
        self.must("pending jobs", [job.id for job in pending], [job_id])
        return Run(service, pending[0])

    async def running(self, service, connector_id, job_type="full"):
        """A job that the service has claimed; looks at both."""
        run = await self.job(service, connector_id, job_type)
        await self.begun(run)
        return run

    async def begun(self, run, **of_job):
        """Begins and claims, and looks at connector and job after each."""
        kind = "last_sync" if run.of_content() else "last_access_control_sync"
        began = {f"{kind}_status": "in_progress", f"{kind}_error": None}
        await run.begin()
        await self.views.connector(run.connector_id, status="connected", error=None, **began)
        await run.claim()
        await self.views.job(run.job.id, status="in_progress", worker_hostname="worker-1", **of_job)
        await self.views.connector(run.connector_id, writes=0)

    async def delete(self, connector_id):
        """Deletes a connector for good, and looks."""
        path = f"/_connector/{connector_id}" + ("?hard=true" if self.keeps_deleted else "")
        await self.client.perform_request("DELETE", path, headers={"accept": "application/json"})
        await self.views.gone(CONNECTORS, connector_id)

    def wire(self, what, expected, **which):
        """Compares the last request of a kind with how it has to look on the wire."""
        request = self.mock.last(**which)["request"]
        headers = request.pop("headers", {})
        found = {"method": request["method"], "target": request["target"], "body": request.get("body")}
        if "content-type" in expected:
            found["content-type"] = headers.get("content-type")
        if "content-length" in expected:
            found["content-length"] = headers.get("content-length")
        self.equal(what, found, {"body": None, **expected})

    def advise(self, rule, about):
        """Expects advice on the last request."""
        self.advised.append((rule, about))

    async def finish(self):
        """What holds at the end of every scenario."""
        self.at("the record of all requests", "DO-4.1-7", "SJ-4-8")
        requests = self.mock.requests()
        self.equal("dropped requests", 0 if self.may_drop else self.mock.dropped(), 0)
        self.equal("requests that no operation has", [one for one in requests if one["operation"] is None], [])
        failed = [one["number"] for one in requests if one["response"]["status"] >= 500]
        self.equal("answers from 500", failed, [])
        told = [(advice["rule"], advice["text"].split(". ")[0]) for one in requests for advice in one.get("advice", [])]
        self.equal("advice", [list(pair) for pair in told], [list(pair) for pair in self.advised])
        self.at("both views", "DO-4-2")
        for index in (CONNECTORS, JOBS):
            ids = {id for of, id in self.views.versions if of == index}
            found = await self.client.mget(index=index, ids=sorted(ids)) if ids else {"docs": []}
            for document in found["docs"]:
                if document["found"]:
                    known = self.views.versions[index, document["_id"]]
                    self.equal(f"_version of [{document['_id']}] since it was looked at", document["_version"], known)
