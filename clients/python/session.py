"""Does steps with elasticsearch-py against a server: python session.py [--methods] URL FOLDER...

The server is emptied before each folder. The synchronous client does all steps, then the asynchronous one does.
With --methods every method of the connector name space has to succeed once and to fail once.
"""

import asyncio
import datetime
import inspect
import json
import pathlib
import re
import sys
import urllib.request
import warnings

import elasticsearch
from elasticsearch import ApiError, AsyncElasticsearch, BadRequestError, Elasticsearch, NotFoundError, TransportError, helpers
from elasticsearch.exceptions import ElasticsearchWarning, GeneralAvailabilityWarning

STEPS = pathlib.Path(__file__).resolve().parent.parent / "steps"
MAJOR = elasticsearch.__versionstr__.split(".")[0]
COMPATIBLE = f"application/vnd.elasticsearch+json;compatible-with={MAJOR}"
ERRORS = {400: BadRequestError, 404: NotFoundError}
SHAPES = {"time": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3,9}Z", "id": r"[A-Za-z0-9_-]{20}"}


def replaced(value, names):
    """The value with placeholders replaced: as a whole by any value, within a text by a text."""
    if isinstance(value, dict):
        return {replaced_text(key, names): replaced(member, names) for key, member in value.items()}
    if isinstance(value, list):
        return [replaced(element, names) for element in value]
    if isinstance(value, str):
        return names[value] if value in names else replaced_text(value, names)
    return value


