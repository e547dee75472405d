//! `/_mock/requests`: what the journal has.

use std::sync::Arc;

use api_types::json::{Json, Object};

use super::{
    Kept, Spaces, Subscription,
    matcher::{MEMBERS, Matcher},
    shown::{self, Space, View, number},
};
use crate::{
    error::ApiError,
    host::{
        control::{Answered, Asked, count, missing},
        illegal, spaces,
    },
    query_string,
    reply::Reply,
};

/// How many exchanges a listing has, unless it is asked for more.
const SIZE: usize = 100;

/// The most exchanges of one listing.
const MOST: usize = 10_000;

/// What a listing is asked for.
struct Wanted {
    spaces: Spaces,
    matcher: Matcher,
    after: Option<u64>,
    size: usize,
    order: Order,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    Ascending,
    Descending,
}

const OTHER_MEMBERS: [&str; 4] = ["space", "after", "size", "order"];

/// The parameters of a control route; the token has been looked at already.
fn params(asked: &Asked<'_>) -> Result<Vec<(String, String)>, ApiError> {
    let (_, query) = asked.request.split();
    let params = query_string::parse(query).map_err(|error| illegal(error.to_string()))?;
    Ok(params.into_iter().filter(|(name, _)| name != "token").collect())
}

/// The space of the request, unless another one is named.
pub(super) fn spaces(asked: &Asked<'_>, named: Option<&str>) -> Result<Spaces, ApiError> {
    Ok(match named {
        None => Spaces::One(asked.space.name.clone()),
        Some("*") => Spaces::All,
        Some(name) => Spaces::One(asked.existing(spaces::checked(name)?)?.name.clone()),
    })
}

/// Parameters of every route, which say how the answer is written.
const HOW_IT_IS_WRITTEN: [&str; 5] = ["error_trace", "filter_path", "format", "human", "pretty"];

fn whole_number(name: &str, text: &str) -> Result<u64, ApiError> {
    text.parse().map_err(|_| illegal(format!("[{name}] is [{text}]; write a number")))
}

fn unknown(name: &str, known: &[&str]) -> ApiError {
    illegal(format!("unknown parameter [{name}]; there are [{}]", known.join("], [")))
}

impl Wanted {
    fn read(asked: &Asked<'_>) -> Result<Self, ApiError> {
        let mut named = None;
        let (mut matcher, mut after, mut size, mut order) =
            (Matcher::default(), None, SIZE, Order::Ascending);
        let known: Vec<&str> = MEMBERS
            .into_iter()
            .filter(|name| !["query", "body"].contains(name))
            .chain(OTHER_MEMBERS)
            .collect();
        for (name, value) in params(asked)? {
            match name.as_str() {
                "space" => named = Some(value),
                "after" => after = Some(whole_number(&name, &value)?),
                "size" => {
                    size = usize::try_from(whole_number(&name, &value)?).unwrap_or(usize::MAX);
                    if size > MOST {
                        return Err(illegal(format!(
                            "[size] is [{value}], at most [{MOST}] can be listed at once; go on with [after]"
                        )));
                    }
                }
                "order" => {
                    order = match value.as_str() {
                        "asc" => Order::Ascending,
                        "desc" => Order::Descending,
                        _ => {
                            let text = format!("[order] is [{value}]; write [asc] or [desc]");
                            return Err(illegal(text));
                        }
                    }
                }
                name if known.contains(&name) => matcher.set(name, &value)?,
                name if HOW_IT_IS_WRITTEN.contains(&name) => {}
                name => return Err(unknown(name, &known)),
            }
        }
        let spaces = spaces(asked, named.as_deref())?;
        Ok(Self { spaces, matcher, after, size, order })
    }
}

/// `GET /_mock/requests`
pub(in crate::host) fn list(asked: &Asked<'_>) -> Answered {
    let journal = &asked.host.journal;
    journal.check_on()?;
    let wanted = Wanted::read(asked)?;
    let Kept { mut entries, dropped, .. } = journal.kept(&wanted.spaces);
    if wanted.order == Order::Descending {
        entries.reverse();
    }
    let (space, cursor): (_, fn(&super::Entry) -> u64) = match wanted.spaces {
        Spaces::All => (Space::Named, |entry| entry.order),
        Spaces::One(_) => (Space::Known, |entry| entry.number),
    };
    let (mut total, mut next, mut last) = (0, None, None);
    let mut requests: Vec<Json> = Vec::new();
    for entry in &entries {
        let exchange = journal.exchange(entry);
        if !wanted.matcher.matches(&exchange) {
            continue;
        }
        total += 1;
        let number = cursor(entry);
        let is_behind = wanted.after.is_none_or(|after| match wanted.order {
            Order::Ascending => number > after,
            Order::Descending => number < after,
        });
        if !is_behind {
            continue;
        }
        if requests.len() == wanted.size {
            next = next.or(last);
            continue;
        }
        last = Some(number);
        let shown = shown::shown(&exchange, View::Listed, space, journal.version);
        requests.push(Json::Object(shown));
    }
    let answer = Object::new()
        .with("total", count(total))
        .with("dropped", number(dropped))
        .with("next", next.map_or(Json::Null, number))
        .with("requests", requests);
    Ok(Reply::value(200, answer))
}

/// `GET /_mock/requests/{number}`
pub(in crate::host) fn get(asked: &Asked<'_>) -> Answered {
    let journal = &asked.host.journal;
    journal.check_on()?;
    let mut named = None;
    for (name, value) in params(asked)? {
        match name.as_str() {
            "space" if value != "*" => named = Some(value),
            "space" => return Err(illegal("name one space; numbers are those of a space")),
            name if HOW_IT_IS_WRITTEN.contains(&name) => {}
            name => return Err(unknown(name, &["space"])),
        }
    }
    let wanted = asked.values.first().map_or("", String::as_str);
    let wanted = whole_number("number", wanted)?;
    let kept = journal.kept(&spaces(asked, named.as_deref())?);
    let found = kept.entries.iter().find(|entry| entry.number == wanted);
    let Some(entry) = found else {
        return Err(missing(if wanted == 0 || wanted > kept.last {
            format!("there is no request [{wanted}]; the last one is [{}]", kept.last)
        } else {
            format!(
                "request [{wanted}] was dropped from the journal, as the first [{}]; a larger one is had with [--journal] and [--journal-bytes]",
                kept.dropped
            )
        }));
    };
    let exchange = journal.exchange(entry);
    Ok(Reply::value(200, shown::shown(&exchange, View::Whole, Space::Known, journal.version)))
}

/// `DELETE /_mock/requests`
pub(in crate::host) fn clear(asked: &Asked<'_>) -> Answered {
    asked.host.journal.check_on()?;
    let cleared = asked.space.journal.clear();
    Ok(Reply::value(200, Object::new().with("cleared", count(cleared))))
}

/// `GET /_mock/events`
pub(in crate::host) fn subscribe(asked: &Asked<'_>) -> Result<Subscription, ApiError> {
    let (mut named, mut after) = (None, None);
    if let Some(last) = asked.request.header("last-event-id") {
        after = Some(whole_number("Last-Event-ID", last)?);
    }
    for (name, value) in params(asked)? {
        match name.as_str() {
            "space" => named = Some(value),
            // A reader that connects anew names the last one in the header.
            "after" => after = after.or(Some(whole_number(&name, &value)?)),
            name => return Err(unknown(name, &["space", "after"])),
        }
    }
    let spaces = spaces(asked, named.as_deref())?;
    Ok(Subscription::new(Arc::clone(&asked.host.journal), &spaces, after))
}
