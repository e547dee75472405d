"""Plays Elastic's connector service with elasticsearch-py against a mock server: python clients/service URL.

Each scenario begins on a server that has been put back to its start, and looks at connectors and sync jobs in both
views, the Connector APIs and the documents, after each step.
With names of scenarios behind the URL only these are played.
"""

import asyncio
import sys
import warnings

import elasticsearch
from elasticsearch import AsyncElasticsearch
from elasticsearch.exceptions import ElasticsearchWarning, GeneralAvailabilityWarning

from checks import Checks
from play import Play
from scenarios import ALL

HEADERS = {"user-agent": "elastic-connectors-9.6.0/service", "X-elastic-product-origin": "connectors"}


async def main(url, names):
    checks = Checks()
    client = AsyncElasticsearch(url, headers=HEADERS, connections_per_node=100)
    shown = []
    for name in names or ALL:
        passed, failed = checks.passed, len(checks.failed)
        with checks.part(name):
            play = Play(url, client, checks)
            await ALL[name](play)
            await play.finish()
        shown.append(f"{name}: {checks.passed - passed} checks passed, {len(checks.failed) - failed} failed")
    await client.close()
    passed, failed = checks.passed, len(checks.failed)
    counts = f"{passed + failed} calls, {passed} passed, {failed} failed, 0 unsupported"
    print(f"connector-service {elasticsearch.__versionstr__}: {counts}")
    for line in shown:
        print(f"  {line}")
    for line in checks.failed:
        print(f"  FAILED: {line}")
    return 1 if failed else 0


if __name__ == "__main__":
    # A Warning header is a failure; the client's notes on beta calls are not of interest here.
    warnings.simplefilter("ignore", GeneralAvailabilityWarning)
    warnings.simplefilter("error", ElasticsearchWarning)
    sys.exit(asyncio.run(main(sys.argv[1], sys.argv[2:])))
