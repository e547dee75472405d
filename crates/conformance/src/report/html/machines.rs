//! The two status machines as drawings: the steps of the transition tables, those that were seen,
//! and those that were seen although the tables do not have them.
//!
//! Only the places of the boxes are written here; what leads where comes from `api-types`.

use std::{collections::BTreeMap, fmt::Display};

use api_types::{WireEnum, connector::ConnectorStatus, sync_job::SyncStatus};

use super::writer::Html;
use crate::report::model::Report;

/// Half the height of a box.
const HALF_HEIGHT: f64 = 16.0;
/// How far the two directions between two boxes are from the middle.
const APART: f64 = 8.0;
/// How far a step outside the table is bent away.
const BEND: f64 = 46.0;

/// A point of the drawing.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Point {
    x: f64,
    y: f64,
}

/// Steps that were seen and how often; from nothing is a creation.
type Seen<S> = BTreeMap<(Option<S>, S), usize>;

/// A machine to draw.
struct Machine<'a, S: 'static> {
    id: &'static str,
    title: &'static str,
    /// Who asks the table.
    lead: &'static str,
    place: fn(S) -> Point,
    successors: fn(S) -> &'static [S],
    seen: &'a Seen<S>,
}

/// Both machines.
pub(super) fn statuses(report: &Report, page: &mut Html) {
    page.raw("<ul class=\"legend\"><li><i class=\"step taken\"></i> seen</li><li><i class=\"step\"></i> not seen</li><li><i class=\"step outside\"></i> seen, not in the table of the contract</li></ul>\n<div class=\"machines\">\n");
    Machine {
        id: "sync-job",
        title: "Sync jobs",
        lead: "Cancelling and reporting an error ask the table; other operations set a status freely.",
        place: |status| {
            let (x, y) = match status {
                SyncStatus::Pending => (80.0, 66.0),
                SyncStatus::InProgress => (330.0, 66.0),
                SyncStatus::Completed => (580.0, 66.0),
                SyncStatus::Suspended => (80.0, 186.0),
                SyncStatus::Canceling => (330.0, 186.0),
                SyncStatus::Error => (580.0, 186.0),
                SyncStatus::Canceled => (330.0, 306.0),
            };
            Point { x, y }
        },
        successors: SyncStatus::successors,
        seen: &report.transitions.sync_job,
    }
    .draw(page);
    Machine {
        id: "connector",
        title: "Connectors",
        lead: "Updating the status asks the table; other operations set a status freely.",
        place: |status| {
            let (x, y) = match status {
                ConnectorStatus::Created => (80.0, 86.0),
                ConnectorStatus::NeedsConfiguration => (330.0, 86.0),
                ConnectorStatus::Configured => (570.0, 86.0),
                ConnectorStatus::Error => (330.0, 266.0),
                ConnectorStatus::Connected => (570.0, 266.0),
            };
            Point { x, y }
        },
        successors: ConnectorStatus::successors,
        seen: &report.transitions.connector,
    }
    .draw(page);
    page.raw("</div>\n");
}

impl<S: WireEnum + Display + Ord + Copy + 'static> Machine<'_, S> {
    /// The steps to draw: those of the table, and those that were seen. With each how often it was
    /// seen and whether the table has it.
    fn steps(&self) -> Vec<(S, S, usize, bool)> {
        let mut steps = Vec::new();
        for from in S::ALL {
            for to in S::ALL {
                let allowed = (self.successors)(*from).contains(to);
                let seen = self.seen.get(&(Some(*from), *to)).copied().unwrap_or_default();
                if allowed || seen > 0 {
                    steps.push((*from, *to, seen, allowed));
                }
            }
        }
        steps
    }

