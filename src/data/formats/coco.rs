//! `coco`: one file of pictures, categories and annotations, which say by numbers to which picture they belong.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use serde::Deserialize;
use serde_json::value::RawValue;

use super::entries::{Entry, Id, entries, gathered, no_json};
use super::listed::Listed;
use super::{Chunks, FormatHalf, Request};
use crate::catalog::formats::coco::{Coco, Unmatched};
use crate::data::notes::{Objects, RowNote};
use crate::data::problems::{Places, count, shown};
use crate::data::source::Source;
use crate::diag::Diagnostic;
use crate::diag::codes::data as codes;

#[derive(Deserialize)]
struct File<'t> {
    #[serde(default, borrow)]
    images: Option<&'t RawValue>,
    #[serde(default, borrow)]
    annotations: Option<&'t RawValue>,
    #[serde(default, borrow)]
    categories: Option<&'t RawValue>,
}

struct Image<'t> {
    id: Id,
    called: String,
    file_name: Cow<'t, str>,
    width: Option<f64>,
    height: Option<f64>,
}

impl<'t> Image<'t> {
    fn of(entry: &Entry<'t>) -> Result<Self, String> {
        Ok(Self {
            id: entry.needed_id("id")?,
            called: entry.called.clone(),
            file_name: entry.text("file_name")?,
            width: entry.number("width")?,
            height: entry.number("height")?,
        })
    }

    /// Height and width as the file says; nothing if it says none.
    fn size(&self) -> Option<(usize, usize)> {
        Some((self.height? as usize, self.width? as usize))
    }
}

/// What is said of a picture; what it holds is looked at by who reads the column.
struct Annotation<'t> {
    entry: Entry<'t>,
    id: Option<Id>,
    image: Id,
    category: Option<Id>,
}

impl<'t> Annotation<'t> {
    fn of(entry: Entry<'t>) -> Result<Self, String> {
        Ok(Self { id: entry.id("id")?, image: entry.needed_id("image_id")?, category: entry.id("category_id")?, entry })
    }

    /// Whether something stands at a place, and not only words about the whole.
    fn is_of_an_object(&self) -> bool {
        self.category.is_some() || self.entry.raw("bbox").is_some() || self.entry.raw("segmentation").is_some()
    }

    /// What it is called without its number: "annotation of the id 7".
    fn name(&self) -> String {
        match &self.id {
            Some(id) => format!("annotation of the id {id}"),
            None => self.entry.called.clone(),
        }
    }
}

struct Category<'t> {
    id: Id,
    called: String,
    name: Cow<'t, str>,
}

/// What a file holds.
struct Read<'t> {
    images: Vec<Image<'t>>,
    annotations: Vec<Annotation<'t>>,
    categories: Vec<Category<'t>>,
}

impl<'t> Read<'t> {
    fn of(file: &File<'t>) -> Result<Self, Vec<String>> {
        let categories = entries("category", file.categories)?;
        let category = |entry: &Entry<'t>| -> Result<Category<'t>, String> {
            Ok(Category { id: entry.needed_id("id")?, called: entry.called.clone(), name: entry.text("name")? })
        };
        let read = Self {
            images: gathered(entries("image", file.images)?.iter().map(Image::of))?,
            annotations: gathered(entries("annotation", file.annotations)?.into_iter().map(Annotation::of))?,
            categories: gathered(categories.iter().map(category))?,
        };
        let images = read.images.iter().map(|one| (&one.id, one.called.as_str()));
        let annotations = read.annotations.iter().filter_map(|one| Some((one.id.as_ref()?, one.entry.called.as_str())));
        let categories = read.categories.iter().map(|one| (&one.id, one.called.as_str()));
        let twice: Vec<String> = twice(images).chain(twice(annotations)).chain(twice(categories)).collect();
        if twice.is_empty() { Ok(read) } else { Err(twice) }
    }

    /// Categories of one name that annotations are of, so that nobody could tell their objects apart.
    fn merged(&self) -> Vec<String> {
        let used: HashSet<&Id> = self.annotations.iter().filter_map(|one| one.category.as_ref()).collect();
        let mut known: HashMap<&str, &Category<'_>> = HashMap::new();
        let mut merged = Vec::new();
        for one in self.categories.iter().filter(|one| used.contains(&one.id)) {
            match known.get(one.name.trim()) {
                Some(other) => merged.push(format!(
                    "{} and {} are both called `{}`, and annotations are of both: give each a name of its own, or one id to their annotations",
                    other.called,
                    one.called,
                    shown(one.name.trim())
                )),
                None => _ = known.insert(one.name.trim(), one),
            }
        }
        merged
    }
}

