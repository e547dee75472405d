//! The license in a document of state: its type alone, or all that is known of it.

use api_types::{
    Timestamp,
    json::{Json, Object},
};

use super::members::{Walk, kind};
use crate::store::{License, LicenseType};

/// What a document says of the license.
#[derive(Debug)]
pub(super) struct Given {
    kind: LicenseType,
    uid: Option<String>,
    /// When it was issued; without, that is now.
    issued_at: Option<Timestamp>,
    /// Without, that of a trial.
    is_trial_used: Option<bool>,
}

const TYPE: &str = "type";
const UID: &str = "uid";
const ISSUED: &str = "issue_date";
const TRIAL_USED: &str = "trial_was_started";
const MEMBERS: [&str; 4] = [TYPE, UID, ISSUED, TRIAL_USED];

impl Given {
    /// The license at this time.
    pub(super) fn license(&self, now: Timestamp) -> License {
        let first = License::first();
        let is_first = self.kind == first.kind && self.uid.is_none();
        License {
            kind: self.kind,
            uid: self.uid.clone(),
            issued_at: self.issued_at.unwrap_or(if is_first { first.issued_at } else { now }),
            is_trial_used: self.is_trial_used.unwrap_or(self.kind == LicenseType::Trial),
        }
    }
}

/// The section `license`.
pub(super) fn read(walk: &mut Walk, section: Json) -> Option<Given> {
    let mut members = match section {
        Json::String(name) => Object::new().with(TYPE, Json::String(name)),
        Json::Object(members) => members,
        other => {
            let found = kind(&other);
            walk.wrong(format!("[license] must be a type or an object, this is {found}"));
            return None;
        }
    };
    let license_type = members.remove(TYPE).unwrap_or_else(|| LicenseType::Basic.name().into());
    let read = license_type.as_str().and_then(LicenseType::from_name);
    if read.is_none() {
        let known = LicenseType::ALL.map(LicenseType::name).join(", ");
        walk.wrong(format!("the type of [license] must be one of {known}"));
    }
    let uid = members.remove(UID).and_then(|uid| match uid {
        Json::String(uid) => Some(uid.into_owned()),
        _ => {
            walk.within(UID, |walk| walk.wrong("[uid] must be a text"));
            None
        }
    });
    let issued_at = members.remove(ISSUED).and_then(|time| {
        let read = time.as_str().and_then(|text| Timestamp::parse(text).ok());
        if read.is_none() {
            walk.within(ISSUED, |walk| {
                walk.wrong("[issue_date] must be a time like 2026-01-01T12:00:00Z")
            });
        }
        read
    });
    let is_trial_used = members.remove(TRIAL_USED).and_then(|used| match used {
        Json::Bool(used) => Some(used),
        _ => {
            walk.within(TRIAL_USED, |walk| walk.wrong("[trial_was_started] must be true or false"));
            None
        }
    });
    for (unknown, _) in members.iter() {
        walk.unknown(unknown, "[license]", &MEMBERS);
    }
    Some(Given { kind: read?, uid, issued_at, is_trial_used })
}

/// The license, unless it is the one that a cluster begins with.
pub(super) fn written(license: &License) -> Option<Json> {
    if *license == License::first() {
        return None;
    }
    let mut written = Object::new().with(TYPE, license.kind.name());
    if let Some(uid) = &license.uid {
        written.insert(UID, uid.clone());
    }
    let written =
        written.with(ISSUED, license.issued_at.to_string()).with(TRIAL_USED, license.is_trial_used);
    Some(written.into())
}
