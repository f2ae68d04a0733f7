//! What contenders are called: by spec, and by variant where there is one, so that no two are called the same.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use crate::study::compare::Contender;

/// A name for each spec: its file's, with as many of its folders as tell it from the others.
pub fn labels(paths: &[PathBuf]) -> Vec<String> {
    let whole: Vec<Vec<String>> = paths.iter().map(|path| parts(path)).collect();
    let with = |parts: &[String], folders: usize| parts[parts.len().saturating_sub(folders + 1)..].join("/");
    let longest = whole.iter().map(Vec::len).max().unwrap_or(0);
    let mut labels: Vec<String> = whole.iter().map(|parts| with(parts, 0)).collect();
    for folders in 1..=longest {
        let taken = labels.clone();
        let alike = |label: &String| taken.iter().filter(|other| *other == label).count() > 1;
        for (label, parts) in labels.iter_mut().zip(&whole).filter(|(label, _)| alike(label)) {
            *label = with(parts, folders);
        }
    }
    // Files of one folder that differ in their extension only.
    let taken = labels.clone();
    for (label, path) in labels.iter_mut().zip(paths) {
        if taken.iter().filter(|other| *other == label).count() > 1 {
            *label = path.display().to_string();
        }
    }
    labels
}

/// The folders of a path, and its name without extension.
fn parts(path: &Path) -> Vec<String> {
    let whole = std::fs::canonicalize(path).unwrap_or(path.to_path_buf()).with_extension("");
    let name = |part: std::path::Component<'_>| part.as_os_str().to_string_lossy().into_owned();
    let named = |part: &std::path::Component<'_>| matches!(part, std::path::Component::Normal(_));
    whole.components().filter(named).map(name).collect()
}

/// The folder of a comparison: its specs' names.
pub fn folder(labels: &[String]) -> String {
    const SHOWN: usize = 3;
    let mut name: Vec<String> = labels.iter().take(SHOWN).map(|label| label.replace(['/', '\\'], "-")).collect();
    if labels.len() > SHOWN {
        name.push(format!("and-{}-more", labels.len() - SHOWN));
    }
    name.join("-")
}

/// Names each contender. A variant goes by its own name beside its one spec, and by both beside several.
pub fn name(contenders: &mut [Contender], paths: &[PathBuf], labels: &[String], one_variant: bool) {
    let mut taken: HashSet<String> = HashSet::new();
    for contender in contenders.iter_mut() {
        let place = paths.iter().position(|path| path.display().to_string() == contender.spec);
        let spec = place.map_or(contender.spec.clone(), |place| labels[place].clone());
        let name = match &contender.variant {
            Some(variant) if !one_variant && labels.len() == 1 && !labels.contains(variant) => variant.clone(),
            Some(variant) => format!("{spec} ({variant})"),
            None => spec,
        };
        let numbered = (2..).map(|count| format!("{name} {count}"));
        let free = std::iter::once(name.clone()).chain(numbered).find(|name| !taken.contains(name));
        contender.name = free.unwrap_or(name);
        taken.insert(contender.name.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(paths: &[&str]) -> Vec<String> {
        labels(&paths.iter().map(PathBuf::from).collect::<Vec<_>>())
    }

    #[test]
    fn as_many_folders_as_tell_them_apart() {
        assert_eq!(of(&["a/narrow.mtl", "b/wide.mtl"]), ["narrow", "wide"]);
        assert_eq!(of(&["x/one/s.mtl", "x/two/s.mtl", "x/two/t.mtl"]), ["one/s", "two/s", "t"]);
        assert_eq!(of(&["one/x/s.mtl", "two/x/s.mtl"]), ["one/x/s", "two/x/s"]);
        assert_eq!(of(&["s.mtl", "s.txt"]), ["s.mtl", "s.txt"]);
        assert_eq!(folder(&of(&["one/s.mtl", "two/s.mtl"])), "one-s-two-s");
        assert_eq!(folder(&of(&["a", "b", "c", "d", "e"])), "a-b-c-and-2-more");
    }
}
