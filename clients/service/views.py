"""The two views of connectors and sync jobs: the Connector APIs and the documents themselves."""

from elasticsearch import NotFoundError

from checks import ABSENT
from documents import CONCRETE, CONNECTORS, JOBS, Document, member


class Views:
    """Looks at both views after a step and compares them with each other and with what is expected.

    A write takes the next sequence number of its index and adds one to the version of its document, so it is also
    known which numbers a document has to have.
    """

    def __init__(self, client, checks, keeps_deleted):
        self.client, self.checks = client, checks
        # Asks for connectors that were deleted too.
        self.everything = "include_deleted=true&" if keeps_deleted else ""
        self.versions = {}
        self.numbers = {CONNECTORS: -1, JOBS: -1}

    async def connector(self, id, writes=1, others=0, **expected):
        """Looks at a connector.

        `writes` is how often it was written since the last look; none is any number. `others` is how often other
        documents of the index were, before the last write of this one. In names of members `__` is a dot.
        """
        headers = {"accept": "application/json"}
        api = await self.client.perform_request("GET", f"/_connector/{id}?{self.everything}", headers=headers)
        path = f"/_connector?{self.everything}size=1000"
        listed = await self.client.perform_request("GET", path, headers=headers)
        return await self.compare(CONNECTORS, id, api.body, listed.body, writes, others, expected)

    async def job(self, id, writes=1, others=0, **expected):
        """Looks at a sync job, as at a connector."""
        api = await self.client.connector.sync_job_get(connector_sync_job_id=id)
        listed = await self.client.connector.sync_job_list(size=1000)
        return await self.compare(JOBS, id, api.body, listed.body, writes, others, expected)

    async def compare(self, index, id, api, listed, writes, others, expected):
        equal = self.checks.equal
        name = "connector" if index == CONNECTORS else "sync job"
        document = (await self.client.get(index=index, id=id)).body
        source = document["_source"]
        equal(f"{name} of the Connector API", api, {"id": id, **source})
        of_list = [one for one in listed["results"] if one["id"] == id]
        equal(f"{name} in the list of the Connector API", of_list, [api])

        await self.client.indices.refresh(index=index)
        answer = await self.client.search(
            index=index, query={"term": {"_id": id}}, seq_no_primary_term=True, version=True
        )
        equal(f"{name} in a search, hits", answer["hits"]["total"]["value"], 1)
        hits = [{key: value for key, value in hit.items() if key != "_score"} for hit in answer["hits"]["hits"]]
        equal(f"{name} in a search", hits, [{key: value for key, value in document.items() if key != "found"}])

        equal(f"{name}._index", document["_index"], CONCRETE[index])
        equal(f"{name}._primary_term", document["_primary_term"], 1)
        if writes is not None:
            version = self.versions.get((index, id), 0) + writes
            equal(f"{name}._version", document["_version"], version)
            if writes:
                equal(f"{name}._seq_no", document["_seq_no"], self.numbers[index] + writes + others)
        self.versions[index, id] = document["_version"]
        self.numbers[index] = max(self.numbers[index], document["_seq_no"])

        for path, value in expected.items():
            path = path.replace("__", ".")
            equal(f"{name}.{path}", member(source, path, ABSENT), value)
        return Document.of(document)

    async def gone(self, index, id):
        """Neither view has the document, which was deleted with one write."""
        name, path = ("connector", "/_connector/") if index == CONNECTORS else ("sync job", "/_connector/_sync_job/")
        headers = {"accept": "application/json"}
        for what, call in (
            (f"{name} of the Connector API", self.client.perform_request("GET", path + id, headers=headers)),
            (f"{name} as a document", self.client.get(index=index, id=id)),
        ):
            try:
                await call
                found = 200
            except NotFoundError as error:
                found = error.meta.status
            self.checks.equal(what, found, 404)
        await self.client.indices.refresh(index=index)
        answer = await self.client.search(index=index, query={"term": {"_id": id}})
        self.checks.equal(f"{name} in a search, hits", answer["hits"]["total"]["value"], 0)
        self.numbers[index] += 1

    async def counts(self, connectors, jobs):
        """How many there are, in both views."""
        for index, path, count in ((CONNECTORS, "/_connector", connectors), (JOBS, "/_connector/_sync_job", jobs)):
            listed = await self.client.perform_request("GET", path, headers={"accept": "application/json"})
            self.checks.equal(f"count of {path}", listed["count"], count)
            query = {"bool": {"must_not": [{"term": {"deleted": True}}]}}
            counted = await self.client.count(index=index, query=query, ignore_unavailable=True)
            self.checks.equal(f"count of {index}", counted["count"], count)
