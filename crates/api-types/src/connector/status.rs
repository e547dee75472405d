//! The statuses of a connector and the steps between them (contract CN-3).

use crate::{transition::InvalidTransition, wire_enum::wire_enum};

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
}
