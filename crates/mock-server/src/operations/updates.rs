//! Updates of a connector (contract CN-5).

use api_types::{
    Version,
    differences::Difference,
    error::ErrorCause,
    ids::{ConnectorId, IndexName},
    ops::{
        LastSync, RequestBody, UpdateApiKeyId, UpdateConfiguration, UpdateConnectorError,
        UpdateConnectorStatus, UpdateFeatures, UpdateFiltering, UpdateFilteringValidation,
        UpdateIndexName, UpdateName, UpdateNative, UpdatePipeline, UpdateScheduling,
        UpdateServiceType,
    },
};

use super::connectors::check_not_empty;
use crate::{
    call::{Call, Context, Input},
    error::ApiError,
    reply::Reply,
    services::{connectors, filtering, updates},
};

fn id_missing(id: &ConnectorId, version: Version) -> Vec<String> {
    if !id.is_empty() {
        return Vec::new();
    }
    let message = if version.has(Difference::EmptyIdText) {
        r#"[connector_id] cannot be [null] or [""]."#
    } else {
        "[connector_id] cannot be null or empty."
    };
    vec![message.to_owned()]
}

/// An update that takes a body.
pub(super) struct Update<B> {
    id: ConnectorId,
    body: B,
    version: Version,
}

/// What a body says to a connector.
pub(super) trait UpdateBody: RequestBody {
    /// What fails while it is validated, in place of any message.
    fn breaks(&self, version: Version) -> Result<(), ErrorCause> {
        let _ = version;
        Ok(())
    }

    /// The messages of its validation, behind that of the id.
    fn messages(&self, version: Version) -> Vec<String> {
        let _ = version;
        Vec::new()
    }

    /// Carries it out.
    fn apply(self, context: &mut Context<'_>, id: &ConnectorId) -> Result<Reply, ApiError>;
}

impl<B: UpdateBody> Call for Update<B> {
    fn read(input: &Input<'_>) -> Result<Self, ErrorCause> {
        let body = if input.version.has(Difference::BodiesRequired) {
            input.required_body()?
        } else {
            input.body_from_bytes()?
        };
        Ok(Self { id: input.id("connector_id"), body, version: input.version })
    }

    fn breaks(&self) -> Result<(), ErrorCause> {
        self.body.breaks(self.version)
    }

    fn validate(&self) -> Vec<String> {
        let mut messages = id_missing(&self.id, self.version);
        messages.extend(self.body.messages(self.version));
        messages
    }

    fn execute(self, context: &mut Context<'_>) -> Result<Reply, ApiError> {
        self.body.apply(context, &self.id)
    }
}

/// `connector.check_in`
pub(super) struct CheckIn {
    id: ConnectorId,
    version: Version,
}

impl Call for CheckIn {
    fn read(input: &Input<'_>) -> Result<Self, ErrorCause> {
        Ok(Self { id: input.id("connector_id"), version: input.version })
    }

    fn validate(&self) -> Vec<String> {
        id_missing(&self.id, self.version)
    }

    fn execute(self, context: &mut Context<'_>) -> Result<Reply, ApiError> {
        connectors::check_in(context, &self.id)
    }
}

/// `connector.update_active_filtering`
pub(super) struct ActivateFiltering {
    id: ConnectorId,
    version: Version,
}

impl Call for ActivateFiltering {
    fn read(input: &Input<'_>) -> Result<Self, ErrorCause> {
        Ok(Self { id: input.id("connector_id"), version: input.version })
    }

    fn validate(&self) -> Vec<String> {
        id_missing(&self.id, self.version)
    }

    fn execute(self, context: &mut Context<'_>) -> Result<Reply, ApiError> {
        filtering::activate(context, &self.id)
    }
}

/// The message for two members of which one must be there.
fn one_of(first: &str, second: &str, given: bool) -> Vec<String> {
    if given {
        return Vec::new();
    }
    vec![format!(
        "[{first}] and [{second}] cannot both be [null]. Please provide a value for at least one of them."
    )]
}

impl UpdateBody for UpdateApiKeyId {
    fn messages(&self, _: Version) -> Vec<String> {
        let given = self.api_key_id.is_some() || self.api_key_secret_id.is_some();
        one_of("api_key_id", "api_key_secret_id", given)
    }

    fn apply(self, context: &mut Context<'_>, id: &ConnectorId) -> Result<Reply, ApiError> {
        updates::api_key_id(context, id, self)
    }
}

impl UpdateBody for UpdateConfiguration {
    fn messages(&self, version: Version) -> Vec<String> {
        let message = match (&self.configuration, &self.values) {
            (None, None) if !version.has(Difference::ConfigurationValues) => {
                "[configuration] cannot be null."
            }
            (None, None) => "[configuration] and [values] cannot both be null.",
            (Some(_), Some(_)) => {
                "[configuration] and [values] cannot both be provided in the same request."
            }
            _ => return Vec::new(),
        };
        vec![message.to_owned()]
    }

