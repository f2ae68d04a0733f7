//! What comes in: rows, in the words of a format that files have.

use std::borrow::Cow;
use std::fmt;

use axum::http::{HeaderMap, StatusCode, header};
use serde::de::{DeserializeSeed, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::refusal::Refusal;
use crate::catalog::formats::{self, FormatDef};
use crate::data::{Table, count};

/// Rows of more names are read by themselves: these are compared with each other.
const MOST_NAMES: usize = 256;
/// So are more rows: of these it is concluded how their numbers are written, which is no matter of those of others.
const FEW: usize = 2;

/// How the rows of a request are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `{"instances": [{…}, …]}`
    Instances,
    /// An object per line.
    Lines,
    Csv,
    Arrow,
}

/// Types of content by the forms that they stand for; the first of each is what answers of this form are called.
pub const TYPES: [(Form, &str); 8] = [
    (Form::Instances, "application/json"),
    (Form::Lines, "application/x-ndjson"),
    (Form::Lines, "application/jsonl"),
    (Form::Lines, "application/x-jsonlines"),
    (Form::Csv, "text/csv"),
    (Form::Arrow, "application/vnd.apache.arrow.stream"),
    (Form::Arrow, "application/vnd.apache.arrow.file"),
    (Form::Arrow, "application/x-apache-arrow-stream"),
];

impl Form {
    /// By the type of content that a request says it has.
    pub fn of(headers: &HeaderMap) -> Result<Self, Refusal> {
        let said = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
        let bare = said.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
        TYPES.iter().find(|(_, name)| *name == bare).map(|(form, _)| *form).ok_or_else(|| {
            let message = match bare.as_str() {
                "" => "the request does not say what type of content it has".to_string(),
                bare => format!("content of the type `{bare}` is not read here"),
            };
            let known: Vec<&str> = TYPES.iter().map(|(_, name)| *name).collect();
            Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, message)
                .help(format!("set `Content-Type` to one of {}, or upload by `multipart/form-data`", known.join(", ")))
        })
    }

    /// How the answer is wanted: as `Accept` says, or as the rows came.
    pub fn of_answer(self, headers: &HeaderMap) -> Self {
        let accepts = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or("");
        let named = accepts.split(',').map(|one| one.split(';').next().unwrap_or("").trim());
        let known = named.filter_map(|one| TYPES.iter().find(|(_, name)| name.eq_ignore_ascii_case(one)));
        let asked = known.map(|(form, _)| *form).next();
        match asked.unwrap_or(self) {
            // Answers may be nested and are not written as CSV.
            Form::Csv => Form::Instances,
            form => form,
        }
    }

    pub fn content_type(self) -> &'static str {
        TYPES.iter().find(|(form, _)| *form == self).map_or("application/json", |(_, name)| name)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object whose `instances` are the rows")]
struct Instances<'a> {
    #[serde(borrow)]
    instances: Vec<&'a RawValue>,
}

/// Rows as a file of some format has them.
#[derive(Clone)]
pub struct Rows {
    format: &'static str,
    pub bytes: Vec<u8>,
    /// If they are a few objects that hold nothing but values, one a line.
    pub flat: Option<Flat>,
}

/// What is known of such objects before they are read. What is wrong with such rows is wrong with them by themselves, so that those of several
/// questions with the same names can be read as one table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flat {
    pub rows: usize,
    /// Sorted.
    pub names: Vec<String>,
}

impl Rows {
    /// # Errors
    /// If they are none, or too many.
    pub fn of(form: Form, body: Vec<u8>, most: usize) -> Result<Self, Refusal> {
        Ok(match form {
            Form::Instances => {
                let (bytes, flat) = lines(&body, most)?;
                Self { format: "jsonl", bytes, flat }
            }
            Form::Lines => {
                few_lines(&body, most)?;
                Self { format: "jsonl", bytes: body, flat: None }
            }
            Form::Csv => {
                few_records(&body, most)?;
                Self { format: "csv", bytes: body, flat: None }
            }
            Form::Arrow => Self { format: "arrow", bytes: body, flat: None },
        })
    }

    /// # Errors
    /// If this program does not read it.
    pub fn format(&self) -> Result<FormatDef, Refusal> {
        formats::plain(self.format, "").ok_or_else(|| {
            let message = format!("this build has no format `{}`", self.format);
            Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, message)
        })
    }
}

#[derive(Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

/// Adds the names of an object to others, and tells whether it is flat.
struct Names<'a>(&'a mut Vec<String>);

/// Whether a value is neither an object nor a list.
struct IsFlat(bool);

impl<'de> Deserialize<'de> for IsFlat {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = <&RawValue>::deserialize(deserializer)?;
        Ok(Self(!value.get().starts_with(['{', '['])))
    }
}