    fn draw(&self, page: &mut Html) {
        let steps = self.steps();
        let allowed = steps.iter().filter(|step| step.3).count();
        let taken = steps.iter().filter(|step| step.3 && step.2 > 0).count();
        page.raw("<figure>\n<figcaption><h3>").raw(self.title).raw("</h3> ").number(taken);
        page.raw(" of ").number(allowed).raw(" steps seen</figcaption>\n");
        page.raw("<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"")
            .raw(self.title);
        page.raw("\"><svg viewBox=\"0 0 660 350\" role=\"img\" aria-label=\"Statuses and the steps between them; the table below says the same\">\n");
        self.markers(page);
        for (from, to, seen, allowed) in &steps {
            let class = class(*seen, *allowed);
            if from == to {
                self.round(*from, *seen, class, page);
            } else {
                let back = steps.iter().any(|step| (step.0, step.1) == (*to, *from));
                self.step((*from, *to), *seen, class, if back { APART } else { 0.0 }, page);
            }
        }
        for status in S::ALL {
            self.status(*status, page);
        }
        page.raw("</svg></div>\n<p class=\"facts\">").raw(self.lead).raw("</p>\n");
        self.table(&steps, page);
        page.raw("</figure>\n");
    }

    fn markers(&self, page: &mut Html) {
        page.raw("<defs>");
        for class in ["idle", "taken", "outside"] {
            page.raw("<marker id=\"")
                .raw(self.id)
                .raw("-")
                .raw(class)
                .raw("\" class=\"")
                .raw(class);
            page.raw("\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"8\" markerHeight=\"8\" markerUnits=\"userSpaceOnUse\" orient=\"auto\"><path d=\"M0 0L8 4L0 8z\"/></marker>");
        }
        page.raw("</defs>\n");
    }

    /// A line between two boxes, bent if the table does not have the step.
    fn step(
        &self,
        (from, to): (S, S),
        seen: usize,
        class: &'static str,
        apart: f64,
        page: &mut Html,
    ) {
        let (from, to) = (self.rectangle(from), self.rectangle(to));
        let (dx, dy) = (to.middle.x - from.middle.x, to.middle.y - from.middle.y);
        let length = dx.hypot(dy).max(1.0);
        // To the right of the direction, so that two directions do not lie on each other.
        let aside = |distance: f64| Point { x: -dy / length * distance, y: dx / length * distance };
        let bend = if class == "outside" { BEND } else { 0.0 };
        let (shift, bent) = (aside(apart), aside(apart + bend));
        let turn = Point {
            x: f64::midpoint(from.middle.x, to.middle.x) + bent.x,
            y: f64::midpoint(from.middle.y, to.middle.y) + bent.y,
        };
        let (start, end) = (from.border(shift, turn), to.border(shift, turn));
        let path = if bend > 0.0 {
            format!("M{} Q{} {}", shown(start), shown(turn), shown(end))
        } else {
            format!("M{} L{}", shown(start), shown(end))
        };
        self.path(&path, class, page);
        let beside = aside(apart + bend / 2.0 + 11.0);
        let label = Point {
            x: f64::midpoint(from.middle.x, to.middle.x) + beside.x,
            y: f64::midpoint(from.middle.y, to.middle.y) + beside.y + 4.0,
        };
        times(label, seen, page);
    }

    /// A step from a status to itself: a loop under the box, or over it in the upper half.
    fn round(&self, status: S, seen: usize, class: &'static str, page: &mut Html) {
        let Point { x, y } = (self.place)(status);
        let side = if y < 130.0 { -1.0 } else { 1.0 };
        let (near, far) = (y + side * HALF_HEIGHT, y + side * (HALF_HEIGHT + 38.0));
        let path = format!(
            "M{} C{} {} {}",
            shown(Point { x: x - 12.0, y: near }),
            shown(Point { x: x - 30.0, y: far }),
            shown(Point { x: x + 30.0, y: far }),
            shown(Point { x: x + 12.0, y: near }),
        );
        self.path(&path, class, page);
        times(Point { x, y: y + side * (HALF_HEIGHT + 34.0) + 4.0 }, seen, page);
    }

    fn path(&self, path: &str, class: &'static str, page: &mut Html) {
        page.raw("<path class=\"").raw(class).raw("\" d=\"").text(path);
        page.raw("\" marker-end=\"url(#").raw(self.id).raw("-").raw(class).raw(")\"/>\n");
    }

    /// A box, and how often something began in it.
    fn status(&self, status: S, page: &mut Html) {
        let Rectangle { middle: Point { x, y }, half_width } = self.rectangle(status);
        let made = self.seen.get(&(None, status)).copied().unwrap_or_default();
        let reached = self.seen.keys().any(|(from, to)| *to == status || *from == Some(status));
        if made > 0 {
            let from = Point { x: x - half_width, y: y - 44.0 };
            let to = Point { x: x - half_width + 14.0, y: y - HALF_HEIGHT };
            page.raw("<circle class=\"taken\" r=\"3.5\" cx=\"").text(&coordinate(from.x));
            page.raw("\" cy=\"").text(&coordinate(from.y)).raw("\"/>");
            self.path(&format!("M{} L{}", shown(from), shown(to)), "taken", page);
            times(Point { x: from.x + 18.0, y: from.y + 6.0 }, made, page);
        }
        page.raw("<rect class=\"").raw(if reached { "reached" } else { "unreached" });
        page.raw("\" rx=\"5\" x=\"").text(&coordinate(x - half_width));
        page.raw("\" y=\"").text(&coordinate(y - HALF_HEIGHT));
        page.raw("\" width=\"").text(&coordinate(half_width * 2.0));
        page.raw("\" height=\"").text(&coordinate(HALF_HEIGHT * 2.0)).raw("\"/>");
        page.raw("<text class=\"status\" x=\"").text(&coordinate(x)).raw("\" y=\"");
        page.text(&coordinate(y + 4.5)).raw("\">").text(&status.to_string()).raw("</text>\n");
    }

    fn rectangle(&self, status: S) -> Rectangle {
        let letters = u32::try_from(status.to_string().len()).unwrap_or_default();
        Rectangle { middle: (self.place)(status), half_width: f64::from(letters) * 4.0 + 14.0 }
    }

    fn table(&self, steps: &[(S, S, usize, bool)], page: &mut Html) {
        page.raw("<details class=\"more\"><summary>as a table</summary>\n<table class=\"steps\"><thead><tr><th scope=\"col\">from</th><th scope=\"col\">to</th><th scope=\"col\">seen</th></tr></thead><tbody>\n");
        let made = self.seen.iter().filter(|((from, _), _)| from.is_none());
        for ((_, to), times) in made {
            page.raw("<tr class=\"taken\"><td>(made)</td><td>").text(&to.to_string());
            page.raw("</td><td>").number(times).raw("</td></tr>\n");
        }
        for (from, to, seen, allowed) in steps {
            page.raw("<tr class=\"").raw(class(*seen, *allowed)).raw("\"><td>");
            page.text(&from.to_string()).raw("</td><td>").text(&to.to_string());
            page.raw("</td><td>").number(seen);
            page.raw(if *allowed { "" } else { ", not in the table of the contract" });
            page.raw("</td></tr>\n");
        }
        page.raw("</tbody></table></details>\n");
    }
}

const fn class(seen: usize, allowed: bool) -> &'static str {
    match (seen, allowed) {
        (0, _) => "idle",
        (_, true) => "taken",
        (_, false) => "outside",
    }
}

