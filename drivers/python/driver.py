"""Drives elasticsearch-py for connector-conformance: driver.py [sync|async]

One JSON object a line comes in, one goes out; docs/driver-protocol.md says which.
"""

import asyncio
import inspect
import json
import platform
import sys
import warnings

import elasticsearch
from elasticsearch import ApiError, AsyncElasticsearch, Elasticsearch, TransportError

KIND = sys.argv[1] if len(sys.argv) > 1 else "sync"
ARGUMENTS = {"from": "from_"}  # a keyword of the language


def write(**line):
    print(json.dumps(line, ensure_ascii=False), flush=True)


def method_of(client, operation):
    """The client's method: `connector.sync_job_post` is an attribute of an attribute."""
    method = client
    for name in operation.split("."):
        method = getattr(method, name, None)
    return method


def raised(error):
    """What the client raised, with what it tells of the answer."""
    about = {"class": type(error).__name__, "message": str(error)[:500]}
    if isinstance(error, ApiError):
        about |= {"status": error.status_code, "body": error.body}
    return about


async def call(client, line):
    method = method_of(client, line["operation"])
    if method is None:
        return {"type": "unsupported", "reason": f"there is no method {line['operation']}"}
    arguments = {**line["path"], **line["query"]}
    arguments = {ARGUMENTS.get(name, name): value for name, value in arguments.items()}
    missing = set(arguments) - set(inspect.signature(method).parameters)
    if missing:
        return {"type": "unsupported", "reason": f"{line['operation']} has no parameter {', '.join(sorted(missing))}"}
    if "body" in line:
        arguments["body"] = line["body"]
    try:
        answer = method(**arguments)
        if inspect.isawaitable(answer):
            answer = await answer
        return {"type": "returned", "body": answer.body}
    except (ApiError, TransportError, ValueError, TypeError) as error:
        return {"type": "raised", "error": raised(error)}


async def main():
    warnings.simplefilter("ignore")
    sys.stdin.reconfigure(encoding="utf-8")
    sys.stdout.reconfigure(encoding="utf-8")
    start = json.loads(sys.stdin.readline())
    make = Elasticsearch if KIND == "sync" else AsyncElasticsearch
    client = make(start["url"], request_timeout=start["timeout_ms"] / 1000)
    about = {"name": "elasticsearch-py", "version": elasticsearch.__versionstr__, "language": f"Python {platform.python_version()}, {KIND}"}
    write(type="ready", protocol=1, client=about)
    # Standard input is read in a thread, so that an asynchronous client can look after its connections meanwhile.
    while line := await asyncio.to_thread(sys.stdin.readline):
        line = json.loads(line)
        write(**{"id": line["id"], **await call(client, line)})
    closed = client.close()
    if inspect.isawaitable(closed):
        await closed


asyncio.run(main())
