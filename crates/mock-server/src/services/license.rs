//! The license (contract DO-8).

use api_types::{
    Timestamp,
    error::{ErrorCause, ErrorType},
    json::{Json, Object},
};

use crate::{
    call::Context,
    reply::Reply,
    store::{License, LicenseType, license_uid},
};

const MILLISECOND: i128 = 1_000_000;

/// Milliseconds since 1970.
pub(super) fn milliseconds(instant: Timestamp) -> i64 {
    i64::try_from(instant.as_nanoseconds().div_euclid(MILLISECOND)).unwrap_or(i64::MAX)
}

/// `strict_date_time`: three digits after the point, always.
pub(super) fn date_time(milliseconds: i64) -> String {
    let text = Timestamp::from_nanoseconds(i128::from(milliseconds) * MILLISECOND).to_string();
    if text.contains('.') { text } else { text.replace('Z', ".000Z") }
}

/// When no license begins.
const NO_START: i64 = -1;

/// `license.get`: `is_human` adds the one time that is otherwise a number alone.
pub(crate) fn get(context: &Context<'_>, is_human: bool) -> Reply {
    let license = &context.store.license;
    let uid = license.uid.clone().unwrap_or_else(|| license_uid(context.store.node()));
    let issued = milliseconds(license.issued_at);
    let mut shown = Object::new()
        .with("status", license.status(context.now()))
        .with("uid", uid)
        .with("type", license.kind.name())
        .with("issue_date", date_time(issued))
        .with("issue_date_in_millis", issued);
    if let Some(end) = license.expires_at().map(milliseconds) {
        shown.insert("expiry_date", date_time(end));
        shown.insert("expiry_date_in_millis", end);
    }
    let is_enterprise = license.kind == LicenseType::Enterprise;
    let many = |is_so: bool| if is_so { Json::from(1000) } else { Json::Null };
    shown.insert("max_nodes", many(!is_enterprise));
    shown.insert("max_resource_units", many(is_enterprise));
    shown.insert("issued_to", "elasticsearch");
    shown.insert("issuer", "elasticsearch");
    if is_human {
        shown.insert("start_date", date_time(NO_START));
    }
    shown.insert("start_date_in_millis", NO_START);
    Reply::value(200, Object::new().with("license", shown)).laid_out()
}

/// `license.get_trial_status`
pub(crate) fn trial_status(context: &Context<'_>) -> Reply {
    let may_start = !context.store.license.is_trial_used;
    Reply::value(200, Object::new().with("eligible_to_start_trial", may_start))
}

/// `license.get_basic_status`
pub(crate) fn basic_status(context: &Context<'_>) -> Reply {
    let may_start = !context.store.license.is_basic();
    Reply::value(200, Object::new().with("eligible_to_start_basic", may_start))
}

const UNACKNOWLEDGED: &str = "Operation failed: Needs acknowledgement.";

const TRIAL_TERMS: &str = "This API initiates a free 30-day trial for all platinum features. By starting this trial, you agree that it is subject to the terms and conditions at https://www.elastic.co/legal/trial_license/. To begin your free trial, call /start_trial again and specify the \"acknowledge=true\" parameter.";

const TRIAL_SECURITY: &str =
    "With a trial license, X-Pack security features are available, but are not enabled by default.";

/// The type that a trial is to be of.
pub(crate) fn trial_type(name: &str) -> Result<LicenseType, ErrorCause> {
    let refused = |reason: String| Err(ErrorCause::new(ErrorType::IllegalArgument, reason));
    match LicenseType::from_name(name) {
        Some(kind) if kind.is_for_trials() => Ok(kind),
        Some(kind) => {
            let all = LicenseType::ALL.into_iter();
            let mut valid: Vec<_> =
                all.filter(|one| one.is_for_trials()).map(LicenseType::name).collect();
            valid.sort_unstable();
            let (kind, valid) = (kind.name(), valid.join(","));
            refused(format!("Cannot start trial of type [{kind}]. Valid trial types are [{valid}]"))
        }
        None => {
            let known = LicenseType::ALL.map(LicenseType::name).join(",");
            refused(format!(
                "unrecognised license type [ {name}], supported license types are [{known}]"
            ))
        }
    }
}

/// `license.post_start_trial`: `shown` is the type as it was asked for.
pub(crate) fn start_trial(
    context: &mut Context<'_>,
    kind: LicenseType,
    shown: String,
    is_acknowledged: bool,
) -> Reply {
    let answer = Object::new().with("acknowledged", is_acknowledged);
    if !is_acknowledged {
        let terms = Object::new()
            .with("message", TRIAL_TERMS)
            .with("security", vec![Json::from(TRIAL_SECURITY)]);
        let answer = answer.with("trial_was_started", false).with("error_message", UNACKNOWLEDGED);
        return Reply::value(200, answer.with("acknowledge", terms));
    }
    if context.store.license.is_trial_used {
        let why = "Operation failed: Trial was already activated.";
        return Reply::value(
            403,
            answer.with("trial_was_started", false).with("error_message", why),
        );
    }
    give(context, kind, true);
    Reply::value(200, answer.with("trial_was_started", true).with("type", shown))
}

/// `license.post_start_basic`, acknowledged or without need of that.
pub(crate) fn start_basic(context: &mut Context<'_>) -> Reply {
    let answer = Object::new().with("acknowledged", true);
    if context.store.license.is_basic() {
        let why = "Operation failed: Current license is basic.";
        return Reply::value(
            403,
            answer.with("basic_was_started", false).with("error_message", why),
        );
    }
    give(context, LicenseType::Basic, context.store.license.is_trial_used);
    Reply::value(200, answer.with("basic_was_started", true))
}

/// Gives the cluster a license from now on.
fn give(context: &mut Context<'_>, kind: LicenseType, is_trial_used: bool) {
    let uid = Some(license_uid(&context.ids.uuid()));
    context.store.license = License { kind, uid, issued_at: context.now(), is_trial_used };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_three_digits_after_the_point() {
        assert_eq!(date_time(1_701_388_800_000), "2023-12-01T00:00:00.000Z");
        assert_eq!(date_time(1_701_388_800_120), "2023-12-01T00:00:00.120Z");
        assert_eq!(date_time(NO_START), "1969-12-31T23:59:59.999Z");
    }

    #[test]
    fn the_types_of_trials() {
        assert_eq!(trial_type("PLATINUM"), Ok(LicenseType::Platinum));
        let reason = |name| trial_type(name).unwrap_err().reason.unwrap();
        assert_eq!(
            reason("basic"),
            "Cannot start trial of type [basic]. Valid trial types are [enterprise,gold,platinum,trial]"
        );
        assert_eq!(
            reason("gratis"),
            "unrecognised license type [ gratis], supported license types are [basic,standard,gold,platinum,enterprise,trial]"
        );
    }
}
