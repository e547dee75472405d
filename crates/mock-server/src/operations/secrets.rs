//! The secret operations (contract SC-2 to SC-5).

use api_types::{
    error::ErrorCause,
    ids::SecretId,
    ops::{PostSecret, PutSecret},
};

use crate::{
    call::{Call, Context, Input},
    error::ApiError,
    reply::Reply,
    services::secrets,
};

fn id_missing(id: &SecretId) -> Vec<String> {
    if id.is_empty() {
        vec!["[id] of the connector secret cannot be null or empty.".to_owned()]
    } else {
        Vec::new()
    }
}

/// `connector.secret_post`
pub(super) struct Post(PostSecret);

impl Call for Post {
    fn read(input: &Input<'_>) -> Result<Self, ErrorCause> {
        input.required_body().map(Self)
    }

    fn validate(&self) -> Vec<String> {
        if self.0.value.is_empty() {
            vec![r#"[value] of the connector secret cannot be [null] or [""]"#.to_owned()]
        } else {
            Vec::new()
        }
    }

    fn execute(self, context: &mut Context<'_>) -> Result<Reply, ApiError> {
        Ok(secrets::post(context, self.0.value))
    }
}

/// `connector.secret_put`
pub(super) struct Put {
    id: SecretId,
    body: PutSecret,
}

impl Call for Put {
    fn read(input: &Input<'_>) -> Result<Self, ErrorCause> {
        Ok(Self { id: input.id("id"), body: input.body_from_bytes()? })
    }

    fn validate(&self) -> Vec<String> {
        let missing = |name: &str| format!(r#"[{name}] cannot be [null] or [""]"#);
        let mut messages = Vec::new();
        if self.id.is_empty() {
            messages.push(missing("id"));
        }
        if self.body.value.is_empty() {
            messages.push(missing("value"));
        }
        messages
    }

    fn execute(self, context: &mut Context<'_>) -> Result<Reply, ApiError> {
        secrets::put(context, &self.id, self.body.value)
    }
}

/// `connector.secret_get`
pub(super) struct Get {
    id: SecretId,
}

impl Call for Get {
    fn read(input: &Input<'_>) -> Result<Self, ErrorCause> {
        Ok(Self { id: input.id("id") })
    }

    fn validate(&self) -> Vec<String> {
        id_missing(&self.id)
    }

    fn execute(self, context: &mut Context<'_>) -> Result<Reply, ApiError> {
        secrets::get(context.store, &self.id)
    }
}

/// `connector.secret_delete`
pub(super) struct Delete {
    id: SecretId,
}

impl Call for Delete {
    fn read(input: &Input<'_>) -> Result<Self, ErrorCause> {
        Ok(Self { id: input.id("id") })
    }

    fn validate(&self) -> Vec<String> {
        id_missing(&self.id)
    }

    fn execute(self, context: &mut Context<'_>) -> Result<Reply, ApiError> {
        secrets::delete(context, &self.id)
    }
}