def replaced_text(text, names):
    for name, value in names.items():
        if name in text:
            text = text.replace(name, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
    return text


def unrolled(steps, lists):
    """The steps with the loops unrolled."""
    for step in steps:
        if "steps" not in step:
            yield step
            continue
        name = step.get("as", "each")
        for value in [value for of in step.get("of", []) for value in lists[of]] + step.get("for", []):
            members = value.items() if isinstance(value, dict) else []
            names = {f"<{name}>": value, **{f"<{name}.{key}>": member for key, member in members}}
            yield from unrolled(replaced(step["steps"], names), lists)


def load(folder):
    """The steps of a folder."""
    lists = json.loads((STEPS / "lists.json").read_text("utf-8"))
    files = [json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.json"))]
    return [step for steps in files for step in unrolled(steps, lists)]


class Session:
    def __init__(self, url, kind, documents):
        self.documents = documents
        self.words = {"python", MAJOR, kind}
        client = Elasticsearch if kind == "sync" else AsyncElasticsearch
        self.url, self.client = url, client
        self.plain, self.compressed = client(url), client(url, http_compress=True)
        self.known = {}
        self.calls, self.passed, self.failed, self.unsupported = 0, 0, [], {}
        self.shown = set()

    def concerns(self, clients):
        return set(clients.split()) <= self.words

    def reason(self, step, name):
        return next((reason for clients, reason in step.get(name, {}).items() if self.concerns(clients)), "")

    def filled(self, value):
        """What to send: the value with the placeholders replaced."""
        if isinstance(value, dict):
            return {key: self.filled(member) for key, member in value.items()}
        if isinstance(value, list):
            return [self.filled(element) for element in value]
        if not isinstance(value, str):
            return value
        if value.startswith("<when:"):
            return datetime.datetime.fromisoformat(value[6:-1].replace("Z", "+00:00"))
        if value.startswith("<long:"):
            return int(value[6:-1])
        return self.text(value)

    def text(self, value):
        value = re.sub(r"<id:(\w+|of .*)>", lambda found: self.known.get(found[0], found[0]), value)
        value = re.sub(r"<bytes:(\d+)>", lambda found: "ü" * (int(found[1]) // 2) + "x" * (int(found[1]) % 2), value)
        return value.replace("<long text>", "long text, äöü\n" * 20_000)

    def based(self, want):
        """The expected value with the stored documents it builds on."""
        name, _, at = want["<base>"].partition("@")
        return {**replaced(self.documents[name], {"<at>": at}), **{k: v for k, v in want.items() if k != "<base>"}}

    def compare(self, want, got, where="answer"):
        """Yields the differences."""
        if isinstance(want, dict) and "<base>" in want:
            want = self.based(want)
        if isinstance(want, dict) and isinstance(got, dict):
            for key in {**want, **got}:
                if key not in want or key not in got:
                    yield f"{where}.{key} is {'missing' if key in want else 'too much'}"
                else:
                    yield from self.compare(want[key], got[key], f"{where}.{key}")
        elif isinstance(want, list) and isinstance(got, list) and len(want) == len(got):
            for i, (one, other) in enumerate(zip(want, got)):
                yield from self.compare(one, other, f"{where}[{i}]")
        elif not self.same(want, got):
            yield f"{where} is {json.dumps(got, ensure_ascii=False)}, not {json.dumps(want, ensure_ascii=False)}"

    def same(self, want, got):
        if not isinstance(want, str):
            return type(want) is type(got) and want == got
        if want.startswith("<long:"):
            return type(got) is int and got == int(want[6:-1])
        if not isinstance(got, str):
            return False
        if want == "<any>":
            return got != ""
        if want.startswith("<match:"):
            return re.fullmatch(want[7:-1], got) is not None
        shape = re.match("<(time|id)(:|>$)", want)
        if shape and want not in self.known:
            if shape[2] == ":":
                self.known[want] = got
            return re.fullmatch(SHAPES[shape[1]], got) is not None
        return self.known.get(want) == got or self.text(want) == got

    async def send(self, step):
        """Does the call; gives its answer or the client's error."""
        client = self.compressed if step.get("compressed") else self.plain
        if "opaque_id" in step:
            client = client.options(opaque_id=step["opaque_id"])
        body = step.get("body")
        if "raw" in step:
            method, _, path = step["raw"].partition(" ")
            headers = {"accept": "application/json"}
            if body is not None:
                headers["content-type"] = "application/json"
            headers.update(step.get("send", {}))
            call, args = client.perform_request, {"method": method, "path": path, "headers": headers, "body": body}
        else:
            call = client
            for name in step["call"].split("."):
                call = getattr(call, name)
            args = {"from_" if name == "from" else name: self.filled(arg) for name, arg in step.get("args", {}).items()}
            if body is not None:
                args["body"] = self.filled(body)
        try:
            answer = call(**args)
            return await answer if inspect.isawaitable(answer) else answer
        except ApiError as error:
            return error

    def judge(self, step, answer):
        """Yields what is not as expected."""
        if isinstance(answer, bool):  # ping
            yield from self.compare(step["want"], answer)
            return
        status, want = step.get("status", 200), wanted(step)
        head = step.get("raw", "").startswith("HEAD")
        if status >= 400:
            if type(answer) is not ERRORS.get(status, ApiError):
                yield f"{type(answer).__name__} instead of {ERRORS.get(status, ApiError).__name__}: {answer}"
                return
            kind = step["error"][0][0] if "error" in step else step.get("type") or (want or {}).get("error")
            if not head and answer.error != kind:
                yield f"the error is {answer.error}, not {kind}"
        elif isinstance(answer, ApiError):
            yield f"{type(answer).__name__}: {json.dumps(answer.body, ensure_ascii=False)}"
            return
        if answer.meta.status != status:
            yield f"the status is {answer.meta.status}, not {status}"
        headers = {"x-elastic-product": "Elasticsearch", "content-type": COMPATIBLE, **step.get("headers", {})}
        for name, value in headers.items():
            if value is not None and answer.meta.headers.get(name) != value:
                yield f"header {name} is {answer.meta.headers.get(name)}, not {value}"
        if not head:
            yield from self.compare(want, answer.body)

    def leave_out(self, step, reason):
        """Notes what the client cannot send, by the reason."""
        what = step.get("call") or step["raw"]
        self.unsupported.setdefault(reason, []).append(f"{what}, {step['does']}, {step['rule']}")

    async def do(self, step):
        name = f"{step.get('call') or step['raw']} ({step['does']}, {step['rule']})"
        refused = self.reason(step, "refused")
        if "fault" in step:
            await self.fail(step, name)
            return
        if self.reason(step, "unsupported"):
            self.leave_out(step, self.reason(step, "unsupported"))
            return
        try:
            answer = await self.send(step)
        except Exception as error:
            kind, _, text = refused.partition(": ")
            if type(error).__name__ == kind and text in str(error):
                self.leave_out(step, f"{kind}: {error}")
                return
            differences = [f"{type(error).__name__}: {error}"]
        else:
            differences = list(self.judge(step, answer))
            if refused:
                differences.append("the client can send this after all")
        self.calls += 1
        if differences:
            self.failed.append(f"{name}: {'; '.join(differences)}"[:2000])
        else:
            self.passed += 1
            self.shown.add((step.get("call"), step.get("status", 200) < 400))

    async def fail(self, step, name):
        """Lets the server fail, and compares what the client makes of it with what is expected."""
        control(self.url, "DELETE", "/_mock/faults")
        control(self.url, "POST", "/_mock/faults", step["fault"])
        options = {"request_timeout": step["timeout"]} if "timeout" in step else {}
        if "sniff" in step:
            options[{"start": "sniff_on_start", "failure": "sniff_on_node_failure"}[step["sniff"]]] = True
        # A client that has not seen the server.
        client = self.client(self.url, **options)
        for _ in range(step.get("calls", 1)):
            came = await self.outcome(client, step)
            await asyncio.sleep(0.05)
        if "sniff" in step:
            nodes = [node.base_url for node in client.transport.node_pool.all()]
            came += ", this server" if nodes == [self.url] else f", nodes {nodes}"
        closing = client.close()
        if inspect.isawaitable(closing):
            await closing
        requests = control(self.url, "GET", "/_mock/faults")["faults"][0]["matched"]
        control(self.url, "DELETE", "/_mock/faults")
        got = f"{came}, {requests} request{'s' if requests > 1 else ''}"
        want = [outcome for clients, outcome in step["expect"].items() if self.concerns(clients)][-1]
        self.calls += 1
        if got == want:
            self.passed += 1
        else:
            self.failed.append(f"{name}: {got}; not {want}")

    async def outcome(self, client, step):
        """What comes of a call, in a few words."""
        if step["call"] == "helpers.bulk":
            return await self.helper(client, step)
        call = client
        for part in step["call"].split("."):
            call = getattr(call, part)
        try:
            answer = call(**step.get("args", {}), **({"body": step["body"]} if "body" in step else {}))
            answer = await answer if inspect.isawaitable(answer) else answer
        except ApiError as error:
            return f"{type(error).__name__} {error.meta.status}"
        except TransportError as error:
            return type(error).__name__
        if isinstance(answer.body, str):
            return "text"
        return "answer with errors" if answer.body.get("errors") else "answer"

    async def helper(self, client, step):
        """What comes of documents that the client's own helper writes, in a few words."""
        # With raise_on_error, which is the default, an item that fails is raised and not sent again.
        again = {"max_retries": step.get("retries"), "initial_backoff": 0.01, "raise_on_error": False}
        options = again if "retries" in step else {}
        try:
            if isinstance(client, AsyncElasticsearch):
                written, errors = await helpers.async_bulk(client, step["documents"], **options)
            else:
                written, errors = helpers.bulk(client, step["documents"], **options)
        except helpers.BulkIndexError as error:
            return f"BulkIndexError, {len(error.errors)} failed"
        return f"{written} written, {len(errors)} failed" if errors else f"{written} written"

    def methods(self):
        """What the methods of the connector name space showed; one that did not show all is a failure."""
        names = [name for name, method in vars(type(self.plain.connector)).items() if inspect.isfunction(method)]
        names = sorted(f"connector.{name}" for name in names if not name.startswith("_"))
        for name in names:
            for good, what in ((True, "succeeds"), (False, "fails")):
                if (name, good) not in self.shown:
                    self.failed.append(f"{name}: there is no step in which it {what}")
        whole = [name for name in names if {(name, True), (name, False)} <= self.shown]
        return f"connector.* methods: {len(whole)}/{len(names)}"

    async def close(self):
        for client in (self.plain, self.compressed):
            closing = client.close()
            if inspect.isawaitable(closing):
                await closing


def wanted(step):
    """The expected body; `error` in a step stands for the whole envelope."""
    if "error" not in step:
        return step.get("want")
    chain = [{"type": kind, "reason": reason} for kind, reason in step["error"]]
    more = step.get("metadata", {})
    root = {**chain[step.get("root", 0)], **more}
    for cause, outer in zip(chain[:0:-1], chain[-2::-1]):
        outer["caused_by"] = cause
    return {"error": {"root_cause": [root], **chain[0], **more}, "status": step["status"]}


def control(url, method, path, body=None):
    """Asks a control route of the server."""
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(url + path, data, method=method)) as answer:
        return json.load(answer)


async def main(url, folders, all_methods):
    documents = json.loads((STEPS / "documents.json").read_text("utf-8"))
    failed = False
    for kind in ("sync", "async"):
        session = Session(url, kind, documents)
        for folder in folders:
            control(url, "POST", "/_mock/reset")
            session.known = {}
            for step in load(STEPS / folder):
                if session.concerns(step.get("only", "")):
                    await session.do(step)
        methods = session.methods() if all_methods else ""
        await session.close()
        counts = f"{session.calls} calls, {session.passed} passed, {len(session.failed)} failed"
        unsupported = sum(map(len, session.unsupported.values()))
        print(f"elasticsearch-py {elasticsearch.__versionstr__} {kind}: {counts}, {unsupported} unsupported")
        if methods:
            print(f"  {methods}")
        for reason, steps in session.unsupported.items():
            print(f"  unsupported: {reason} ({steps[0]}{f'; {len(steps) - 1} more' if len(steps) > 1 else ''})")
        for line in session.failed:
            print(f"  FAILED: {line}")
        failed = failed or bool(session.failed)
    return 1 if failed else 0


if __name__ == "__main__":
    # A Warning header is a failure; the client's notes on beta calls are not of interest here.
    warnings.simplefilter("ignore", GeneralAvailabilityWarning)
    warnings.simplefilter("error", ElasticsearchWarning)
    arguments = [argument for argument in sys.argv[1:] if argument != "--methods"]
    sys.exit(asyncio.run(main(arguments[0], arguments[1:], "--methods" in sys.argv)))
