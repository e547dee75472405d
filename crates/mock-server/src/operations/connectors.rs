//! Creating, reading, listing and deleting connectors (contract CN-4).

use api_types::{
    error::ErrorCause,
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
}

impl Call for Put {
    fn read(input: &Input<'_>) -> Result<Self, ErrorCause> {
        let id = input.params.get("connector_id").filter(|id| !id.is_empty());
        Ok(Self { id: id.map(ConnectorId::from), body: input.optional_body()? })
    }

    fn validate(&self) -> Vec<String> {
        let Some(index_name) = &self.body.index_name else { return Vec::new() };
        let mut messages: Vec<String> =
            IndexName::parse(index_name).err().map(|error| error.to_string()).into_iter().collect();
        if self.body.is_native == Some(true) && !index_name.starts_with(MANAGED_PREFIX) {
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
        connectors::get(context.store, &self.id, self.visible)
    }
}

fn id_missing(id: &ConnectorId) -> Vec<String> {
    if id.is_empty() { vec!["connector_id missing".to_owned()] } else { Vec::new() }
}

/// `connector.list`
pub(super) struct List {
    filter: Filter,
    page: super::paging::Page,
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
        Ok(Self { filter, page: page.check()? })
    }

    fn validate(&self) -> Vec<String> {
        let parsed = self.filter.index_names.iter().map(|name| IndexName::parse(name));
        parsed.filter_map(|parsed| Some(parsed.err()?.to_string())).collect()
    }

    fn execute(self, context: &mut Context<'_>) -> Result<Reply, ApiError> {
        connectors::list(context.store, self.filter, self.page)
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
