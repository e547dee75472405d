//! The order in which a `java.util.HashMap` lists its keys.
//!
//! Elasticsearch reads the payload of a partial update into such maps, so new members of a stored
//! document stand in this order (contract CN-2.3). It depends on the names alone, and within one
//! bucket on the order in which they were put in.

use super::{Json, Object, Text};

const SMALLEST_TABLE: usize = 16;

impl Object {
    /// The same members, and those of all objects within, in the order of a Java hash map.
    #[must_use]
    pub fn in_java_map_order(self) -> Self {
        let within = self.into_iter().map(|(name, value)| (name, value.in_java_map_order()));
        within.collect::<Self>().in_java_map_order_outside()
    }

    /// The same members in the order of a Java hash map; objects within stay as they are.
    #[must_use]
    pub fn in_java_map_order_outside(self) -> Self {
        let table = table_size(self.len());
        let mut members: Vec<(usize, Text, Json)> =
            self.into_iter().map(|(name, value)| (bucket(&name, table), name, value)).collect();
        members.sort_by_key(|(bucket, _, _)| *bucket);
        members.into_iter().map(|(_, name, value)| (name, value)).collect()
    }
}

impl Json {
    /// The same value, every object within it in the order of a Java hash map.
    #[must_use]
    pub fn in_java_map_order(self) -> Self {
        match self {
            Self::Object(object) => Self::Object(object.in_java_map_order()),
            Self::Array(elements) => {
                Self::Array(elements.into_iter().map(Self::in_java_map_order).collect())
            }
            scalar @ (Self::Null | Self::Bool(_) | Self::Number(_) | Self::String(_)) => scalar,
        }
    }
}

/// The table doubles whenever it is more than three quarters full.
fn table_size(members: usize) -> usize {
    let mut table = SMALLEST_TABLE;
    while members > table / 4 * 3 {
        table *= 2;
    }
    table
}

fn bucket(name: &str, table: usize) -> usize {
    let hash = name
        .encode_utf16()
        .fold(0_u32, |hash, unit| hash.wrapping_mul(31).wrapping_add(u32::from(unit)));
    let spread = hash ^ (hash >> 16);
    usize::try_from(spread).unwrap_or_default() & (table - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(names: &[&str], expected: &[&str]) {
        let object: Object = names.iter().map(|name| ((*name).to_owned(), Json::Null)).collect();
        let ordered = object.in_java_map_order();
        let names: Vec<_> = ordered.iter().map(|(name, _)| name).collect();
        assert_eq!(names, expected);
    }

    // Expected values: the orders of a HashMap on a Java 17 virtual machine.
    #[test]
    fn members_stand_in_the_order_of_a_java_map() {
        check(
            &["cancelation_requested_at", "canceled_at", "completed_at"],
            &["completed_at", "cancelation_requested_at", "canceled_at"],
        );
        check(&["started_at", "worker_hostname"], &["worker_hostname", "started_at"]);
        check(
            &["extract_binary_content", "name", "reduce_whitespace", "run_ml_inference"],
            &["reduce_whitespace", "extract_binary_content", "name", "run_ml_inference"],
        );
        check(
            &["created_at", "field", "id", "order", "policy", "rule", "updated_at", "value"],
            &["field", "updated_at", "created_at", "rule", "id", "value", "order", "policy"],
        );
    }

    #[test]
    fn a_map_of_more_than_twelve_members_has_a_larger_table() {
        check(
            &[
                "category",
                "default_value",
                "depends_on",
                "display",
                "label",
                "options",
                "order",
                "placeholder",
                "required",
                "sensitive",
                "tooltip",
                "type",
                "ui_restrictions",
                "validations",
                "value",
            ],
            &[
                "depends_on",
                "display",
                "tooltip",
                "default_value",
                "label",
                "sensitive",
                "type",
                "required",
                "options",
                "placeholder",
                "validations",
                "category",
                "value",
                "order",
                "ui_restrictions",
            ],
        );
    }

    #[test]
    fn objects_within_are_ordered_too() {
        let object = Json::parse(br#"{"x":[{"started_at":1,"worker_hostname":2}]}"#).unwrap();
        assert_eq!(
            object.in_java_map_order().to_compact(),
            r#"{"x":[{"worker_hostname":2,"started_at":1}]}"#
        );
    }
}
