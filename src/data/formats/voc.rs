//! `voc`: XML files, each with the boxes of a picture.

use std::path::Path;

use roxmltree::{Document, Node};

use super::listed::Listed;
use super::yolo::below;
use super::{Chunks, FormatHalf, Request};
use crate::catalog::formats::voc::Voc;
use crate::data::files::walk;
use crate::data::notes::{Objects, RowNote};
use crate::data::problems::{Places, shown, shown_long};
use crate::data::source::Source;
use crate::diag::Diagnostic;
use crate::diag::codes::data as codes;

/// Where the pictures lie, beside the folder of the XML files.
const FOLDERS: [&str; 2] = ["JPEGImages", "images"];

impl FormatHalf for Voc {
    fn open<'a>(&'a self, source: &'a Source, request: &Request<'_>) -> Result<Box<dyn Chunks + 'a>, Vec<Diagnostic>> {
        let unreadable = |reason: String| vec![request.unreadable(&reason)];
        let Some(folder) = source.folder() else {
            return Err(unreadable("it is a file, and `voc` reads a folder of XML files".into()));
        };
        let is_xml = |file: &Path| file.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("xml"));
        let mut files: Vec<_> = walk(folder).into_iter().filter(|file| is_xml(file)).collect();
        if files.is_empty() {
            return Err(unreadable("it has no XML files".into()));
        }
        files.sort_unstable();
        let (mut columns, mut notes): ([Vec<Option<String>>; 4], _) = (Default::default(), Vec::new());
        let mut wrong = Places::default();
        for file in &files {
            let name = below(folder, file).map_err(unreadable)?;
            match picture(folder, file) {
                Ok((row, lines)) => {
                    notes.push(RowNote {
                        name: format!("`{}`", shown(&name)),
                        size: size(&row),
                        objects: Objects::Lines(name, lines),
                    });
                    columns.iter_mut().zip(row).for_each(|(column, cell)| column.push(cell));
                }
                Err(reason) => wrong.add(|| format!("`{name}`{reason}")),
            }
        }
        if !wrong.is_empty() {
            let diagnostic = Diagnostic::new(&codes::WRONG_VALUE, request.set.path_span, wrong.first().to_string())
                .here("its files");
            return Err(vec![wrong.note_rest(diagnostic)]);
        }
        let [paths, widths, heights, objects] = columns;
        let columns = vec![("path", paths), ("width", widths), ("height", heights), ("objects", objects)];
        Ok(Box::new(Listed::new(columns, notes, Vec::new())))
    }
}

/// What a file says of a picture: its path, width and height, and what stands in it.
type Row = [Option<String>; 4];

/// Height and width, if they are said.
fn size([_, width, height, _]: &Row) -> Option<(usize, usize)> {
    Some((height.as_ref()?.parse().ok()?, width.as_ref()?.parse().ok()?))
}

/// The text of a member of a node.
fn member<'t>(node: Node<'t, 't>, name: &str) -> Option<&'t str> {
    node.children().find(|child| child.has_tag_name(name))?.text().map(str::trim)
}

/// The row of a file, and the line of each object.
fn picture(folder: &Path, file: &Path) -> Result<(Row, Vec<u32>), String> {
    let text = std::fs::read_to_string(file).map_err(|error| format!(": {error}"))?;
    let document = Document::parse(&text).map_err(|error| format!(" is no XML: {}", shown_long(&error.to_string())))?;
    let root = document.root_element();
    let name = member(root, "filename").filter(|name| !name.is_empty());
    let name = name.ok_or_else(|| " has no `filename`".to_string())?;
    let beside = file.parent().unwrap_or(folder);
    let known: Vec<_> = FOLDERS.iter().filter_map(|other| Some(beside.parent()?.join(other).join(name))).collect();
    let mut all = known.iter().cloned().chain([beside.join(name)]);
    // One that is in none of them is missed where pictures lie.
    let missed = || known.iter().find(|path| path.parent().is_some_and(Path::is_dir)).cloned();
    let path = all.find(|path| path.is_file()).or_else(missed).unwrap_or_else(|| beside.join(name));
    let path = below(folder, &path).map_err(|reason| format!(": {reason}"))?;
    let size = root.children().find(|child| child.has_tag_name("size"));
    let of_size = |name| size.and_then(|size| member(size, name)).map(str::to_string);
    let (mut objects, mut lines) = (Vec::new(), Vec::new());
    for node in root.children().filter(|child| child.has_tag_name("object")) {
        let line = document.text_pos_at(node.range().start).row;
        lines.push(line);
        objects.push(object(node).map_err(|reason| format!(", line {line}: an object {reason}"))?);
    }
    Ok(([Some(path), of_size("width"), of_size("height"), Some(format!("[{}]", objects.join(",")))], lines))
}

fn object(node: Node<'_, '_>) -> Result<String, String> {
    let class = member(node, "name").filter(|name| !name.is_empty()).ok_or("has no `name`")?;
    let edges = node.children().find(|child| child.has_tag_name("bndbox")).ok_or("has no `bndbox`")?;
    let edge = |name: &str| {
        let text = member(edges, name).ok_or_else(|| format!("has no `{name}`"))?;
        let number = text.parse::<f64>().ok().filter(|number| number.is_finite());
        number.ok_or_else(|| format!("has a `{name}` that is no number: `{}`", shown(text)))
    };
    let (left, top, right, bottom) = (edge("xmin")?, edge("ymin")?, edge("xmax")?, edge("ymax")?);
    // The first and the last pixel, counted from 1.
    let bbox = [left - 1.0, top - 1.0, right - left + 1.0, bottom - top + 1.0];
    let difficult = match member(node, "difficult").unwrap_or_default() {
        "" | "0" => false,
        "1" => true,
        other => return Err(format!("has a `difficult` that is neither 0 nor 1: `{}`", shown(other))),
    };
    Ok(format!("{{\"class\":{},\"bbox\":{bbox:?},\"difficult\":{difficult}}}", serde_json::Value::from(class)))
}