/// Entries that have the id of one before them.
fn twice<'i>(all: impl Iterator<Item = (&'i Id, &'i str)>) -> impl Iterator<Item = String> {
    let mut known = HashMap::new();
    let mut wrong = Vec::new();
    for (id, called) in all {
        match known.get(id) {
            Some(before) => wrong.push(format!("{called} has the id of {before}")),
            None => _ = known.insert(id, called),
        }
    }
    wrong.into_iter()
}

/// ", though 3 is": of an id that is there, and written another way.
fn though(id: &Id, is_known: impl Fn(&Id) -> bool) -> String {
    let other = id.otherwise().filter(|other| is_known(other));
    other.map_or(String::new(), |other| format!(", though {other} is"))
}

impl FormatHalf for Coco {
    fn open<'a>(&'a self, source: &'a Source, request: &Request<'_>) -> Result<Box<dyn Chunks + 'a>, Vec<Diagnostic>> {
        let unreadable = |reason: String| vec![request.unreadable(&reason)];
        let bytes = source.bytes().map_err(unreadable)?;
        let text = std::str::from_utf8(&bytes).map_err(|_| unreadable("it is no text, and so no JSON".into()))?;
        let text = text.trim_start_matches('\u{feff}');
        let form = "a file of COCO is an object with `images`, `annotations` and `categories`";
        // A list would be taken for the members of the object, in their order.
        if text.trim_start().starts_with('[') {
            return Err(unreadable(format!("{form}, and it is a list")));
        }
        let file: File<'_> =
            serde_json::from_str(text).map_err(|error| unreadable(format!("{form}: {}", no_json(text, &error))))?;
        let read = Read::of(&file).and_then(|read| match read.merged() {
            merged if merged.is_empty() => Ok(read),
            merged => Err(merged),
        });
        let read = read.map_err(|wrong| {
            let mut places = Places::default();
            wrong.into_iter().for_each(|why| places.add(|| why));
            vec![places.note_rest(request.unreadable(places.first()))]
        })?;
        let (rows, notes, told) = self.rows(&read, request)?;
        Ok(Box::new(Listed::new(rows, notes, told)))
    }

    fn recognizes(&self, _source: &Source, ends: &[u8]) -> bool {
        let begins = String::from_utf8_lossy(ends);
        begins.trim_start().starts_with('{') && begins.contains("\"images\"") && begins.contains("\"file_name\"")
    }
}