    fn apply(self, context: &mut Context<'_>, id: &ConnectorId) -> Result<Reply, ApiError> {
        match (self.configuration, self.values) {
            (Some(configuration), _) => updates::configuration(context, id, configuration),
            (None, values) => {
                updates::configuration_values(context, id, values.unwrap_or_default())
            }
        }
    }
}

impl UpdateBody for UpdateConnectorError {
    fn apply(self, context: &mut Context<'_>, id: &ConnectorId) -> Result<Reply, ApiError> {
        connectors::update_error(context, id, self)
    }
}

impl UpdateBody for UpdateConnectorStatus {
    fn messages(&self, _: Version) -> Vec<String> {
        match self.status {
            Some(_) => Vec::new(),
            None => vec!["[status] cannot be [null].".to_owned()],
        }
    }

    fn apply(self, context: &mut Context<'_>, id: &ConnectorId) -> Result<Reply, ApiError> {
        match self.status {
            Some(status) => connectors::update_status(context, id, status),
            None => Err(ApiError::validation(&self.messages(context.version))),
        }
    }
}

impl UpdateBody for UpdateFeatures {
    fn apply(self, context: &mut Context<'_>, id: &ConnectorId) -> Result<Reply, ApiError> {
        updates::features(context, id, self.features)
    }
}

impl UpdateBody for UpdateFiltering {
    fn messages(&self, _: Version) -> Vec<String> {
        let draft = self.rules.is_some() || self.advanced_snippet.is_some();
        let message = match (self.filtering.is_some(), draft) {
            (false, false) => "[advanced_snippet] and [rules] cannot be both [null].",
            (true, true) => {
                "If [filtering] is specified, [rules] and [advanced_snippet] should not be present in the request body."
            }
            _ => return Vec::new(),
        };
        vec![message.to_owned()]
    }

    fn apply(self, context: &mut Context<'_>, id: &ConnectorId) -> Result<Reply, ApiError> {
        match self.filtering {
            Some(elements) => filtering::replace(context, id, elements),
            None => filtering::edit_draft(context, id, self.advanced_snippet, self.rules),
        }
    }
}

impl UpdateBody for UpdateFilteringValidation {
    fn apply(self, context: &mut Context<'_>, id: &ConnectorId) -> Result<Reply, ApiError> {
        filtering::set_validation(context, id, self.validation)
    }
}

impl UpdateBody for UpdateIndexName {
    fn breaks(&self, version: Version) -> Result<(), ErrorCause> {
        check_not_empty(self.index_name.as_deref(), version)
    }

    fn messages(&self, _: Version) -> Vec<String> {
        let checked = self.index_name.as_deref().map(IndexName::parse);
        checked.and_then(Result::err).map(|error| error.to_string()).into_iter().collect()
    }

    fn apply(self, context: &mut Context<'_>, id: &ConnectorId) -> Result<Reply, ApiError> {
        updates::index_name(context, id, self.index_name)
    }
}

impl UpdateBody for LastSync {
    fn apply(self, context: &mut Context<'_>, id: &ConnectorId) -> Result<Reply, ApiError> {
        let members =
            if context.version.has(Difference::LastSyncKeeps) { self.0 } else { self.with_nulls() };
        updates::merge(context, id, members)
    }
}

impl UpdateBody for UpdateName {
    fn messages(&self, _: Version) -> Vec<String> {
        one_of("name", "description", self.name.is_some() || self.description.is_some())
    }

    fn apply(self, context: &mut Context<'_>, id: &ConnectorId) -> Result<Reply, ApiError> {
        updates::name(context, id, self)
    }
}

impl UpdateBody for UpdateNative {
    fn apply(self, context: &mut Context<'_>, id: &ConnectorId) -> Result<Reply, ApiError> {
        updates::native(context, id, self.is_native)
    }
}

impl UpdateBody for UpdatePipeline {
    fn apply(self, context: &mut Context<'_>, id: &ConnectorId) -> Result<Reply, ApiError> {
        updates::pipeline(context, id, self.pipeline)
    }
}

impl UpdateBody for UpdateScheduling {
    /// The server asks for `incremental` twice, so `access_control` alone is refused.
    fn messages(&self, _: Version) -> Vec<String> {
        if self.scheduling.contains("full") || self.scheduling.contains("incremental") {
            return Vec::new();
        }
        vec!["[scheduling] object needs to define at least one schedule type: [full | incremental | access_control]".to_owned()]
    }

    fn apply(self, context: &mut Context<'_>, id: &ConnectorId) -> Result<Reply, ApiError> {
        updates::scheduling(context, id, self.scheduling)
    }
}

impl UpdateBody for UpdateServiceType {
    fn messages(&self, _: Version) -> Vec<String> {
        if self.service_type.is_empty() {
            vec![r#"[service_type] cannot be [null] or [""]."#.to_owned()]
        } else {
            Vec::new()
        }
    }

    fn apply(self, context: &mut Context<'_>, id: &ConnectorId) -> Result<Reply, ApiError> {
        updates::service_type(context, id, self.service_type)
    }
}
