//! What was checked of a plugin as one HTML file.
//!
//! Promises that it holds everything it needs, asks the network for nothing and runs no script. Refuses to know how anything
//! was checked.

use std::fmt::Write;

use crate::exposure::escape;

/// One property of one entry.
#[derive(Clone, Debug)]
pub struct ProofLine {
    /// Which entry; empty for the component as a whole.
    pub entry: String,
    /// Which property.
    pub property: String,
    /// Whether it holds; none where there is nothing to hold.
    pub passed: Option<bool>,
    /// Why.
    pub why: String,
}

/// The page.
#[must_use]
pub fn proof_page(title: &str, lines: &[ProofLine]) -> String {
    let title = escape(title);
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{title}</title>\
         <style>{}</style></head><body><h1>{title}</h1>",
        include_str!("proof/proof.css")
    );
    for of in lines.chunk_by(|a, b| a.entry == b.entry) {
        let entry = of.first().map_or("", |line| line.entry.as_str());
        let _ = write!(page, "<h2>{}</h2><table>", escape(if entry.is_empty() { "component" } else { entry }));
        for line in of {
            let (class, word) = match line.passed {
                Some(true) => ("pass", "pass"),
                Some(false) => ("fail", "fail"),
                None => ("told", "–"),
            };
            let _ = write!(
                page,
                "<tr class=\"{class}\"><th>{}</th><td>{word}</td><td>{}</td></tr>",
                escape(&line.property),
                escape(&line.why)
            );
        }
        page.push_str("</table>");
    }
    page.push_str("</body></html>\n");
    page
}
