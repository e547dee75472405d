//! Bodies of the operations on filtering.

use api_types::json::Json;

use super::bodies::{Bodies, number, object, text};

impl Bodies<'_> {
    fn rule(&mut self) -> Json {
        let id = self.one(["r0", "r1", "r2"]);
        object([
            ("field", text("title")),
            ("id", text(id)),
            ("order", number(self.rng.i64(0..4))),
            ("policy", self.one(["include", "exclude"].map(text))),
            ("rule", self.one(["equals", "contains"].map(text))),
            ("value", text("v")),
        ])
    }

    fn default_rule() -> Json {
        object([
            ("field", text("_")),
            ("id", text("DEFAULT")),
            ("order", number(0)),
            ("policy", text("include")),
            ("rule", text("regex")),
            ("value", text(".*")),
        ])
    }

    fn snippet(&mut self) -> Json {
        let value = self.one([
            Json::Array(Vec::new()),
            object([]),
            object([("a", number(1))]),
            object([("b", number(2))]),
        ]);
        if self.rng.bool() {
            return object([("value", value)]);
        }
        object([
            ("created_at", text("2024-01-01T00:00:00Z")),
            ("updated_at", text("2024-01-02T00:00:00.5Z")),
            ("value", value),
        ])
    }

    fn half(&mut self) -> Json {
        let validation = object([("errors", Json::Array(Vec::new())), ("state", text("valid"))]);
        let rules = (0..self.rng.usize(..3)).map(|_| self.rule()).collect();
        object([
            ("advanced_snippet", self.snippet()),
            ("rules", Json::Array(rules)),
            ("validation", validation),
        ])
    }

    pub(super) fn filtering(&mut self, edge: bool) -> Json {
        if edge {
            let rule = self.rule();
            return self.one([
                object([]),
                object([("rules", Json::Array(vec![object([("id", text("r"))])]))]),
                object([("filtering", Json::Array(Vec::new())), ("rules", rule)]),
                // Taken, and then the connector has no draft any more.
                object([("filtering", Json::Array(Vec::new()))]),
            ]);
        }
        match self.rng.u8(..8) {
            0 => object([("rules", Json::Array(Vec::new()))]),
            1 | 2 => {
                let rules = vec![self.rule(), self.rule()];
                object([("rules", Json::Array(rules))])
            }
            3 => {
                let rules = vec![Self::default_rule(), self.rule()];
                object([("rules", Json::Array(rules))])
            }
            4 | 5 => object([("advanced_snippet", self.snippet())]),
            6 => {
                let (rule, snippet) = (self.rule(), self.snippet());
                object([("rules", Json::Array(vec![rule])), ("advanced_snippet", snippet)])
            }
            _ => {
                let element = object([("active", self.half()), ("draft", self.half())]);
                object([("filtering", Json::Array(vec![element]))])
            }
        }
    }

    pub(super) fn validation(&mut self, edge: bool) -> Json {
        if edge {
            return self.one([
                object([]),
                object([("validation", object([("state", text("valid"))]))]),
                object([(
                    "validation",
                    object([("errors", Json::Array(Vec::new())), ("state", text("fine"))]),
                )]),
            ]);
        }
        let error = object([
            ("ids", Json::Array(vec![text("r0")])),
            ("messages", Json::Array(vec![text("no")])),
        ]);
        let errors = if self.chance(4) { vec![error] } else { Vec::new() };
        let state = self.one(["valid", "valid", "valid", "invalid", "edited"].map(text));
        object([("validation", object([("errors", Json::Array(errors)), ("state", state)]))])
    }
}
