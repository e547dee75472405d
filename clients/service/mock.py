"""The control routes of the mock server (docs/control.md): a new start, the clock, what it received."""

import json
import urllib.parse
import urllib.request


class Mock:
    """The server as a test sees it; the connector service knows nothing of this."""

    def __init__(self, url):
        self.url = url

    def ask(self, method, path, body=None):
        """Sends a request to a control route."""
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(urllib.request.Request(self.url + path, data, method=method)) as answer:
            return json.load(answer)

    def reset(self):
        """Puts the server back to its start."""
        self.ask("POST", "/_mock/reset")

    def keeps_deleted(self):
        """Whether a connector that is deleted stays in the index, as it does from 9.0 on."""
        return int(self.ask("GET", "/_mock/health")["es_version"].split(".")[0]) >= 9

    def advance(self, length):
        """Moves the clock of the server."""
        self.ask("POST", "/_mock/clock", {"advance": length})

    def requests(self, **which):
        """The requests that came, the oldest first, without headers and long bodies."""
        query = urllib.parse.urlencode({"size": 10_000, **which})
        return self.ask("GET", f"/_mock/requests?{query}")["requests"]

    def last(self, **which):
        """The last request of a kind, with everything that is known of it."""
        number = self.requests(size=1, order="desc", **which)[0]["number"]
        return self.ask("GET", f"/_mock/requests/{number}")

    def count(self):
        """How many requests came."""
        return self.ask("GET", "/_mock/requests?size=0")["total"]

    def dropped(self):
        """How many of them the server no longer has."""
        return self.ask("GET", "/_mock/requests?size=0")["dropped"]
