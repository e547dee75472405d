//! The statuses of a connector and the steps between them (contract CN-3).

use crate::{
    endpoint::Operation,
    transition::{Effect, InvalidTransition, Next},
    wire_enum::wire_enum,
};

wire_enum! {
    /// `status` of a connector.
    ConnectorStatus as "ConnectorStatus" {
        /// Made by the API, no connector service has seen it.
        Created = "created",
        /// Waits for values of its configuration.
        NeedsConfiguration = "needs_configuration",
        /// Has its configuration, has not connected yet.
        Configured = "configured",
        /// Connected to its source.
        Connected = "connected",
        /// The last attempt failed.
        Error = "error",
    }
}

impl ConnectorStatus {
    /// The statuses that `connector.update_status` may set next. Other operations set a status
    /// without asking this table.
    #[must_use]
    pub const fn successors(self) -> &'static [Self] {
        match self {
            Self::Created => &[Self::NeedsConfiguration, Self::Error],
            Self::NeedsConfiguration => &[Self::Configured, Self::Error],
            Self::Configured => {
                &[Self::NeedsConfiguration, Self::Configured, Self::Connected, Self::Error]
            }
            Self::Connected => &[Self::Configured, Self::Connected, Self::Error],
            Self::Error => &[Self::Configured, Self::Connected, Self::Error],
        }
    }

    /// Steps to `to`.
    ///
    /// # Errors
    /// If `to` is no successor.
    pub fn transition(self, to: Self) -> Result<Self, InvalidTransition<Self>> {
        if self.successors().contains(&to) {
            Ok(to)
        } else {
            Err(InvalidTransition { from: self, to })
        }
    }

    /// The status of a new connector that Elastic does not manage.
    pub const NEW: Self = Self::Created;

    /// The status of a new connector that Elastic manages.
    pub const NEW_NATIVE: Self = Self::NeedsConfiguration;

    /// The status after `connector.update_configuration`.
    pub const AFTER_CONFIGURATION: Self = Self::Configured;

    /// The status after `connector.update_error` with a text.
    pub const AFTER_ERROR: Self = Self::Error;

    /// The status after `connector.update_error` without a text.
    pub const AFTER_NO_ERROR: Self = Self::Connected;

    /// The status after `connector.update_service_type`.
    #[must_use]
    pub const fn after_service_type(self) -> Self {
        match self {
            Self::Created => Self::Created,
            Self::NeedsConfiguration | Self::Configured | Self::Connected | Self::Error => {
                Self::NeedsConfiguration
            }
        }
    }

    /// The status after `connector.update_native`, whatever it was set to.
    #[must_use]
    pub const fn after_native(self) -> Self {
        match self {
            Self::Connected => Self::Configured,
            Self::Created | Self::NeedsConfiguration | Self::Configured | Self::Error => self,
        }
    }

    /// What operations do to the status (contract CN-3). Operations that are not listed leave it
    /// as it is.
    pub const EFFECTS: &'static [Effect<Self>] = &[
        effect(
            &[Operation::Post, Operation::Put],
            Some("`is_native` is not true"),
            "CN-3-11",
            Next::New(Self::NEW),
        ),
        effect(
            &[Operation::Post, Operation::Put],
            Some("`is_native` is true"),
            "CN-3-11",
            Next::New(Self::NEW_NATIVE),
        ),
        effect(&[Operation::UpdateStatus], None, "CN-3-2", Next::Asked),
        effect(
            &[Operation::UpdateConfiguration],
            None,
            "CN-3-12",
            Next::Set(|_| Self::AFTER_CONFIGURATION),
        ),
        effect(
            &[Operation::UpdateError],
            Some("`error` is null or empty"),
            "CN-3-13",
            Next::Set(|_| Self::AFTER_NO_ERROR),
        ),
        effect(
            &[Operation::UpdateError],
            Some("`error` is a text"),
            "CN-3-14",
            Next::Set(|_| Self::AFTER_ERROR),
        ),
        effect(
            &[Operation::UpdateServiceType],
            None,
            "CN-3-15",
            Next::Set(Self::after_service_type),
        ),
        effect(&[Operation::UpdateNative], None, "CN-3-16", Next::Set(Self::after_native)),
    ];
}

const fn effect(
    operations: &'static [Operation],
    when: Option<&'static str>,
    rule: &'static str,
    next: Next<ConnectorStatus>,
) -> Effect<ConnectorStatus> {
    Effect { operations, when, rule, next }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire_enum::WireEnum as _;

    /// The table of contract section CN-3, written as it stands there: a row a source, a letter a
    /// target in the order of the heading.
    const TABLE: [(&str, &str); 5] = [
        ("created", "-y--y"),
        ("needs_configuration", "--y-y"),
        ("configured", "-yyyy"),
        ("connected", "--yyy"),
        ("error", "--yyy"),
    ];

    #[test]
    fn all_25_pairs_agree_with_the_table_of_the_contract() {
        let mut pairs = 0;
        for (from, row) in TABLE {
            let from = ConnectorStatus::parse(from).unwrap();
            for (letter, (to, _)) in row.chars().zip(TABLE) {
                let to = ConnectorStatus::parse(to).unwrap();
                let expected =
                    if letter == 'y' { Ok(to) } else { Err(InvalidTransition { from, to }) };
                assert_eq!(from.transition(to), expected, "{from} to {to}");
                pairs += 1;
            }
        }
        assert_eq!(pairs, ConnectorStatus::ALL.len().pow(2));
    }

    #[test]
    fn parsing_ignores_case_and_echoes_unknown_text() {
        assert_eq!(ConnectorStatus::parse("Connected"), Ok(ConnectorStatus::Connected));
        assert_eq!(
            ConnectorStatus::parse("Bogus").unwrap_err().to_string(),
            "Unknown ConnectorStatus [Bogus]."
        );
    }

    // Expected values: contract CN-3-15 and CN-3-16.
    #[test]
    fn service_type_and_native_set_what_the_contract_says() {
        for (from, service_type, native) in [
            ("created", "created", "created"),
            ("needs_configuration", "needs_configuration", "needs_configuration"),
            ("configured", "needs_configuration", "configured"),
            ("connected", "needs_configuration", "configured"),
            ("error", "needs_configuration", "error"),
        ] {
            let from = ConnectorStatus::parse(from).unwrap();
            assert_eq!(from.after_service_type().to_string(), service_type, "{from}");
            assert_eq!(from.after_native().to_string(), native, "{from}");
        }
    }
}
