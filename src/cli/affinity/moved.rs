//! The paths of a spec, as seen from another folder.

use std::path::{Component, Path};

use super::group_spec::{cut, items, range};
use crate::syntax::tree::{Block, Decl, Expr, ExprKind, Item, Keyword, Use, UseSource};

/// The text of the spec at `path`, for a file in the folder `out`.
pub(super) fn seen_from(text: &str, path: &Path, out: &Path) -> String {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let absolute = |path: &Path| std::fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let prefix = between(&absolute(out), &absolute(folder));
    if prefix.is_empty() {
        return text.to_string();
    }
    let relative = |file: &&(String, std::ops::Range<usize>)| !file.0.is_empty() && !Path::new(&file.0).is_absolute();
    let edits = files(text)
        .iter()
        .filter(relative)
        // Behind the quote that a path starts with.
        .map(|(_, place)| (place.start + 1..place.start + 1, format!("{prefix}/")))
        .collect();
    cut(text, edits)
}

/// The way from one folder to another; empty if they are the same.
fn between(from: &Path, to: &Path) -> String {
    let common = from.components().zip(to.components()).take_while(|(left, right)| left == right).count();
    let up = std::iter::repeat_n(Component::ParentDir, from.components().count() - common);
    let parts = up.chain(to.components().skip(common));
    parts.map(|part| part.as_os_str().to_string_lossy().into_owned()).collect::<Vec<String>>().join("/")
}

/// Every path that a spec names, with the place of its quotes.
fn files(text: &str) -> Vec<(String, std::ops::Range<usize>)> {
    let mut found = Vec::new();
    for item in items(text) {
        match item {
            Item::Use(Use { source: UseSource::File { path, span }, .. }) => found.push((path, range(span))),
            Item::Use(_) => {}
            Item::Decl(decl) => files_of(&decl, &mut |expr| {
                if let ExprKind::String(path) = &expr.bare().kind {
                    found.push((path.clone(), range(expr.bare().span)));
                }
            }),
        }
    }
    found
}

fn files_of(decl: &Decl, take: &mut impl FnMut(&Expr)) {
    match (decl.keyword, &decl.block) {
        (Keyword::Data, block) => {
            if let Some(ExprKind::Call(format)) = decl.kind.as_ref().map(|kind| &kind.bare().kind) {
                let path = format.args.iter().find(|arg| arg.name.as_ref().is_none_or(|name| name.name == "path"));
                path.iter().for_each(|arg| take(&arg.value));
            }
            let split = block.as_ref().and_then(|block| block.field("split")?.block.as_ref());
            split.filter(|split| split.field("by").is_none()).iter().for_each(|split| values(split, take));
        }
        (Keyword::Transfer, Some(block)) => {
            let parts = block.fields().filter_map(|part| part.block.as_ref());
            parts.filter_map(|part| part.field("init")?.value.as_ref()).for_each(take);
        }
        _ => {}
    }
}

fn values(block: &Block, take: &mut impl FnMut(&Expr)) {
    block.fields().filter_map(|field| field.value.as_ref()).for_each(take);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_between_folders() {
        assert_eq!(between(Path::new("/a/b"), Path::new("/a/c/d")), "../c/d");
        assert_eq!(between(Path::new("/a"), Path::new("/a/b")), "b");
        assert_eq!(between(Path::new("/a"), Path::new("/a")), "");
    }

    #[test]
    fn every_path_is_found_and_nothing_else() {
        let text = r#"use "blocks.mtl".{tower}
use std.tasks.{binary}
data a: csv("a.csv", delimiter: ";") {
  split { valid: "v.csv", test: "t.csv" }
  columns { x: number as "x.csv", y: category("yes", "no") }
}
data b: csv(path: "b.csv") { split { by: x, train: "one", test: "two" }, columns { x: category } }
transfer { trunk { init: "runs/old", name: "encoder" } }
"#;
        let mut found: Vec<String> = files(text).into_iter().map(|(path, _)| path).collect();
        found.sort();
        assert_eq!(found, ["a.csv", "b.csv", "blocks.mtl", "runs/old", "t.csv", "v.csv"]);
        assert!(files(text).iter().all(|(path, place)| text[place.clone()] == format!("{path:?}")));
    }
}
