//! Bodies near the edges.

use api_types::{
    endpoint::Operation,
    json::{Json, Object},
};
use fastrand::Rng;

use super::Plan;
use crate::fuzz::model;

/// Makes bodies.
pub(super) struct Bodies<'g> {
    pub(super) rng: &'g mut Rng,
    pub(super) plan: &'g Plan,
}

/// An object of these members.
pub(super) fn object<const N: usize>(members: [(&'static str, Json); N]) -> Json {
    Json::Object(members.into_iter().collect::<Object>())
}

pub(super) fn text(text: &'static str) -> Json {
    Json::from(text)
}

pub(super) const fn number(number: i64) -> Json {
    Json::Number(api_types::json::Number::Integer(number))
}

impl Bodies<'_> {
    /// One of several.
    pub(super) fn one<T: Default, const N: usize>(&mut self, all: [T; N]) -> T {
        let chosen = self.rng.usize(..N.max(1));
        all.into_iter().nth(chosen).unwrap_or_default()
    }

    pub(super) fn chance(&mut self, one_in: u8) -> bool {
        self.rng.u8(..one_in) == 0
    }

    fn index(&mut self) -> Json {
        let prefix = &self.plan.prefix;
        let name = match self.rng.u8(..8) {
            0 | 1 => format!("content-{prefix}i0"),
            number => format!("{prefix}i{}", number % 3),
        };
        Json::from(name)
    }

    fn bad_index(&mut self) -> Json {
        self.one(["", "_x", "a b", "a#b", "a:b", ".."].map(text))
    }

    pub(super) fn creation(&mut self) -> Option<Json> {
        let mut body = Object::new();
        if self.chance(16) {
            return self.one([
                None,
                Some(object([("nam", text("x"))])),
                Some(object([("name", number(1))])),
                Some(object([("is_native", Json::Null)])),
                Some(object([("index_name", Json::Null)])),
                Some(Json::Array(Vec::new())),
            ]);
        }
        if !self.chance(6) {
            let name = if self.chance(24) { self.bad_index() } else { self.index() };
            body.insert("index_name", name);
        }
        if !self.chance(8) {
            body.insert(
                "service_type",
                self.one(["s3", "s3", "s3", "github", "github", ""].map(text)),
            );
        }
        if self.chance(4) {
            body.insert("is_native", Json::Bool(self.rng.bool()));
        }
        if self.chance(4) {
            body.insert("name", self.one(["n0", "n1"].map(text)));
        }
        if self.chance(8) {
            body.insert("description", text("d0"));
        }
        if self.chance(8) {
            body.insert("language", text("en"));
        }
        Some(Json::Object(body))
    }

    pub(super) fn job(&mut self) -> Option<Json> {
        let mut body = Object::new();
        if self.chance(2) {
            body.insert("job_type", self.one(["full", "incremental", "access_control"].map(text)));
        }
        if self.chance(3) {
            body.insert("trigger_method", self.one(["on_demand", "scheduled"].map(text)));
        }
        if self.chance(32) {
            body.insert("job_type", text("half"));
        }
        if self.chance(32) {
            body.insert("priority", number(1));
        }
        Some(Json::Object(body))
    }

    pub(super) fn list_query(&mut self, is_jobs: bool) -> Vec<(String, String)> {
        let mut query: Vec<(&str, String)> = Vec::new();
        if self.chance(4) {
            query.push(("from", self.one(["0", "1", "2", "-1", "x"]).to_owned()));
        }
        if self.chance(4) {
            query.push(("size", self.one(["0", "1", "2", "-1", "100"]).to_owned()));
        }
        if is_jobs && self.chance(3) {
            let statuses =
                ["pending", "in_progress", "canceling", "canceled", "error", "suspended", "done"];
            query.push(("status", self.one(statuses).to_owned()));
        }
        if is_jobs && self.chance(4) {
            let types = ["full", "incremental", "access_control", "full,access_control", "half"];
            query.push(("job_type", self.one(types).to_owned()));
        }
        if !is_jobs && self.chance(3) {
            query.push(("include_deleted", self.one(["true", "false"]).to_owned()));
        }
        if !is_jobs
            && self.chance(4)
            && let Json::String(name) = self.index()
        {
            query.push(("index_name", name.into_owned()));
        }
        if !is_jobs && self.chance(6) {
            query.push(("connector_name", self.one(["n0", "n1", "n0,n1"]).to_owned()));
        }
        if !is_jobs && self.chance(6) {
            query.push(("service_type", self.one(["s3", "github", "s3,github"]).to_owned()));
        }
        query.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }

    pub(super) fn query(&mut self, operation: Operation) -> Vec<(String, String)> {
        let names: &[&str] = match operation {
            Operation::Get => &["include_deleted"],
            Operation::Delete => &["hard", "delete_sync_jobs"],
            _ => &[],
        };
        let mut query = Vec::new();
        for name in names {
            if self.chance(3) {
                let value = if self.chance(4) { "false" } else { "true" };
                query.push(((*name).to_owned(), value.to_owned()));
            }
        }
        query
    }

    /// A body for an operation; none where it takes none.
    pub(super) fn of(&mut self, operation: Operation) -> Option<Json> {
        let edge = self.chance(10);
        Some(match operation {
            Operation::Post | Operation::Put => return self.creation(),
            Operation::UpdateApiKeyId if edge => self.one([
                object([]),
                object([("api_key_id", Json::Null)]),
                object([("api_key", text("k"))]),
            ]),
            Operation::UpdateApiKeyId => self
                .members([("api_key_id", &["k0", "k1", ""]), ("api_key_secret_id", &["s0", "s1"])]),
            Operation::UpdateConfiguration => self.configuration(edge),
            Operation::UpdateError if edge => {
                self.one([object([]), object([("error", number(5))]), object([("err", text("e"))])])
            }
            Operation::UpdateError => self.one([
                object([("error", text("e0"))]),
                object([("error", text("e1"))]),
                object([("error", text(""))]),
                object([("error", Json::Null)]),
            ]),
            Operation::UpdateFeatures => self.features(edge),
            Operation::UpdateFiltering => self.filtering(edge),
            Operation::UpdateFilteringValidation => self.validation(edge),
            operation => return self.rest_of(operation, edge),
        })
    }

    fn rest_of(&mut self, operation: Operation, edge: bool) -> Option<Json> {
        Some(match operation {
            Operation::UpdateIndexName if edge => {
                let bad = self.bad_index();
                self.one([
                    object([]),
                    object([("index_name", bad)]),
                    object([("index", text("x"))]),
                ])
            }
            Operation::UpdateIndexName => {
                let name = if self.chance(5) { Json::Null } else { self.index() };
                object([("index_name", name)])
            }
            Operation::LastSync => self.last_sync(edge),
            Operation::UpdateName if edge => {
                self.one([object([]), object([("name", Json::Null)]), object([("nam", text("n"))])])
            }
            Operation::UpdateName => {
                self.members([("name", &["n0", "n1", ""]), ("description", &["d0", "d1"])])
            }
            Operation::UpdateNative if edge => {
                self.one([object([]), object([("is_native", Json::Null)])])
            }
            Operation::UpdateNative => object([("is_native", Json::Bool(self.rng.bool()))]),
            Operation::UpdatePipeline => self.pipeline(edge),
            Operation::UpdateScheduling => self.scheduling(edge),
            Operation::UpdateServiceType if edge => {
                self.one([object([]), object([("service_type", text(""))])])
            }
            Operation::UpdateServiceType => {
                object([("service_type", self.one(["s3", "github"].map(text)))])
            }
            Operation::UpdateStatus if edge => self.one([
                object([]),
                object([("status", text("idle"))]),
                object([("status", text("CONNECTED"))]),
            ]),
            Operation::UpdateStatus => {
                let statuses = super::visits::CONNECTOR_STATES;
                let chosen = self.rng.usize(..5);
                object([("status", text(statuses.get(chosen).copied().unwrap_or("error")))])
            }
            operation => return self.of_job(operation, edge),
        })
    }

    fn of_job(&mut self, operation: Operation, edge: bool) -> Option<Json> {
        Some(match operation {
            Operation::SyncJobClaim => self.claim(edge),
            Operation::SyncJobError if edge => self.one([
                object([]),
                object([("error", text(""))]),
                object([("error", Json::Null)]),
            ]),
            Operation::SyncJobError => object([("error", self.one(["e0", "e1"].map(text)))]),
            Operation::SyncJobUpdateStats => self.stats(edge),
            Operation::DocumentUpdate => {
                let statuses =
                    ["completed", "completed", "suspended", "suspended", "error", "in_progress"];
                model::status_document(self.one(statuses))
            }
            _ => return None,
        })
    }

    /// One of the members or both, each with one of its values.
    fn members(&mut self, all: [(&'static str, &[&'static str]); 2]) -> Json {
        let which = self.rng.u8(..3);
        let mut body = Object::new();
        for ((name, values), bit) in all.into_iter().zip([0, 1]) {
            if which == 2 || which == bit {
                let chosen = self.rng.usize(..values.len().max(1));
                body.insert(name, text(values.get(chosen).copied().unwrap_or_default()));
            }
        }
        Json::Object(body)
    }

    fn configuration(&mut self, edge: bool) -> Json {
        let field =
            |value: Json| object([("label", text("L")), ("value", value), ("order", number(1))]);
        if edge {
            return self.one([
                object([]),
                object([("configuration", object([("host", object([("value", number(1))]))]))]),
                object([("values", object([("host", Json::Null)]))]),
                object([("values", object([("never", text("x"))]))]),
                object([("configuration", object([])), ("values", object([]))]),
            ]);
        }
        let host = self.one([text("h0"), text("h1"), number(7), Json::Null]);
        let nested = object([("a", number(1))]);
        let other = object([("b", number(2))]);
        self.one([
            object([("configuration", object([]))]),
            object([("configuration", object([("host", field(host.clone()))]))]),
            object([(
                "configuration",
                object([
                    ("host", field(text("h0"))),
                    ("port", object([("label", text("P")), ("sensitive", Json::Bool(true))])),
                ]),
            )]),
            object([("configuration", object([("host", field(nested.clone()))]))]),
            object([("values", object([("host", text("h1"))]))]),
            object([("values", object([("host", other), ("port", number(1))]))]),
            object([("values", object([("port", nested)]))]),
            object([("values", object([]))]),
        ])
    }

    fn features(&mut self, edge: bool) -> Json {
        let on = |value: bool| object([("enabled", Json::Bool(value))]);
        if edge {
            return self.one([
                object([]),
                object([("features", object([("incremental_sync", object([]))]))]),
                object([("features", Json::Null)]),
            ]);
        }
        let value = self.rng.bool();
        self.one([
            object([("features", object([]))]),
            object([("features", object([("incremental_sync", on(value))]))]),
            object([("features", object([("document_level_security", on(value))]))]),
            object([("features", object([("sync_rules", object([("basic", on(value))]))]))]),
            object([("features", object([("sync_rules", object([("advanced", on(value))]))]))]),
            object([("features", object([("colour", on(value))]))]),
        ])
    }

    fn last_sync(&mut self, edge: bool) -> Json {
        if edge {
            return self.one([
                object([("last_seen", text("2024-01-01T00:00:00Z"))]),
                object([("last_sync_status", text("fine"))]),
                object([("last_indexed_document_count", Json::Null)]),
            ]);
        }
        let status = self.one(["completed", "error", "pending", "CANCELED"].map(text));
        let count = number(self.rng.i64(-1..3));
        self.one([
            object([]),
            object([("last_sync_error", Json::Null)]),
            object([("last_sync_error", text("e0"))]),
            object([("last_sync_status", status.clone()), ("last_sync_error", text("e1"))]),
            object([("last_access_control_sync_status", status)]),
            object([("last_synced", text("2024-05-01T10:00:00Z"))]),
            object([("last_indexed_document_count", count)]),
            object([("sync_cursor", object([("a", number(1))]))]),
            object([("sync_cursor", object([("b", object([("c", number(2))]))]))]),
            object([("sync_cursor", Json::Null)]),
        ])
    }

    fn pipeline(&mut self, edge: bool) -> Json {
        let flag = Json::Bool(self.rng.bool());
        if edge {
            return self.one([
                object([]),
                object([("pipeline", object([("name", text("p"))]))]),
                object([("pipeline", Json::Null)]),
            ]);
        }
        object([(
            "pipeline",
            object([
                ("extract_binary_content", flag),
                ("name", self.one(["p0", "p1"].map(text))),
                ("reduce_whitespace", Json::Bool(true)),
                ("run_ml_inference", Json::Bool(false)),
            ]),
        )])
    }

    fn scheduling(&mut self, edge: bool) -> Json {
        let schedule = |enabled: bool, interval: Json| {
            object([("enabled", Json::Bool(enabled)), ("interval", interval)])
        };
        let enabled = self.rng.bool();
        let interval = self.one(["0 0 0 * * ?", "0 30 12 ? * mon-fri", "0 0 0 ? * 1"].map(text));
        if edge {
            return self.one([
                object([]),
                object([("scheduling", object([]))]),
                object([("scheduling", object([("access_control", schedule(true, interval))]))]),
                object([("scheduling", object([("full", schedule(true, text("0 0 0 * * *")))]))]),
                object([("scheduling", object([("full", object([("enabled", Json::Null)]))]))]),
            ]);
        }
        let one = schedule(enabled, interval);
        self.one([
            object([("scheduling", object([("full", one.clone())]))]),
            object([("scheduling", object([("incremental", one.clone())]))]),
            object([("scheduling", object([("full", one.clone()), ("access_control", one)]))]),
        ])
    }

    fn claim(&mut self, edge: bool) -> Json {
        if edge {
            return self.one([
                object([]),
                object([("worker_hostname", Json::Null)]),
                object([("worker_hostname", text("w")), ("cursor", object([]))]),
            ]);
        }
        let mut body = Object::new();
        body.insert("worker_hostname", self.one(["w0", "w1", ""].map(text)));
        if self.chance(3) {
            let cursor =
                self.one([object([("a", number(1))]), object([("b", object([("c", number(2))]))])]);
            body.insert("sync_cursor", cursor);
        }
        Json::Object(body)
    }

    fn stats(&mut self, edge: bool) -> Json {
        let counts = |deleted: i64, indexed: i64, volume: i64| {
            Object::new()
                .with("deleted_document_count", number(deleted))
                .with("indexed_document_count", number(indexed))
                .with("indexed_document_volume", number(volume))
        };
        if edge {
            let largest = i64::from(i32::MAX);
            return self.one([
                object([("deleted_document_count", number(1))]),
                Json::Object(counts(-1, 0, -2)),
                Json::Object(counts(0, largest, 0)),
                Json::Object(counts(0, largest + 1, 0)),
                Json::Object(counts(0, 0, 0).with("status", "error")),
            ]);
        }
        let mut body = counts(self.rng.i64(0..3), self.rng.i64(0..3), self.rng.i64(0..3));
        if self.chance(3) {
            body.insert("total_document_count", number(self.rng.i64(0..3)));
        }
        if self.chance(3) {
            body.insert("last_seen", text("2024-05-01T10:00:00Z"));
        }
        if self.chance(3) {
            let metadata =
                self.one([object([]), object([("a", number(1))]), object([("b", text("x"))])]);
            body.insert("metadata", metadata);
        }
        Json::Object(body)
    }
}
