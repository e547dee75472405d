"""The documents of an index, read and written as the connector service does (documents.md section 1.2)."""

import dataclasses
import datetime

from elasticsearch import NotFoundError

CONNECTORS, JOBS = ".elastic-connectors", ".elastic-connectors-sync-jobs"
CONCRETE = {CONNECTORS: ".elastic-connectors-v1", JOBS: ".elastic-connectors-sync-jobs-v1"}
PAGE = 100


def now():
    """The time as the service writes it: that of its own machine, in ISO 8601."""
    return datetime.datetime.now(datetime.timezone.utc).isoformat()


def member(source, path, default=None):
    """A member of a document by its dotted path; objects that are null or missing have none."""
    for name in path.split("."):
        if not isinstance(source, dict) or name not in source:
            return default
        source = source[name]
    return source


@dataclasses.dataclass
class Document:
    """A document as it was read."""

    id: str
    source: dict
    seq_no: int
    primary_term: int

    @classmethod
    def of(cls, answer):
        """What a `GET` or a hit of a search shows."""
        return cls(answer["_id"], answer["_source"], answer["_seq_no"], answer["_primary_term"])

    def __getitem__(self, path):
        return member(self.source, path)


class Index:
    """An index of connectors or sync jobs, by its alias."""

    def __init__(self, client, name):
        self.client, self.name = client, name

    async def get(self, id):
        """The document; none if there is none (DO-1.2-6)."""
        try:
            return Document.of(await self.client.get(index=self.name, id=id))
        except NotFoundError:
            return None

    async def update(self, id, doc, read=None):
        """Merges members into a document, if it is as it was read (DO-1.2-7, DO-1.2-8)."""
        pair = {} if read is None else {"if_seq_no": read.seq_no, "if_primary_term": read.primary_term}
        return await self.client.update(index=self.name, id=id, doc=doc, **pair)

    async def add(self, doc):
        """Stores a document under an id that the server makes (DO-1.2-21)."""
        return (await self.client.index(index=self.name, document=doc))["_id"]

    async def find(self, query=None, sort=None):
        """All documents that a query finds, page by page (DO-1.2-4, DO-1.2-5, DO-2-10)."""
        found = []
        while True:
            answer = await self.client.search(
                index=self.name,
                query={"match_all": {}} if query is None else query,
                sort=sort,
                from_=len(found),
                size=PAGE,
                expand_wildcards="hidden",
                seq_no_primary_term=True,
            )
            hits = answer["hits"]["hits"]
            found += [Document.of(hit) for hit in hits]
            if not hits or len(found) >= answer["hits"]["total"]["value"]:
                return found
