//! Creating, reading, listing and deleting connectors (contract CN-4).

use api_types::{
    Version,
    differences::Difference,
    error::{ErrorCause, ErrorType},
    ids::{ConnectorId, IndexName},
    ops::PutConnector,
};

use super::paging::RawPage;
use crate::{
    call::{Call, Context, Input},
    error::ApiError,
    reply::Reply,
    services::connectors::{self, Filter, MANAGED_PREFIX, Removal, Visible},
};

/// `connector.put` and `connector.post`
pub(super) struct Put {
    id: Option<ConnectorId>,
    body: PutConnector,
    version: Version,
}

/// An empty index name breaks the checks of older versions (contract CN-9-28).
pub(super) fn check_not_empty(
    index_name: Option<&str>,
    version: Version,
) -> Result<(), ErrorCause> {
    if index_name != Some("") || version.has(Difference::EmptyIndexName) {
        return Ok(());
    }
    let reason = "Index 0 out of bounds for length 0";
    Err(ErrorCause::new(ErrorType::StringIndexOutOfBounds, reason))
}

impl Call for Put {
    fn read(input: &Input<'_>) -> Result<Self, ErrorCause> {
        let id = input.params.get("connector_id").filter(|id| !id.is_empty());
        let body = if input.version.has(Difference::CreationWithoutBody) {
            input.optional_body()?
        } else {
            input.body_from_bytes()?
        };
        Ok(Self { id: id.map(ConnectorId::from), body, version: input.version })
    }

    fn breaks(&self) -> Result<(), ErrorCause> {
        if !self.version.has(Difference::IndexNameChecked) {
            return Ok(());
        }
        check_not_empty(self.body.index_name.as_deref(), self.version)
    }

    fn validate(&self) -> Vec<String> {
        let Some(index_name) = &self.body.index_name else { return Vec::new() };
        if !self.version.has(Difference::IndexNameChecked) {
            let empty = r#"[index_name] cannot be [null] or [""]"#;
            return if index_name.is_empty() { vec![empty.to_owned()] } else { Vec::new() };
        }
        let mut messages: Vec<String> =
            IndexName::parse(index_name).err().map(|error| error.to_string()).into_iter().collect();
        if self.body.is_native == Some(true)
            && !index_name.starts_with(MANAGED_PREFIX)
            && self.version.has(Difference::ManagedPrefix)
        {
            messages.push(format!(
                "Index [{index_name}] is invalid. Index attached to an Elastic-managed connector must start with the prefix: [{MANAGED_PREFIX}]"
            ));
        }
        messages
    }

    fn execute(self, context: &mut Context<'_>) -> Result<Reply, ApiError> {
        connectors::put(context, self.id, self.body)
    }
}

/// `connector.get`
pub(super) struct Get {
    id: ConnectorId,
    visible: Visible,
}

fn visible(input: &Input<'_>) -> Result<Visible, ErrorCause> {
    Ok(if input.params.boolean("include_deleted")? { Visible::All } else { Visible::NotDeleted })
}

impl Call for Get {
    fn read(input: &Input<'_>) -> Result<Self, ErrorCause> {
        Ok(Self { id: input.id("connector_id"), visible: visible(input)? })
    }

    fn validate(&self) -> Vec<String> {
        id_missing(&self.id)
    }

    fn execute(self, context: &mut Context<'_>) -> Result<Reply, ApiError> {
        connectors::get(context, &self.id, self.visible)
    }
}

fn id_missing(id: &ConnectorId) -> Vec<String> {
    if id.is_empty() { vec!["connector_id missing".to_owned()] } else { Vec::new() }
}

/// `connector.list`
pub(super) struct List {
    filter: Filter,
    page: super::paging::Page,
    version: Version,
}

impl Call for List {
    fn read(input: &Input<'_>) -> Result<Self, ErrorCause> {
        let page = RawPage::read(&input.params)?;
        let filter = Filter {
            index_names: input.params.list("index_name"),
            names: input.params.list("connector_name"),
            service_types: input.params.list("service_type"),
            query: input.params.get("query").filter(|text| !text.is_empty()).map(str::to_owned),
            visible: visible(input)?,
        };
        Ok(Self { filter, page: page.check()?, version: input.version })
    }

    fn breaks(&self) -> Result<(), ErrorCause> {
        let mut names = self.filter.index_names.iter();
        names.try_for_each(|name| check_not_empty(Some(name), self.version))
    }

    fn validate(&self) -> Vec<String> {
        let parsed = self.filter.index_names.iter().map(|name| IndexName::parse(name));
        parsed.filter_map(|parsed| Some(parsed.err()?.to_string())).collect()
    }

    fn execute(self, context: &mut Context<'_>) -> Result<Reply, ApiError> {
        connectors::list(context, self.filter, self.page)
    }
}

/// `connector.delete`
pub(super) struct Delete {
    id: ConnectorId,
    removal: Removal,
    with_sync_jobs: bool,
}

impl Call for Delete {
    fn read(input: &Input<'_>) -> Result<Self, ErrorCause> {
        let with_sync_jobs = input.params.boolean("delete_sync_jobs")?;
        let hard = input.params.boolean("hard")?;
        let removal = if hard { Removal::Hard } else { Removal::Soft };
        Ok(Self { id: input.id("connector_id"), removal, with_sync_jobs })
    }

    fn validate(&self) -> Vec<String> {
        id_missing(&self.id)
    }

    fn execute(self, context: &mut Context<'_>) -> Result<Reply, ApiError> {
        connectors::delete(context, &self.id, self.removal)?;
        if self.with_sync_jobs {
            crate::services::sync_jobs::delete_of_connector(context, &self.id)?;
        }
        Ok(Reply::acknowledged())
    }
}
