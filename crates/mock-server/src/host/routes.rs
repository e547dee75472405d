//! The control routes: outside Elasticsearch's name space, under `/_mock`.

use super::control::Control;

/// Every control route begins with this.
const PREFIX: &str = "/_mock";

/// What [`find`] says of a path under the prefix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// A route, and what its path names.
    Control(Control, Vec<String>),
    /// The path is a control route; these are its methods.
    Method(Vec<&'static str>),
    Nothing,
}

/// The table of control routes: method, path, what it does.
pub(super) const ROUTES: &[(&str, &str, Control)] = &[
    ("GET", "/_mock/health", Control::Health),
    ("POST", "/_mock/reset", Control::Reset),
    ("GET", "/_mock/openapi.json", Control::OpenApi),
    ("GET", "/_mock/control.json", Control::Description),
    ("GET", "/_mock/state", Control::StateGet),
    ("PUT", "/_mock/state", Control::StatePut),
    ("GET", "/_mock/clock", Control::ClockGet),
    ("POST", "/_mock/clock", Control::ClockChange),
    ("GET", "/_mock/spaces", Control::SpaceList),
    ("DELETE", "/_mock/spaces", Control::SpacesDrop),
    ("PUT", "/_mock/spaces/{name}", Control::SpaceMake),
    ("GET", "/_mock/spaces/{name}", Control::SpaceGet),
    ("DELETE", "/_mock/spaces/{name}", Control::SpaceDrop),
    ("GET", "/_mock/worker", Control::WorkerGet),
    ("PUT", "/_mock/worker", Control::WorkerPut),
    ("DELETE", "/_mock/worker", Control::WorkerDrop),
    ("GET", "/_mock/snapshots", Control::SnapshotList),
    ("PUT", "/_mock/snapshots/{name}", Control::SnapshotSave),
    ("DELETE", "/_mock/snapshots/{name}", Control::SnapshotDrop),
    ("POST", "/_mock/snapshots/{name}/restore", Control::SnapshotRestore),
    ("GET", "/_mock/faults", Control::FaultList),
    ("POST", "/_mock/faults", Control::FaultsAdd),
    ("PUT", "/_mock/faults", Control::FaultsReplace),
    ("DELETE", "/_mock/faults", Control::FaultsDrop),
    ("DELETE", "/_mock/faults/{id}", Control::FaultDrop),
    ("GET", "/_mock/requests", Control::RequestList),
    ("DELETE", "/_mock/requests", Control::RequestsClear),
    ("GET", "/_mock/requests/{number}", Control::RequestGet),
    ("POST", "/_mock/verify", Control::Verify),
    ("GET", "/_mock/events", Control::Events),
    ("GET", "/_mock", Control::Page),
    ("GET", "/_mock/machines", Control::Machines),
    ("GET", "/_mock/documents", Control::Documents),
    ("GET", "/_mock/documents/{kind}/{id}", Control::Document),
];

/// Finds a control route. `None` if the path is not under the prefix.
pub(super) fn find(method: &str, path: &str) -> Option<Found> {
    let rest = path.strip_prefix(PREFIX)?;
    if !rest.is_empty() && !rest.starts_with('/') {
        return None;
    }
    let path = path.trim_end_matches('/');
    let mut methods = Vec::new();
    for (known, template, control) in ROUTES {
        let Some(values) = matched(template, path) else { continue };
        if *known == method {
            return Some(Found::Control(*control, values));
        }
        methods.push(*known);
    }
    Some(if methods.is_empty() { Found::Nothing } else { Found::Method(methods) })
}

/// What a path has in the place of `{…}`, if it is one of the template.
fn matched(template: &str, path: &str) -> Option<Vec<String>> {
    let mut values = Vec::new();
    let mut segments = path.split('/');
    for part in template.split('/') {
        let segment = segments.next()?;
        if part.starts_with('{') {
            values.push(segment.to_owned());
        } else if part != segment {
            return None;
        }
    }
    segments.next().is_none().then_some(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_control_route_is_in_the_table_once() {
        let mut seen: Vec<Control> = Vec::new();
        for (_, _, control) in ROUTES {
            assert!(!seen.contains(control), "{control:?}");
            seen.push(*control);
        }
    }
}
