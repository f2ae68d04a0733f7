//! `coco`: one file of pictures, categories and annotations, which say by numbers to which picture they belong.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::listed::Listed;
use super::{Chunks, FormatHalf, Request};
use crate::catalog::formats::coco::{Coco, Unmatched};
use crate::data::problems::{Places, count, shown, shown_long};
use crate::data::source::Source;
use crate::diag::Diagnostic;
use crate::diag::codes::data as codes;

#[derive(Deserialize)]
struct File<'t> {
    #[serde(default)]
    images: Vec<Image>,
    #[serde(default, borrow)]
    annotations: Vec<Annotation<'t>>,
    #[serde(default)]
    categories: Vec<Category>,
}

#[derive(Deserialize)]
struct Image {
    id: Id,
    file_name: String,
    width: Option<f64>,
    height: Option<f64>,
}

/// A number, or whatever a program has put there.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(untagged)]
enum Id {
    Number(i64),
    Text(String),
}

impl std::fmt::Display for Id {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Id::Number(number) => write!(f, "{number}"),
            Id::Text(text) => f.write_str(text),
        }
    }
}

/// What is said of a picture; what it holds is looked at by who reads the column.
#[derive(Deserialize)]
struct Annotation<'t> {
    id: Option<Id>,
    image_id: Id,
    category_id: Option<Id>,
    #[serde(borrow)]
    bbox: Option<&'t RawValue>,
    #[serde(borrow)]
    iscrowd: Option<&'t RawValue>,
    #[serde(borrow)]
    area: Option<&'t RawValue>,
    #[serde(borrow)]
    segmentation: Option<&'t RawValue>,
    #[serde(borrow)]
    keypoints: Option<&'t RawValue>,
    #[serde(borrow)]
    caption: Option<&'t RawValue>,
}

#[derive(Deserialize)]
struct Category {
    id: Id,
    name: String,
}

impl FormatHalf for Coco {
    fn open<'a>(&'a self, source: &'a Source, request: &Request<'_>) -> Result<Box<dyn Chunks + 'a>, Vec<Diagnostic>> {
        let unreadable = |reason: String| vec![request.unreadable(&reason)];
        let bytes = source.bytes().map_err(unreadable)?;
        let text = std::str::from_utf8(&bytes).map_err(|_| unreadable("it is no text, and so no JSON".into()))?;
        let file: File<'_> = serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(|error| {
            let form = "a file of COCO is an object with `images`, `annotations` and `categories`";
            unreadable(format!("{form}: {}", shown_long(&error.to_string())))
        })?;
        let (rows, told) = self.rows(&file, request)?;
        Ok(Box::new(Listed::new(rows, told)))
    }

    fn recognizes(&self, _source: &Source, ends: &[u8]) -> bool {
        let begins = String::from_utf8_lossy(ends);
        begins.trim_start().starts_with('{') && begins.contains("\"images\"") && begins.contains("\"file_name\"")
    }
}

/// The columns, and what is to be told of them.
type Rows = (Vec<(&'static str, Vec<Option<String>>)>, Vec<Diagnostic>);

impl Coco {
    fn rows(&self, file: &File<'_>, request: &Request<'_>) -> Result<Rows, Vec<Diagnostic>> {
        let mut places = HashMap::with_capacity(file.images.len());
        for (place, image) in file.images.iter().enumerate() {
            if places.insert(&image.id, place).is_some() {
                let reason = format!("two of its images have the id {} (`{}`)", image.id, shown(&image.file_name));
                return Err(vec![request.unreadable(&reason)]);
            }
        }
        if places.is_empty() {
            return Err(vec![request.unreadable("it has no images")]);
        }
        let classes: HashMap<&Id, &str> = file.categories.iter().map(|one| (&one.id, one.name.as_str())).collect();
        let (mut objects, mut captions) = (vec![Vec::new(); places.len()], vec![Vec::new(); places.len()]);
        let mut unmatched = Places::default();
        for (number, one) in file.annotations.iter().enumerate() {
            let called = || match &one.id {
                Some(id) => format!("annotation {} (id {id})", number + 1),
                None => format!("annotation {}", number + 1),
            };
            let Some(place) = places.get(&one.image_id) else {
                unmatched.add(|| format!("{} is of the image {}, which is none of its images", called(), one.image_id));
                continue;
            };
            captions[*place].extend(one.caption.map(|caption| caption.get().to_string()));
            if one.category_id.is_none() && one.bbox.is_none() && one.segmentation.is_none() {
                continue;
            }
            let class = one.category_id.as_ref().and_then(|id| classes.get(id));
            let Some(class) = class else {
                let id = one.category_id.as_ref().map_or("none".to_string(), Id::to_string);
                unmatched.add(|| format!("{} is of the category {id}, which is none of its categories", called()));
                continue;
            };
            objects[*place].push(object(class, one));
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
        let path = |image: &Image| match folder {
            "" => image.file_name.clone(),
            folder => format!("{folder}/{}", image.file_name),
        };
        let column = |of: &dyn Fn(&Image) -> Option<String>| file.images.iter().map(of).collect::<Vec<_>>();
        let listed = |lists: Vec<Vec<String>>| lists.iter().map(|list| Some(format!("[{}]", list.join(",")))).collect();
        let columns = vec![
            ("path", column(&|image| Some(path(image)))),
            ("id", column(&|image| Some(image.id.to_string()))),
            ("width", column(&|image| image.width.map(|size| size.to_string()))),
            ("height", column(&|image| image.height.map(|size| size.to_string()))),
            ("objects", listed(objects)),
            ("captions", listed(captions)),
        ];
        Ok((columns, told))
    }
}

/// An object as other formats have it.
fn object(class: &str, one: &Annotation<'_>) -> String {
    let mut text = format!("{{\"class\":{}", serde_json::Value::from(class));
    let members = [
        ("bbox", one.bbox),
        ("iscrowd", one.iscrowd),
        ("area", one.area),
        ("segmentation", one.segmentation),
        ("keypoints", one.keypoints),
    ];
    for (name, value) in members {
        if let Some(value) = value {
            text += &format!(",\"{name}\":{}", value.get());
        }
    }
    text + "}"
}