/// The columns, what is said of each row beside them, and what is to be told.
type Rows = (Vec<(&'static str, Vec<Option<String>>)>, Vec<RowNote>, Vec<Diagnostic>);

impl Coco {
    fn rows(&self, file: &Read<'_>, request: &Request<'_>) -> Result<Rows, Vec<Diagnostic>> {
        let places: HashMap<&Id, usize> =
            file.images.iter().enumerate().map(|(place, image)| (&image.id, place)).collect();
        if places.is_empty() {
            return Err(vec![request.unreadable("it has no images")]);
        }
        let classes: HashMap<&Id, &str> = file.categories.iter().map(|one| (&one.id, one.name.as_ref())).collect();
        let (mut objects, mut captions) = (vec![Vec::new(); places.len()], vec![Vec::new(); places.len()]);
        let mut names = vec![Vec::new(); places.len()];
        let mut unmatched = Places::default();
        for one in &file.annotations {
            let called = &one.entry.called;
            let Some(place) = places.get(&one.image) else {
                let though = though(&one.image, |id| places.contains_key(id));
                unmatched
                    .add(|| format!("{called} is of the image {}, which is none of its images{though}", one.image));
                continue;
            };
            captions[*place].extend(one.entry.raw("caption").map(str::to_string));
            if !one.is_of_an_object() {
                continue;
            }
            let Some(id) = &one.category else {
                unmatched.add(|| format!("{called} has no `category_id`"));
                continue;
            };
            let Some(class) = classes.get(id) else {
                let though = though(id, |id| classes.contains_key(id));
                unmatched.add(|| format!("{called} is of the category {id}, which is none of its categories{though}"));
                continue;
            };
            objects[*place].push(object(class, &one.entry));
            names[*place].push(one.name());
        }
        let mut told = Vec::new();
        if !unmatched.is_empty() {
            let message = |places: &Places| format!("`{}`: {}", request.name, places.first());
            if self.unmatched == Unmatched::Error {
                let diagnostic = Diagnostic::new(&codes::UNREADABLE_DATA, request.set.path_span, message(&unmatched))
                    .here("this file")
                    .help("take them out of the file, or leave them out: `coco(…, unmatched: skip)`");
                return Err(vec![unmatched.note_rest(diagnostic)]);
            }
            let message = format!("{} left out ({})", count(unmatched.count(), "annotation"), message(&unmatched));
            let diagnostic = Diagnostic::new(&codes::SKIPPED_BOX, request.set.path_span, message).here("says so");
            told.push(unmatched.note_rest(diagnostic));
        }
        let folder = self.pictures.trim_end_matches('/');
        let path = |image: &Image<'_>| match folder {
            "" => image.file_name.to_string(),
            folder => format!("{folder}/{}", image.file_name),
        };
        let note = |(image, names): (&Image<'_>, Vec<String>)| RowNote {
            name: format!("`{}`", shown(&path(image))),
            size: image.size(),
            objects: Objects::Called(names),
        };
        let notes = file.images.iter().zip(names).map(note).collect();
        let column = |of: &dyn Fn(&Image<'_>) -> Option<String>| file.images.iter().map(of).collect::<Vec<_>>();
        let listed = |lists: Vec<Vec<String>>| lists.iter().map(|list| Some(format!("[{}]", list.join(",")))).collect();
        let columns = vec![
            ("path", column(&|image| Some(path(image)))),
            ("id", column(&|image| Some(image.id.plain()))),
            ("width", column(&|image| image.width.map(|size| size.to_string()))),
            ("height", column(&|image| image.height.map(|size| size.to_string()))),
            ("objects", listed(objects)),
            ("captions", listed(captions)),
        ];
        Ok((columns, notes, told))
    }
}

/// An object as other formats have it.
fn object(class: &str, one: &Entry<'_>) -> String {
    let mut text = format!("{{\"class\":{}", serde_json::Value::from(class));
    for name in ["bbox", "iscrowd", "area", "segmentation", "keypoints"] {
        if let Some(value) = one.raw(name) {
            text += &format!(",\"{name}\":{value}");
        }
    }
    text + "}"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(text: &str) -> Vec<String> {
        let file: File<'_> = serde_json::from_str(text).expect("JSON");
        match Read::of(&file) {
            Ok(read) => read.merged(),
            Err(wrong) => wrong,
        }
    }

    #[test]
    fn ids_and_names_are_one_each() {
        let categories = r#"[{"id": 1, "name": "cat"}, {"id": 2, "name": "cat "}, {"id": 3, "name": "dog"}]"#;
        let file = |annotations: &str, categories: &str| {
            format!(
                r#"{{"images": [{{"id": 5, "file_name": "a.png"}}], "annotations": {annotations}, "categories": {categories}}}"#
            )
        };
        let of = |id: usize, category: usize| format!(r#"{{"id": {id}, "image_id": 5, "category_id": {category}}}"#);
        // A name that nobody has is in nobody's way.
        assert!(wrong(&file(&format!("[{}, {}]", of(1, 1), of(2, 3)), categories)).is_empty());
        let merged = wrong(&file(&format!("[{}, {}]", of(1, 1), of(2, 2)), categories));
        assert!(merged[0].starts_with("category 1 (id 1) and category 2 (id 2) are both called `cat`"), "{merged:?}");
        let twice = wrong(&file(&format!("[{}, {}]", of(4, 1), of(4, 3)), categories));
        assert_eq!(twice, ["annotation 2 (id 4) has the id of annotation 1 (id 4)"]);
        let twice = wrong(&file("[]", r#"[{"id": 1, "name": "cat"}, {"id": 1, "name": "dog"}]"#));
        assert_eq!(twice, ["category 2 (id 1) has the id of category 1 (id 1)"]);
        assert_eq!(wrong(&file("[]", r#"[{"id": 1, "name": ""}]"#)), ["category 1 (id 1) has an empty `name`"]);
        assert_eq!(wrong(&file(r#"[{"id": 1}]"#, "[]")), ["annotation 1 (id 1) has no `image_id`"]);
        // An object as a whole is kept as it was written.
        let read: File<'_> =
            serde_json::from_str(r#"{"annotations": [{"image_id": 5, "area": null, "bbox": [1, 2,3, 4]}]}"#)
                .expect("JSON");
        let all = entries("annotation", read.annotations).expect("a list");
        assert_eq!(object("cat", &all[0]), r#"{"class":"cat","bbox":[1, 2,3, 4]}"#);
    }
}
