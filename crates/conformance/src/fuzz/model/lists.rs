//! The two lists.

use std::{cmp::Ordering, sync::Arc};

use super::{
    Plan, Planned, Planner, Refusal,
    body::{bad_index_name, validated},
    connectors::job_connector,
    document::Document,
    expected::{Expected, Page, Reason},
    jobs::{JOB_TYPES, STATUSES},
};

type Found = (String, Arc<Document>);

impl Planner<'_> {
    pub(super) fn list(&self) -> Planned {
        let (from, size) = natural(self.integers()?)?;
        let names = self.listed("index_name");
        let bad: Vec<String> = names.iter().flatten().filter_map(|it| bad_index_name(it)).collect();
        validated("CN-4.3-11", &bad)?;
        let filters = [
            ("index_name", names),
            ("name", self.listed("connector_name")),
            ("service_type", self.listed("service_type")),
        ];
        let matches = |document: &Document| {
            let filtered = filters.iter().all(|(name, wanted)| {
                wanted.as_ref().is_none_or(|wanted| {
                    document.text(name).is_some_and(|value| wanted.contains(&value))
                })
            });
            filtered && (self.call.is_set("include_deleted") || !document.is_deleted())
        };
        let all = self.model.connectors.iter().filter(|(_, document)| matches(document));
        let mut found: Vec<Found> = all.map(|(id, it)| (id.clone(), Arc::clone(it))).collect();
        found.sort_by(|(_, one), (_, other)| by_index_name(one, other));
        Ok(self.page("CN-4.3-8", found, (from, size), "index_name"))
    }

    pub(super) fn job_list(&self) -> Planned {
        let paging = self.integers()?;
        let status = self.call.param("status").map(str::to_lowercase);
        if let Some(unknown) = status.as_deref().filter(|status| !STATUSES.contains(status)) {
            let reason = format!("Unknown ConnectorSyncStatus [{unknown}].");
            return Err(illegal("SJ-9-12", Reason::Exactly(reason)).into());
        }
        let types = self.listed("job_type");
        if let Some(unknown) = types.iter().flatten().find(|kind| !JOB_TYPES.contains(kind)) {
            let reason = format!("Unknown ConnectorSyncJobType [{unknown}].");
            return Err(illegal("SJ-9-13", Reason::Exactly(reason)).into());
        }
        let (from, size) = natural(paging)?;
        let connector = self.call.param("connector_id");
        let matches = |job: &Document| {
            status.as_deref().is_none_or(|status| job.status() == status)
                && connector.is_none_or(|connector| job_connector(job) == Some(connector))
                && types.as_ref().is_none_or(|types| {
                    job.text("job_type").is_some_and(|kind| types.contains(&kind))
                })
        };
        let all = self.model.jobs.iter().filter(|(_, job)| matches(job));
        let mut found: Vec<Found> = all.map(|(id, job)| (id.clone(), Arc::clone(job))).collect();
        found.sort_by_key(|(_, job)| std::cmp::Reverse(job.number));
        Ok(self.page("SJ-9-6", found, (from, size), "created_at"))
    }

    fn page(
        &self,
        rule: &'static str,
        matches: Vec<Found>,
        (from, size): (usize, usize),
        sorted_by: &'static str,
    ) -> Plan {
        let is_alone = self.model.is_alone;
        Plan::read(rule, Expected::Page(Page { matches, from, size, sorted_by, is_alone }))
    }

    /// `from` and `size`. That they are integers is checked first, that they are not negative after
    /// the other parameters (SJ-9-10, CN-4.3-16).
    fn integers(&self) -> Result<[i64; 2], Refusal> {
        let number = |name: &str, default: i64| {
            let Some(text) = self.call.param(name) else { return Ok(default) };
            let reason = format!("Failed to parse int parameter [{name}] with value [{text}]");
            text.parse().map_err(|_| illegal("CN-4.3-9", Reason::Exactly(reason)))
        };
        Ok([number("from", 0)?, number("size", 100)?])
    }

    /// The elements of a parameter that is a list; none if it is empty.
    fn listed(&self, name: &str) -> Option<Vec<&str>> {
        let text = self.call.param(name).filter(|text| !text.is_empty())?;
        Some(text.split(',').collect())
    }
}

fn natural([from, size]: [i64; 2]) -> Result<(usize, usize), Refusal> {
    let natural = |name: &str, value: i64| {
        let reason = format!("Parameter [{name}] cannot be < 0");
        usize::try_from(value).map_err(|_| illegal("CN-4.3-9", Reason::Exactly(reason)))
    };
    Ok((natural("from", from)?, natural("size", size)?))
}

const fn illegal(rule: &'static str, reason: Reason) -> Refusal {
    Refusal { rule, status: 400, kind: "illegal_argument_exception", reason }
}

/// In the order of bytes; those without a name come last (CN-4.3-13).
fn by_index_name(one: &Document, other: &Document) -> Ordering {
    match (one.text("index_name"), other.text("index_name")) {
        (Some(one), Some(other)) => one.cmp(other),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    }
}
