//! What every name of a spec means, by place: so that what a change of names leaves can be held against what was meant before.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::shown;
use super::snapshot::Snapshot;
use crate::check::analysis::{Definition, Sort};
use crate::source::Span;

/// The changes of each file, by the name under which files are known: place and text, in the order of the places.
pub type Changes = BTreeMap<PathBuf, Vec<(Span, String)>>;

/// A file and a byte in it, at which something begins. What lies in no file is called as it is shown.
type Place = (PathBuf, u32);

/// What a name stands for, however it is called.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Meaning {
    /// What is defined at a place. Columns of a range stand in one place, and are told apart by name.
    Defined(Place, Option<String>),
    /// An entry of the catalog, or what nothing declares.
    Known(Sort, String),
}

/// What stands at each place where a name is read. In a family, that may be several things.
pub type Meanings<'s> = BTreeMap<Place, BTreeMap<Meaning, &'s Definition>>;

fn last(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

/// What every name means in a spec and in the files that it uses.
pub fn meanings(snapshot: &Snapshot) -> Meanings<'_> {
    let names = snapshot.names();
    let mut found = Meanings::new();
    for one in &names.uses {
        let definition = &names.definitions[one.of];
        let meaning = match definition.span {
            Some(span) => Meaning::Defined(
                place(snapshot, span),
                (definition.sort == Sort::Column).then(|| last(&definition.name).to_string()),
            ),
            None => Meaning::Known(definition.sort, last(&definition.name).to_string()),
        };
        found.entry(place(snapshot, one.span)).or_default().insert(meaning, definition);
    }
    found
}

fn place(snapshot: &Snapshot, span: Span) -> Place {
    let known = snapshot.path_of(span.file).map(Path::to_path_buf);
    (known.unwrap_or_else(|| PathBuf::from(&snapshot.sources.get(span.file).name)), span.start)
}

/// The same after changes: what begins where something is replaced still begins there, and what stands behind it has moved.
pub fn moved<'s>(before: &Meanings<'s>, changes: &Changes) -> Meanings<'s> {
    let moved = |(path, start): &Place| {
        let behind = changes.get(path).into_iter().flatten().filter(|(span, _)| span.end <= *start);
        let by: i64 = behind.map(|(span, text)| text.len() as i64 - span.len() as i64).sum();
        (path.clone(), (i64::from(*start) + by).max(0) as u32)
    };
    let renamed = |(path, start): &Place| {
        let mut here = changes.get(path)?.iter().filter(|(span, _)| span.start == *start && !span.is_empty());
        here.next().map(|(_, text)| text.clone())
    };
    let meaning = |meaning: &Meaning| match meaning {
        Meaning::Defined(place, column) => Meaning::Defined(
            moved(place),
            column.as_ref().map(|column| renamed(place).unwrap_or_else(|| column.clone())),
        ),
        known @ Meaning::Known(..) => known.clone(),
    };
    before
        .iter()
        .map(|(place, of)| (moved(place), of.iter().map(|(one, definition)| (meaning(one), *definition)).collect()))
        .collect()
}

/// The first name that means something else than before, in words: where it stands, what it would mean and what it means.
/// `before` has been moved, and `after` is what `snapshot` has.
pub fn first_changed(before: &Meanings<'_>, after: &Meanings<'_>, snapshot: &Snapshot) -> Option<String> {
    let differs = |place: &&Place| {
        let (before, after) = (before.get(*place), after.get(*place));
        !before.into_iter().flat_map(BTreeMap::keys).eq(after.into_iter().flat_map(BTreeMap::keys))
    };
    let place = before.keys().chain(after.keys()).filter(differs).min()?;
    let called = |meanings: &Meanings<'_>| {
        let definition = meanings.get(place).and_then(|of| of.values().next().copied());
        definition.map_or("nothing".into(), |one| format!("{} `{}`", shown::sort_of(one), one.name))
    };
    let line = snapshot.sources.iter().find(|(id, _)| snapshot.path_of(*id) == Some(place.0.as_path()));
    let line = line.map_or(1, |(_, source)| source.lines.line(place.1 as usize) + 1);
    let file = place.0.file_name().unwrap_or_default().to_string_lossy();
    Some(format!("a name in line {line} of `{file}` would mean {}, and means {}", called(after), called(before)))
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::*;
    use crate::editor::world::World;

    const TEXT: &str = "data d: csv(\"d.csv\") { columns { a: number, b: number } }\nparam width: int = 4\nblock two(w: int) {\n  h = in -> dense(w)\n  out: h -> dense(width)\n}\ninput x from d[a] -> standardize\nshared trunk from x -> two(w: width)\n";

    /// What is found when a name is replaced at some places, the first of which stands where a text begins.
    fn found(places: &[(&str, &str, &str)]) -> Option<String> {
        let path = Path::new("/a.mtl");
        let snapshot = |text: &str| Snapshot::of(path, text.into(), World::default().loader(), Rc::default());
        let before = snapshot(TEXT);
        let mut edits: Vec<(Span, String)> = Vec::new();
        for (at, old, new) in places {
            let start = TEXT.find(at).expect("is there") + at.len() - old.len();
            edits.push((Span::new(before.file, start, start + old.len()), new.to_string()));
        }
        edits.sort();
        let mut text = TEXT.to_string();
        for (span, new) in edits.iter().rev() {
            text.replace_range(span.range(), new);
        }
        let after = snapshot(&text);
        let changes = Changes::from([(path.to_path_buf(), edits)]);
        first_changed(&moved(&meanings(&before), &changes), &meanings(&after), &after)
    }

    #[test]
    fn what_is_renamed_alone_means_what_it_meant() {
        let units = |new| [("two(w", "w", new), ("in -> dense(w", "w", new), ("x -> two(w", "w", new)];
        assert_eq!(found(&units("units")), None);
        let said = found(&units("width")).expect("is another");
        assert_eq!(said, "a name in line 5 of `a.mtl` would mean the parameter `width`, and means the param `width`");
        let width =
            |new| [("param width", "width", new), ("h -> dense(width", "width", new), ("two(w: width", "width", new)];
        assert_eq!(found(&width("n")), None);
        assert!(found(&width("w")).expect("is another").contains("line 5 of `a.mtl` would mean the parameter `w`"));
        assert!(
            found(&width("h")).expect("is another").contains("would mean the line `h`, and means the param `width`")
        );
        // A place that is forgotten.
        assert!(found(&width("n")[..2]).expect("is another").contains("line 8 of `a.mtl` would mean nothing"));
        // A column, with what is written behind its kind.
        let column = [("{ a", "a", "area"), ("a: number", "", " as \"a\""), ("d[a", "a", "area")];
        assert_eq!(found(&column), None);
    }
}
