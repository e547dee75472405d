//! The operations on the license (contract DO-8).

use api_types::{
    endpoint::Operation,
    error::{ErrorCause, ErrorType},
};

use crate::{
    call::{Call, Context, Input, not_served},
    error::ApiError,
    params::parse_boolean,
    reply::Reply,
    services::license,
    store::LicenseType,
    warnings::Warning,
};

/// `license.get`
pub(super) struct Get {
    is_human: bool,
}

impl Call for Get {
    fn read(input: &Input<'_>) -> Result<Self, ErrorCause> {
        let params = &input.params;
        if params.get("accept_enterprise").is_some() {
            input.warnings.add(Warning::AcceptEnterprise);
        }
        if params.get("accept_enterprise").is_some() && !params.boolean("accept_enterprise")? {
            let reason = "The [accept_enterprise] parameters may not be false";
            return Err(ErrorCause::new(ErrorType::IllegalArgument, reason));
        }
        params.boolean("local")?;
        let is_human = params.get("human").map_or(Ok(false), parse_boolean)?;
        Ok(Self { is_human })
    }

    fn execute(self, context: &mut Context<'_>) -> Result<Reply, ApiError> {
        Ok(license::get(context, self.is_human))
    }
}

/// `license.get_trial_status`, `license.get_basic_status`
pub(super) struct Status {
    operation: Operation,
}

impl Call for Status {
    fn read(input: &Input<'_>) -> Result<Self, ErrorCause> {
        Ok(Self { operation: input.endpoint.operation })
    }

    fn execute(self, context: &mut Context<'_>) -> Result<Reply, ApiError> {
        Ok(match self.operation {
            Operation::LicenseGetBasicStatus => license::basic_status(context),
            _ => license::trial_status(context),
        })
    }
}

/// `license.post_start_trial`
pub(super) struct StartTrial {
    /// As it was asked for.
    name: String,
    is_acknowledged: bool,
}

impl Call for StartTrial {
    fn read(input: &Input<'_>) -> Result<Self, ErrorCause> {
        let name = input.params.get("type").unwrap_or(LicenseType::Trial.name()).to_owned();
        let is_acknowledged = input.params.boolean("acknowledge")?;
        Ok(Self { name, is_acknowledged })
    }

    fn execute(self, context: &mut Context<'_>) -> Result<Reply, ApiError> {
        let kind = license::trial_type(&self.name)?;
        Ok(license::start_trial(context, kind, self.name, self.is_acknowledged))
    }
}

/// `license.post_start_basic`
pub(super) struct StartBasic {
    is_acknowledged: bool,
}

impl Call for StartBasic {
    fn read(input: &Input<'_>) -> Result<Self, ErrorCause> {
        Ok(Self { is_acknowledged: input.params.boolean("acknowledge")? })
    }

    fn execute(self, context: &mut Context<'_>) -> Result<Reply, ApiError> {
        if !self.is_acknowledged && !context.store.license.is_basic() {
            let what = "a change to a basic license without [acknowledge=true]";
            return Err(not_served(Operation::LicensePostStartBasic, what).into());
        }
        Ok(license::start_basic(context))
    }
}
