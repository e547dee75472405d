"""One mock server for all tests, and a server of its own for each of them."""

import os
import subprocess
import uuid

import pytest
from elasticsearch import Elasticsearch


def pytest_configure(config):
    if hasattr(config, "workerinput"):  # a worker of pytest-xdist: the server runs already
        return
    mock = os.environ.get("CONNECTOR_MOCK", "connector-mock")
    server = subprocess.Popen([mock, "--listen", "127.0.0.1:0"], stdout=subprocess.PIPE, text=True)
    config.add_cleanup(server.terminate)
    os.environ["ELASTICSEARCH_URL"] = url = server.stdout.readline().split()[-1]
    with Elasticsearch(url) as es:  # what every test begins with
        es.connector.put(connector_id="drive", index_name="drive", service_type="google_drive")
        es.perform_request("PUT", "/_mock/snapshots/ready")


@pytest.fixture
def es():
    """A client of a server of its own, with the connector [drive] and nothing else."""
    space = uuid.uuid4().hex
    with Elasticsearch(f"{os.environ['ELASTICSEARCH_URL']}/_space/{space}") as client:
        client.perform_request("PUT", f"/_mock/spaces/{space}", headers=JSON, body={"snapshot": "ready"})
        yield client
        client.perform_request("DELETE", f"/_mock/spaces/{space}")


@pytest.fixture
def verify(es):
    """Fails the test if the server did not receive what is expected."""

    def verify(*expected):
        answer = es.perform_request("POST", "/_mock/verify", headers=JSON, body={"expect": expected})
        assert answer["verified"], answer["message"]

    return verify


JSON = {"content-type": "application/json", "accept": "application/json"}
