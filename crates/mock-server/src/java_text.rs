//! How values stand in messages.

use api_types::json::Json;

/// A value as Java's `toString` writes it, the members of objects in their order.
pub(crate) fn java_text(value: &Json) -> String {
    match value {
        Json::String(text) => text.to_string(),
        Json::Array(elements) => {
            let texts: Vec<String> = elements.iter().map(java_text).collect();
            format!("[{}]", texts.join(", "))
        }
        Json::Object(members) => {
            let entry = |(name, value): (&str, &Json)| format!("{name}={}", java_text(value));
            let texts: Vec<String> = members.iter().map(entry).collect();
            format!("{{{}}}", texts.join(", "))
        }
        Json::Null | Json::Bool(_) => value.to_compact(),
        // In JSON an infinite number is a text.
        Json::Number(_) => value.to_compact().trim_matches('"').to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_written_as_java_does() {
        let value = Json::parse(br#"{"b":[1,"x",null],"a":{"n":1e39,"i":-1e400},"e":{}}"#).unwrap();
        let expected = "{b=[1, x, null], a={n=1.0E39, i=-Infinity}, e={}}";
        assert_eq!(java_text(&value), expected);
    }
}
