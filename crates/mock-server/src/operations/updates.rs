//! Updates of a connector (contract CN-5).

use api_types::{
    error::ErrorCause,
    ids::ConnectorId,
    ops::{UpdateConnectorError, UpdateConnectorStatus},
};

use crate::{
    call::{Call, Context, Input},
    error::ApiError,
    reply::Reply,
    services::connectors,
};

fn id_missing(id: &ConnectorId) -> Vec<String> {
    if id.is_empty() {
        vec![r#"[connector_id] cannot be [null] or [""]."#.to_owned()]
    } else {
        Vec::new()
    }
}

/// `connector.check_in`
pub(super) struct CheckIn {
    id: ConnectorId,
}

impl Call for CheckIn {
    fn read(input: &Input<'_>) -> Result<Self, ErrorCause> {
        Ok(Self { id: input.id("connector_id") })
    }

    fn validate(&self) -> Vec<String> {
        id_missing(&self.id)
    }

    fn execute(self, context: &mut Context<'_>) -> Result<Reply, ApiError> {
        connectors::check_in(context, &self.id)
    }
}

/// `connector.update_error`
pub(super) struct UpdateError {
    id: ConnectorId,
    body: UpdateConnectorError,
}

impl Call for UpdateError {
    fn read(input: &Input<'_>) -> Result<Self, ErrorCause> {
        Ok(Self { id: input.id("connector_id"), body: input.required_body()? })
    }

    fn validate(&self) -> Vec<String> {
        id_missing(&self.id)
    }

    fn execute(self, context: &mut Context<'_>) -> Result<Reply, ApiError> {
        connectors::update_error(context, &self.id, self.body)
    }
}

/// `connector.update_status`
pub(super) struct UpdateStatus {
    id: ConnectorId,
    body: UpdateConnectorStatus,
}

impl Call for UpdateStatus {
    fn read(input: &Input<'_>) -> Result<Self, ErrorCause> {
        Ok(Self { id: input.id("connector_id"), body: input.required_body()? })
    }

    fn validate(&self) -> Vec<String> {
        let mut messages = id_missing(&self.id);
        if self.body.status.is_none() {
            messages.push("[status] cannot be [null].".to_owned());
        }
        messages
    }

    fn execute(self, context: &mut Context<'_>) -> Result<Reply, ApiError> {
        let Some(status) = self.body.status else {
            return Err(ApiError::validation(&self.validate()));
        };
        connectors::update_status(context, &self.id, status)
    }
}
