use super::*;

fn error(text: &str) -> String {
    Security::parse("auth.yml", text).unwrap_err().to_string()
}

#[test]
fn mistakes_are_named_with_their_place_and_what_is_allowed() {
    let check = |text: &str, expected: &str| assert_eq!(error(text), expected, "{text}");
    check(
        "users:\n  - name: ada\n    pasword: x\n",
        "auth.yml:3:5: [pasword] is not a member of a user (did you mean [password]?); allowed: name, password, roles, privileges, index_privileges",
    );
    check(
        "users:\n  - {name: ada, privileges: [manage_conector]}\n",
        "auth.yml:2:30: [manage_conector] is not a cluster privilege known here (did you mean [manage_connector]?); allowed: all, manage, manage_api_key, manage_connector, manage_ingest_pipelines, manage_own_api_key, manage_pipeline, manage_security, monitor, monitor_connector, read_connector_secrets, read_pipeline, write_connector_secrets",
    );
    check(
        "users: [{name: ada, roles: [syncr]}]\nroles: [{name: syncer}]",
        "auth.yml:1:29: [syncr] is not a role of this file (did you mean [syncer]?); allowed: superuser, syncer",
    );
    check(
        "users: [{name: ada}]\napi_keys: [{id: k, api_key: s, owner: bob}]",
        "auth.yml:2:39: [bob] is not a user of this file; allowed: ada",
    );
    check("users: [{name: ada}, {name: ada}]", "auth.yml:1:29: user [ada] is there twice");
    check("users: [{password: x}]", "auth.yml:1:9: a user needs [name]");
    check("tokens: []", "auth.yml:1:1: there are no users; at least one is needed");
    check(
        "- name: ada",
        "auth.yml:1:1: the file must be an object, this is a list; allowed members: roles, users, api_keys, tokens",
    );
    check(r#"{"users": [{"name": "ada", "name": "bob"}]}"#, "auth.yml:1:28: [name] is there twice");
}

/// Wherever a secret stands, and whatever is wrong with it, no message shows it.
#[test]
fn messages_never_show_a_secret() {
    for text in [
        "users: s3cr3t",
        "users: [s3cr3t]",
        "users: [{name: ada, password: [s3cr3t]}]",
        "users: [{name: ada, password: {s3cr3t: 1}}]",
        "users: [{name: ada, password: *s3cr3t}]",
        "users: [{name: ada, password: &s3cr3t}]",
        "users: [{name: ada, password: !s3cr3t x}]",
        "users: [{name: ada, password: \"s3cr3t}]",
        "users: [{name: ada, password: %s3cr3t}]",
        "users: [{name: ada, password: @s3cr3t}]",
        "users: [{name: ada, password: s3cr3t, paswort: x}]",
        "users: [{name: ada, password s3cr3t}]",
        "users: [{name: ada, s3cr3t: password}]",
        "users: [{name: ada}]\ntokens: [{token: s3cr3t, user: eve}]",
        "users: [{name: ada}]\napi_keys: [{id: k, api_key: s3cr3t, owner: eve}]",
        "users: [{name: ada}]\napi_keys: [{id: k, api_key: s3cr3t, owner: ada, expires: s3cr3t}]",
    ] {
        let error = Security::parse("auth.yml", text).err().map(|error| error.to_string());
        assert!(!format!("{error:?}").contains("s3cr3t"), "{text}: {error:?}");
    }
    assert!(error("users: [{name: ada, password: 12345678}]").ends_with("put it in quotes"));
    assert!(!error("users: [{name: ada, password: 12345678}]").contains("12345678"));
}

#[test]
fn debug_shows_no_secret() {
    let text = "users: [{name: ada, password: s3cr3t, privileges: [all]}]
api_keys: [{id: k, api_key: s3cr3t, owner: ada}]
tokens: [{token: s3cr3t, user: ada}]";
    let mut security = Security::parse("auth.yml", text).unwrap();
    let credentials =
        Credentials::Basic { user: "ada".to_owned(), password: Secret("s3cr3t".to_owned()) };
    let clock = Clock::system();
    let caller = security.authenticate(&credentials, "/", Version::NEWEST, &clock).unwrap();
    let key = security.create_key(&caller, None, None, &mut IdSource::seeded(1));
    let shown = format!("{security:?} {credentials:?} {caller:?}");
    assert!(!shown.contains("s3cr3t") && !shown.contains(&key.secret), "{shown}");
    assert!(shown.contains("[redacted]") && shown.contains("ada"), "{shown}");
}

/// The example of the documentation is a file that is taken, and says what it says there.
#[test]
fn the_example_of_the_documentation_is_taken() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/security.md");
    let page = std::fs::read_to_string(path).unwrap();
    let example = page.split("```yaml\n").nth(1).unwrap().split("```").next().unwrap();
    let security = Security::parse("docs/security.md", example).unwrap();
    let clock = Clock::system();
    let by_token = Credentials::Bearer(Secret("a-bearer-token".to_owned()));
    let caller = security.authenticate(&by_token, "/", Version::NEWEST, &clock).unwrap();
    assert!(caller.authorize(Action::Main, Version::NEWEST).is_ok());
    assert!(caller.authorize(Action::CreateApiKey, Version::NEWEST).is_err());
    for name in ClusterPrivilege::ALL.iter().map(|one| one.name()) {
        assert!(page.contains(&format!("`{name}`")), "the page does not explain {name}");
    }
}
