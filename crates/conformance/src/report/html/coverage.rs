//! The coverage as a table: operations down, statuses across.

use super::writer::Html;
use crate::report::{
    matrix::{Cell, Matrix, Row, endpoint},
    model::Report,
};

/// The table and what its marks mean.
pub(super) fn coverage(report: &Report, page: &mut Html) {
    let matrix = Matrix::of(report);
    page.raw("<p class=\"lead\">").text(&matrix.covered().told()).raw(".</p>\n");
    page.raw("<ul class=\"legend\"><li><i class=\"seen\">3</i> seen so often</li><li><i class=\"missing\">–</i> documented, not seen</li><li><i class=\"undocumented\">1*</i> seen, not documented</li></ul>\n");
    page.raw("<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Coverage\"><table class=\"matrix\"><thead><tr><th scope=\"col\">operation</th>");
    for status in &matrix.statuses {
        page.raw("<th scope=\"col\">").number(status).raw("</th>");
    }
    page.raw("<th scope=\"col\">others</th></tr></thead><tbody>\n");
    for row in &matrix.rows {
        self::row(row, page);
    }
    page.raw("</tbody></table></div>\n");
}

fn row(row: &Row, page: &mut Html) {
    page.raw(if row.is_seen() { "<tr>" } else { "<tr class=\"unseen\">" });
    page.raw("<th scope=\"row\"><span>").breakable(row.operation.name()).raw("</span>");
    if let Some(endpoint) = endpoint(row.operation) {
        page.raw("<small>").raw(endpoint.method.as_str()).raw(" ").raw(endpoint.path);
        page.raw("</small>");
    }
    page.raw("</th>");
    for cell in &row.cells {
        match cell {
            Cell::None => page.raw("<td></td>"),
            Cell::Seen(times) => page.raw("<td class=\"seen\">").number(times).raw("</td>"),
            Cell::Missing => {
                page.raw("<td class=\"missing\"><span title=\"documented, not seen\">–</span></td>")
            }
            Cell::Undocumented(times) => page
                .raw("<td class=\"undocumented\"><span title=\"seen, not documented\">")
                .number(times)
                .raw("*</span></td>"),
        };
    }
    page.raw("<td class=\"others\">");
    for (status, times) in &row.others {
        page.raw("<span class=\"undocumented\" title=\"seen, not documented\"><b>").number(status);
        page.raw("</b> ").number(times).raw("*</span> ");
    }
    page.raw("</td></tr>\n");
}