/// How often, written beside a line.
fn times(at: Point, seen: usize, page: &mut Html) {
    if seen > 0 {
        page.raw("<text class=\"times\" x=\"").text(&coordinate(at.x)).raw("\" y=\"");
        page.text(&coordinate(at.y)).raw("\">").number(seen).raw("</text>\n");
    }
}

/// A box of the drawing.
#[derive(Clone, Copy, Debug)]
struct Rectangle {
    middle: Point,
    half_width: f64,
}

impl Rectangle {
    /// Where a line from a point near the middle leaves the box on its way to another point.
    fn border(&self, shift: Point, toward: Point) -> Point {
        let from = Point { x: self.middle.x + shift.x, y: self.middle.y + shift.y };
        let (dx, dy) = (toward.x - from.x, toward.y - from.y);
        let reach = |half: f64, offset: f64, direction: f64| {
            if direction == 0.0 {
                f64::INFINITY
            } else {
                (half * direction.signum() - offset) / direction
            }
        };
        let along =
            reach(self.half_width, shift.x, dx).min(reach(HALF_HEIGHT, shift.y, dy)).min(1.0);
        Point { x: from.x + dx * along, y: from.y + dy * along }
    }
}

fn shown(point: Point) -> String {
    format!("{} {}", coordinate(point.x), coordinate(point.y))
}

/// One digit after the point is finer than a pixel.
fn coordinate(number: f64) -> String {
    let text = format!("{number:.1}");
    text.strip_suffix(".0").unwrap_or(&text).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_begin_at_the_border_of_a_box() {
        let rectangle = Rectangle { middle: Point { x: 100.0, y: 50.0 }, half_width: 40.0 };
        let check = |shift, toward, x, y| {
            assert_eq!(rectangle.border(shift, toward), Point { x, y });
        };
        let none = Point { x: 0.0, y: 0.0 };
        check(none, Point { x: 300.0, y: 50.0 }, 140.0, 50.0);
        check(none, Point { x: -100.0, y: 50.0 }, 60.0, 50.0);
        check(none, Point { x: 100.0, y: 250.0 }, 100.0, 66.0);
        check(none, Point { x: 132.0, y: 82.0 }, 116.0, 66.0);
        check(Point { x: 0.0, y: 8.0 }, Point { x: 300.0, y: 58.0 }, 140.0, 58.0);
    }

    #[test]
    fn a_seen_step_that_no_table_has_is_drawn_too() {
        let seen = Seen::from([
            ((None, SyncStatus::Pending), 2),
            ((Some(SyncStatus::Completed), SyncStatus::InProgress), 1),
            ((Some(SyncStatus::Pending), SyncStatus::InProgress), 3),
        ]);
        let machine = Machine {
            id: "m",
            title: "M",
            lead: "",
            place: |_| Point { x: 0.0, y: 0.0 },
            successors: SyncStatus::successors,
            seen: &seen,
        };
        let steps = machine.steps();
        let allowed = SyncStatus::ALL.iter().map(|status| status.successors().len()).sum::<usize>();
        assert_eq!(steps.len(), allowed + 1);
        assert!(steps.contains(&(SyncStatus::Completed, SyncStatus::InProgress, 1, false)));
        assert!(steps.contains(&(SyncStatus::Pending, SyncStatus::InProgress, 3, true)));
        assert!(steps.contains(&(SyncStatus::Pending, SyncStatus::Canceled, 0, true)));
    }
}