impl<'de> DeserializeSeed<'de> for Names<'_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Names<'_> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<bool, A::Error> {
        let mut flat = true;
        while let Some(name) = map.next_key::<Name<'de>>()? {
            if !self.0.iter().any(|known| *known == name.0) {
                self.0.push(name.0.into_owned());
            }
            flat &= map.next_value::<IsFlat>()?.0;
        }
        Ok(flat)
    }
}

/// Instances as lines of JSON: each as it was written.
fn lines(body: &[u8], most: usize) -> Result<(Vec<u8>, Option<Flat>), Refusal> {
    const FORM: &str = "write `{\"instances\": [{\"COLUMN\": VALUE, …}, …]}`, an object for each row";
    let wrong = |why: String| Refusal::new(StatusCode::BAD_REQUEST, why).help(FORM);
    let text = std::str::from_utf8(body).map_err(|error| wrong(format!("the body is no text in UTF-8: {error}")))?;
    let read: Instances<'_> =
        serde_json::from_str(text).map_err(|error| wrong(format!("the body is not what it should be: {error}")))?;
    if read.instances.is_empty() {
        return Err(wrong("`instances` is empty".into()));
    }
    if read.instances.len() > most {
        return Err(too_many(&count(read.instances.len(), "row"), most));
    }
    let mut lines = Vec::with_capacity(body.len());
    let mut flat = Some(Flat { rows: read.instances.len(), names: Vec::new() }).filter(|flat| flat.rows <= FEW);
    for (place, instance) in read.instances.iter().enumerate() {
        let written = instance.get();
        if !written.starts_with('{') {
            return Err(wrong(format!("instance {} is no object", place + 1)));
        }
        if let Some(of_all) = &mut flat {
            let names = Names(&mut of_all.names);
            let is_flat = names.deserialize(&mut serde_json::Deserializer::from_str(written)).unwrap_or(false);
            flat = flat.filter(|of_all| is_flat && of_all.names.len() <= MOST_NAMES);
        }
        // Outside of texts, where no line can end, an end of line is a space.
        lines.extend(written.bytes().map(|byte| if matches!(byte, b'\n' | b'\r') { b' ' } else { byte }));
        lines.push(b'\n');
    }
    flat.iter_mut().for_each(|flat| flat.names.sort_unstable());
    Ok((lines, flat))
}

/// Refuses objects a line, if they are too many, before they are read: that may take long, and nobody else is answered in the meantime.
fn few_lines(body: &[u8], most: usize) -> Result<(), Refusal> {
    let mut rows = body.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty());
    if rows.nth(most).is_some() { Err(too_many(&more_than(most), most)) } else { Ok(()) }
}

/// The same of CSV, where a line may end within quotes.
fn few_records(body: &[u8], most: usize) -> Result<(), Refusal> {
    let reader = csv::ReaderBuilder::new().flexible(true).from_reader(body);
    // What cannot be read is said when it is read.
    let mut rows = reader.into_byte_records().map_while(Result::ok);
    if rows.nth(most).is_some() { Err(too_many(&more_than(most), most)) } else { Ok(()) }
}

/// Whether rows that have been read can be asked about.
///
/// # Errors
/// If they are none or too many, or some had to be left out.
pub fn fits(table: &Table, most: usize) -> Result<(), Refusal> {
    if table.rows == 0 && table.left_out.is_empty() {
        return Err(Refusal::new(StatusCode::BAD_REQUEST, "the request has no rows"));
    }
    if table.rows > most {
        return Err(too_many(&count(table.rows, "row"), most));
    }
    match table.left_out.first() {
        Some(first) => Err(Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, first.clone())),
        None => Ok(()),
    }
}

fn more_than(most: usize) -> String {
    format!("more than {}", count(most, "row"))
}

/// What a request has too much of, in words.
fn too_many(rows: &str, most: usize) -> Refusal {
    let message = format!("the request has {rows}, and at most {most} are taken at once");
    Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, message).help("send several requests")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_counted_before_they_are_read() {
        let taken = |form: Form, body: &str| Rows::of(form, body.as_bytes().to_vec(), 2).map(|_| ());
        for (form, few, many) in [
            (Form::Lines, "{}\n\n  \n{}\n", "{}\n{}\n{}"),
            // An end of line within quotes is none of a row.
            (Form::Csv, "a,b\n1,\"x\ny\nz\"\n2,y\n\n", "a,b\n1,x\n2,y\n3,z"),
            (Form::Instances, "{\"instances\": [{}, {}]}", "{\"instances\": [{}, {}, {}]}"),
        ] {
            taken(form, few).unwrap_or_else(|refusal| panic!("{}", refusal.message));
            let refusal = taken(form, many).expect_err("three are too many");
            assert_eq!(refusal.status, StatusCode::PAYLOAD_TOO_LARGE);
            assert!(refusal.message.ends_with("and at most 2 are taken at once"), "{}", refusal.message);
        }
    }
}
