"""What is synced: a third-party system, made up."""

import copy

# Every member that a field of a configuration has in the end.
MEMBERS = {
    "default_value": None, "depends_on": [], "display": "textbox", "label": "", "options": [], "order": 1,
    "required": True, "sensitive": False, "tooltip": None, "type": "str", "ui_restrictions": [], "validations": [],
    "value": "",
}
FEATURES = {
    "sync_rules": {"basic": {"enabled": True}, "advanced": {"enabled": False}},
    "incremental_sync": {"enabled": True},
    "document_level_security": {"enabled": False},
    "native_connector_api_keys": {"enabled": True},
}
# What the pipeline has to take out again (DO-1.2-25).
FOR_THE_PIPELINE = {"_extract_binary_content": True, "_reduce_whitespace": True, "_run_ml_inference": True}


class Source:
    """A library with so many books."""

    service_type = "library"

    def __init__(self, books=0, protects=False):
        self.books = {f"book-{number}": {"title": f"Book {number}", "copies": 1} for number in range(books)}
        self.features = copy.deepcopy(FEATURES)
        self.features["document_level_security"]["enabled"] = protects

    def configuration(self):
        """The fields that a user has to fill in, complete."""
        return {
            "host": {**MEMBERS, "label": "Host", "value": "library.example"},
            "shelves": {**MEMBERS, "label": "Shelves", "display": "numeric", "type": "int", "order": 2, "value": 12},
        }

    def documents(self):
        """All documents as a full sync sends them, by their ids."""
        return {id: {**book, "id": id, "_timestamp": f"2026-01-01T00:00:{len(id):02}+00:00", **FOR_THE_PIPELINE}
                for id, book in self.books.items()}

    def readers(self):
        """Who may read, as an access control sync sends it, by their ids."""
        names = ("ada", "grace")
        query = {"bool": {"should": [{"terms": {"_allow_access_control.enum": ["everyone"]}}]}}
        return {name: {"identity": {"username": name}, "query": {"template": {"source": query}}, "id": name,
                       "created_at": "2026-01-01T00:00:00+00:00"} for name in names}
