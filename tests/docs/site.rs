//! The docs as a site: its table of contents has every page once, and every link of every page leads somewhere.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;

use super::anchor_of;
use crate::support::{all_good, compare, files_below, repository};

/// The parts of the site, and the pages of each in the order in which they are read. The catalog's pages follow by name.
const PARTS: [(&str, &[&str]); 4] = [
    ("Writing specs", &["language", "init", "editors", "tables", "text", "pictures", "sound", "transfer"]),
    ("Training and judging", &["compare", "affinity", "tune", "methods", "scale"]),
    ("Using models", &["predict", "serve", "export", "python"]),
    ("Reference", &["diagnostics", "checked"]),
];

fn title(page: &Path) -> String {
    let text = std::fs::read_to_string(page).unwrap_or_default();
    let heading = text.lines().find_map(|line| line.strip_prefix("# "));
    heading.unwrap_or_else(|| panic!("{} has no title", page.display())).to_string()
}

fn summary() -> String {
    let docs = repository("docs");
    let mut text = String::from("<!-- Generated: `MTLC_BLESS=1 cargo test docs`. -->\n\n# Summary\n");
    for (part, pages) in PARTS {
        let _ = write!(text, "\n# {part}\n\n");
        for page in pages {
            let path = docs.join(page).with_extension("md");
            let _ = writeln!(text, "- [{}]({page}.md)", title(&path));
        }
    }
    let _ = writeln!(text, "- [{}](catalog/index.md)", title(&docs.join("catalog/index.md")));
    for path in files_below(&docs.join("catalog"), "md") {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name != "index.md" {
            let _ = writeln!(text, "  - [{}](catalog/{name})", title(&path));
        }
    }
    text
}

#[test]
fn the_contents_of_the_site_are_its_pages() {
    let docs = repository("docs");
    let summary = summary();
    let listed: Vec<&str> =
        summary.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(page, _)| page).collect();
    let mut problems: Vec<String> = compare(&docs.join("SUMMARY.md"), &summary).err().into_iter().collect();
    let once: BTreeSet<&str> = listed.iter().copied().collect();
    if once.len() != listed.len() {
        problems.push("a page stands in the contents twice".into());
    }
    for path in files_below(&docs, "md") {
        let page = path.strip_prefix(&docs).expect("below").to_string_lossy().replace('\\', "/");
        if page != "SUMMARY.md" && !once.contains(page.as_str()) {
            problems.push(format!("docs/{page} stands in no part of the site: add it to PARTS"));
        }
    }
    all_good(problems);
}

/// The links of a page, with the line that each stands in. What stands in code is none.
fn links(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut fenced = false;
    for (index, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
            continue;
        }
        if fenced {
            continue;
        }
        let mut rest = line;
        while let Some((before, behind)) = rest.split_once("](") {
            let Some((target, after)) = behind.split_once(')') else { break };
            // An odd number of ticks before it: the text of a piece of code.
            let code = line[..line.len() - rest.len() + before.len()].matches('`').count() % 2 == 1;
            if !code {
                found.push((index + 1, target.trim_matches(['<', '>']).to_string()));
            }
            rest = after;
        }
    }
    found
}

#[test]
fn links_of_pages_lead_somewhere() {
    let mut pages = files_below(&repository("docs"), "md");
    pages.extend(["README.md", "ARCHITECTURE.md", "python/README.md", "editors/vscode/README.md"].map(repository));
    pages.extend(["benches/README.md", "benches/pytorch/README.md", "fuzz/README.md"].map(repository));
    let (mut problems, mut followed) = (Vec::new(), 0);
    for page in pages {
        let text = std::fs::read_to_string(&page).expect("a page");
        let folder = page.parent().expect("a folder");
        for (line, target) in links(&text) {
            let place = format!("{}:{line}", page.display());
            let (file, anchor) = target.split_once('#').unwrap_or((&target, ""));
            if file.starts_with("http") || file.starts_with("mailto:") {
                continue;
            }
            followed += 1;
            let path = if file.is_empty() { page.clone() } else { folder.join(file) };
            if !path.exists() {
                problems.push(format!("{place}: there is no {target}"));
            } else if !anchor.is_empty() && !anchors(&path).contains(anchor) {
                problems.push(format!("{place}: nothing is called {target}"));
            }
        }
    }
    assert!(followed > 500, "only {followed} links were found");
    all_good(problems);
}

fn anchors(path: &Path) -> BTreeSet<String> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    text.lines().filter_map(|line| line.strip_prefix('#')).map(anchor_of).collect()
}
