"""What a test of a connector client looks like, 500 times at once: `pytest -n auto`."""

import pytest
from elasticsearch import BadRequestError


@pytest.mark.parametrize("number", range(500))
def test_a_job_that_failed_cannot_be_canceled(es, verify, number):
    job = es.connector.sync_job_post(id="drive", job_type="full")["id"]
    es.connector.sync_job_claim(connector_sync_job_id=job, worker_hostname=f"worker-{number}")
    es.connector.sync_job_error(connector_sync_job_id=job, error="out of quota")
    with pytest.raises(BadRequestError, match="from \\[error\\] to \\[canceling\\]"):
        es.connector.sync_job_cancel(connector_sync_job_id=job)

    # Nobody else's jobs, and what this test did and no more.
    jobs = es.connector.sync_job_list()
    assert [found["id"] for found in jobs["results"]] == [job]
    assert jobs["results"][0]["worker_hostname"] == f"worker-{number}"
    verify(
        {"operation": "connector.sync_job_claim", "id": job, "exactly": 1},
        {"operation": "connector.sync_job_cancel", "exactly": 1, "status": 400},
        {"operation": "connector.sync_job_delete", "never": True},
    )
