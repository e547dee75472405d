"""The queries of the connector service and its command line, all of them (documents.md section 2)."""

RUNNING = {"terms": {"status": ["in_progress", "canceling"]}}
NOT_DELETED = [{"term": {"deleted": True}}]
BY_CREATION = [{"created_at": "asc"}]
IDLE_SECONDS = 300


def by_ids(ids):
    """DO-2-2"""
    return {"bool": {"must_not": NOT_DELETED, "filter": [{"terms": {"_id": ids}}]}}


def by_types(types, native=False):
    """DO-2-3; earlier versions of the service ask for native connectors"""
    of_types = [{"terms": {"service_type": types}}, {"term": {"is_native": native}}]
    return {"bool": {"must_not": NOT_DELETED, "filter": of_types}}


def supported(ids, types):
    """DO-2-2, DO-2-3 or DO-2-4; none if the service has neither"""
    queries = ([by_types(types)] if types else []) + ([by_ids(ids)] if ids else [])
    return {"bool": {"should": queries}} if len(queries) > 1 else next(iter(queries), None)


def pending(connector_ids, job_types):
    """DO-2-6, with BY_CREATION"""
    statuses = {"terms": {"status": ["pending", "suspended"]}}
    return {"bool": {"must": [
        statuses, {"terms": {"connector.id": connector_ids}}, {"terms": {"job_type": job_types}},
    ]}}


def orphaned(connector_ids):
    """DO-2-7"""
    return {"bool": {"must_not": {"terms": {"connector.id": connector_ids}}, "filter": [RUNNING]}}


def idle(connector_ids):
    """DO-2-8"""
    unseen = {"range": {"last_seen": {"lte": f"now-{IDLE_SECONDS}s"}}}
    return {"bool": {"filter": [{"terms": {"connector.id": connector_ids}}, RUNNING, unseen]}}


def of_index(index_name):
    """DO-2-9"""
    return {"match": {"index_name": index_name}}


def of_job(job_id):
    """DO-2-9"""
    return {"bool": {"must": [{"term": {"_id": job_id}}]}}


def jobs_of_connector(connector_id):
    """DO-2-9"""
    return {"bool": {"must": [{"term": {"connector.id": connector_id}}]}}


def jobs_of_index(index_name):
    """Beside DO-2-9, which the command line sends too."""
    return {"bool": {"filter": [{"term": {"connector.index_name": index_name}}]}}
