//! `jsonl`: one JSON object per line. A value is looked at only where somebody reads it; everything else is checked to be JSON.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};
use std::fmt;
use std::io::Read;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arrow_array::ArrayRef;
use arrow_array::builder::StringBuilder;
use serde::Deserializer;
use serde::de::{MapAccess, Visitor};
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use super::blocks::{Block, Blocks, Ends};
use super::hashes::hash_of;
use super::{CHUNK_ROWS, Chunk, Chunks, FormatHalf, Found, Raw, Request, first_half};
use crate::catalog::formats::jsonl::Jsonl;
use crate::data::encoding::Decoded;
use crate::data::problems::{shown, shown_long};
use crate::data::source::Source;
use crate::data::table::Unit;
use crate::diag::Diagnostic;
use crate::diag::codes::data as codes;
use crate::source::Span;

/// A line that is longer is no row.
const MOST_OF_A_LINE: usize = 1 << 28;
/// Names beyond this are not told apart any more.
const MOST_NAMES: usize = 10_000;
/// Groups in groups deeper than this have no paths.
const DEEPEST: usize = 32;

impl FormatHalf for Jsonl {
    fn open<'a>(&'a self, source: &'a Source, request: &Request<'_>) -> Result<Box<dyn Chunks + 'a>, Vec<Diagnostic>> {
        let unreadable = |reason: String| vec![request.unreadable(&reason)];
        let begins = source.ends().map_err(unreadable)?;
        // What JSON begins with is no other kind of file here.
        let first = begins.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&begins).trim_ascii_start().first();
        if let Some(kind) = source.foreign().filter(|_| !matches!(first, Some(b'{' | b'['))) {
            return Err(unreadable(kind));
        }
        if first == Some(&b'[') {
            let reason = "it is a JSON list, not JSON lines: one object stands on each line; convert it: `jq -c '.[]' FILE.json > FILE.jsonl`";
            return Err(unreadable(reason.into()));
        }
        let text = Decoded::of_text(source.reader().map_err(unreadable)?).map_err(unreadable)?;
        let sources: Vec<String> = request.sources().map(str::to_string).collect();
        let wanted = Wanted {
            asked: (0..sources.len()).collect(),
            sources,
            declared: request.set.columns.iter().map(|column| column.source.trim().to_string()).collect(),
            name: request.name.to_string(),
            span: request.set.path_span,
        };
        let (blocks, known) = (Blocks::new(text, LineEnds), Arc::default());
        let mut lines = Lines { blocks, read: 0, wanted: wanted.into(), known, ahead: VecDeque::new() };
        // The names that the first rows have are those that a misspelled one is compared with.
        let mut rows = 0;
        while rows < CHUNK_ROWS
            && let Some(raw) = lines.next_block()?
        {
            let chunk = raw()?;
            rows += chunk.rows;
            lines.ahead.push_back(chunk);
        }
        if rows == 0 {
            return Err(unreadable("it is empty".into()));
        }
        Ok(Box::new(lines))
    }

    fn recognizes(&self, _source: &Source, ends: &[u8]) -> bool {
        crate::data::foreign::is_json_lines(ends)
    }
}

/// Where lines end.
struct LineEnds;

impl Ends for LineEnds {
    fn last(&mut self, text: &[u8]) -> Option<usize> {
        memchr::memrchr(b'\n', text).map(|at| at + 1)
    }

    fn most(&self) -> usize {
        MOST_OF_A_LINE
    }

    fn too_long(&self, line: usize) -> String {
        format!("line {line} is longer than {} megabytes", MOST_OF_A_LINE >> 20)
    }
}

struct Lines<R> {
    blocks: Blocks<R, LineEnds>,
    /// How many blocks have been read.
    read: usize,
    wanted: Arc<Wanted>,
    known: Arc<Mutex<Known>>,
    /// What was read to know the names: every source, in order.
    ahead: VecDeque<Chunk>,
}

/// What is known of all rows that have been taken apart.
#[derive(Default)]
struct Known {
    /// The names of the first level, and where each was seen first: in which block, as which one.
    names: HashMap<String, (usize, usize)>,
    undeclared: BTreeSet<String>,
    /// The places of the sources that a row has.
    seen: HashSet<usize>,
    /// Where nothing is read yet, the values that can be, those inside groups by their paths.
    leaves: Vec<String>,
}

impl Known {
    fn names(&self) -> Vec<String> {
        let mut names: Vec<_> = self.names.iter().collect();
        names.sort_by_key(|(_, place)| **place);
        names.into_iter().map(|(name, _)| name.clone()).collect()
    }
}

impl<R: Read + Send> Chunks for Lines<R> {
    fn header(&self) -> Vec<String> {
        self.known().names()
    }

    /// Those inside groups stand where the group does; a name that is null in all rows is one too.
    fn columns(&self) -> Vec<String> {
        let known = self.known();
        let of = |name: String| {
            let below = |leaf: &&String| leaf.strip_prefix(name.as_str()).is_some_and(|rest| rest.starts_with('.'));
            let leaves: Vec<String> = known.leaves.iter().filter(below).cloned().collect();
            if leaves.is_empty() { vec![name] } else { leaves }
        };
        known.names().into_iter().flat_map(of).collect()
    }

    /// A name may be missing in the first rows and stand in later ones.
    fn find(&self, source: &str) -> Found {
        self.wanted.sources.iter().position(|known| known == source).map_or(Found::No, Found::At)
    }

    fn ask(&mut self, places: &[usize]) {
        Arc::make_mut(&mut self.wanted).asked = places.to_vec();
        for ahead in &mut self.ahead {
            ahead.columns = places.iter().map(|place| ahead.columns[*place].clone()).collect();
        }
    }

    fn next(&mut self) -> Result<Option<Raw>, Vec<Diagnostic>> {
        match self.ahead.pop_front() {
            Some(ahead) => Ok(Some(Box::new(|| Ok(ahead)))),
            None => self.next_block(),
        }
    }

    fn absent(&self, place: usize) -> bool {
        !self.known().seen.contains(&place)
    }

    fn undeclared(&self) -> Vec<String> {
        self.known().undeclared.iter().cloned().collect()
    }

    fn unit(&self) -> Unit {
        Unit::Line
    }
}

impl<R: Read> Lines<R> {
    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn next_block(&mut self) -> Result<Option<Raw>, Vec<Diagnostic>> {
        let block = self.blocks.next().map_err(|reason| vec![self.wanted.unreadable(&reason)])?;
        let Some(block) = block else { return Ok(None) };
        let (wanted, known, index) = (self.wanted.clone(), self.known.clone(), self.read);
        self.read += 1;
        Ok(Some(Box::new(move || {
            let mut rows = Rows::new(&wanted);
            rows.read(&block).map_err(|reason| vec![wanted.unreadable(&reason)])?;
            let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
            Ok(rows.finish(index, &mut known))
        })))
    }
}

/// What is read of each line.
#[derive(Clone)]
struct Wanted {
    /// What is read, by its name or path; and which of it.
    sources: Vec<String>,
    asked: Vec<usize>,
    declared: HashSet<String>,
    name: String,
    span: Span,
}

impl Wanted {
    /// Whether a column is declared, itself or a part of it.
    fn is_declared(&self, name: &str) -> bool {
        let part = |source: &String| source.strip_prefix(name).is_some_and(|rest| rest.starts_with('.'));
        self.declared.contains(name) || self.declared.iter().any(part)
    }

    fn unreadable(&self, reason: &str) -> Diagnostic {
        let message = format!("cannot read `{}`: {reason}", self.name);
        Diagnostic::new(&codes::UNREADABLE_DATA, self.span, message).here("this file")
    }
}

/// The rows of a block.
struct Rows<'w> {
    wanted: &'w Wanted,
    /// The names of the first level in the order in which they were seen, and whether each is declared.
    names: Vec<String>,
    declared: HashMap<String, bool>,
    seen: HashSet<usize>,
    leaves: Vec<String>,
    cells: Vec<StringBuilder>,
    chunk: Chunk,
    line: usize,
}

impl<'w> Rows<'w> {
    fn new(wanted: &'w Wanted) -> Self {
        Self {
            wanted,
            names: Vec::new(),
            declared: HashMap::new(),
            seen: HashSet::new(),
            leaves: Vec::new(),
            cells: wanted.asked.iter().map(|_| StringBuilder::new()).collect(),
            chunk: Chunk::default(),
            line: 0,
        }
    }

    fn read(&mut self, block: &Block) -> Result<(), String> {
        let text = std::str::from_utf8(&block.text).map_err(|error| error.to_string())?;
        for (index, line) in text.split('\n').enumerate() {
            self.line = block.line + index;
            let line = line.trim_start_matches('\u{feff}').trim();
            if !line.is_empty() {
                self.row(line)?;
            }
        }
        Ok(())
    }

    /// The rows, once what they have told of all rows is noted.
    fn finish(self, block: usize, known: &mut Known) -> Chunk {
        for (place, name) in self.names.into_iter().enumerate() {
            if known.names.len() < MOST_NAMES || known.names.contains_key(&name) {
                if !self.declared[&name] {
                    known.undeclared.insert(name.clone());
                }
                let first = known.names.entry(name).or_insert((block, place));
                *first = (*first).min((block, place));
            }
        }
        known.seen.extend(self.seen);
        for leaf in self.leaves {
            if known.leaves.len() < MOST_NAMES && !known.leaves.contains(&leaf) {
                known.leaves.push(leaf);
            }
        }
        let columns = self.cells.into_iter().map(|mut cells| Arc::new(cells.finish()) as ArrayRef).collect();
        Chunk { columns, ..self.chunk }
    }

    fn row(&mut self, text: &str) -> Result<(), String> {
        let members = members(text).map_err(|why| self.odd_line(text, &why))?;
        for (name, _) in &members {
            if self.names.len() < MOST_NAMES && !self.declared.contains_key(name.as_ref()) {
                self.declared.insert(name.to_string(), self.wanted.is_declared(name));
                self.names.push(name.to_string());
            }
        }
        if self.wanted.sources.is_empty() {
            for (name, value) in members.iter().filter(|(name, _)| !name.contains('.')) {
                leaves(name, value, 0, &mut |leaf| {
                    if self.leaves.len() < MOST_NAMES && !self.leaves.contains(&leaf) {
                        self.leaves.push(leaf);
                    }
                });
            }
        }
        let mut found: HashMap<&str, &RawValue> = HashMap::with_capacity(members.len());
        for (name, value) in &members {
            if found.insert(name.as_ref(), value).is_some() {
                return Err(format!("line {} has the name `{}` twice", self.line, shown(name)));
            }
        }
        for (index, place) in self.wanted.asked.iter().enumerate() {
            let value = at(&found, &self.wanted.sources[*place], 0).map_err(|why| self.odd_line(text, &why))?;
            if value.is_some() {
                self.seen.insert(*place);
            }
            self.cells[index].append_option(value.as_deref().and_then(cell));
        }
        // Hashed in the order of the names; a value that is null counts as one that is not there.
        let mut sorted: Vec<(&str, Cow<'_, str>)> =
            members.iter().filter_map(|(name, value)| Some((name.as_ref(), cell(value.get())?))).collect();
        sorted.sort_unstable();
        let mut hash = Sha256::new();
        for part in sorted.iter().flat_map(|(name, value)| [*name, value.as_ref()]) {
            hash.update((part.len() as u32).to_le_bytes());
            hash.update(part.as_bytes());
        }
        let undeclared = sorted.iter().filter(|(name, _)| self.declared.get(*name).is_some_and(|declared| !declared));
        let undeclared = hash_of(undeclared.flat_map(|(name, value)| [name.as_bytes(), value.as_bytes()]));
        self.chunk.content.push(first_half(&hash.finalize()));
        self.chunk.undeclared.push(undeclared);
        self.chunk.lines.push(self.line as u32);
        self.chunk.rows += 1;
        Ok(())
    }

    /// What is wrong with a line that is no object.
    fn odd_line(&self, text: &str, why: &str) -> String {
        let line = self.line;
        let is = |what: &str| format!("line {line} is {what}, and an object is needed: `{{\"name\": value, …}}`");
        match text.as_bytes().first() {
            Some(b'{') if self.line == 1 && text == "{" => {
                "its first line is `{` alone: each object stands on one line; convert it: `jq -c . FILE.json > FILE.jsonl`".into()
            }
            Some(b'{') => format!("line {line} is no JSON ({why}): `{}`", shown(text)),
            Some(b'[') => is("a list"),
            Some(b'"') => is("a text"),
            Some(b'0'..=b'9' | b'-') => is("a number"),
            _ => format!("line {line} is no JSON object: `{}`", shown(text)),
        }
    }
}

/// The members of an object, each as it is written.
fn members(text: &str) -> Result<Vec<(Cow<'_, str>, &RawValue)>, String> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let read = reader.deserialize_map(Members).and_then(|members| reader.end().map(|()| members));
    read.map_err(|error| {
        // Its own line says nothing: all of it is one.
        let said = error.to_string();
        shown_long(&said.replace(" at line 1 column ", " at character "))
    })
}

/// The paths of the values in a group, or in a list of groups.
fn leaves(path: &str, value: &RawValue, deep: usize, take: &mut dyn FnMut(String)) {
    let text = value.get();
    if deep == DEEPEST {
        return;
    }
    let groups = match text.as_bytes().first() {
        Some(b'{') => vec![value],
        Some(b'[') => serde_json::from_str::<Vec<&RawValue>>(text).unwrap_or_default(),
        _ => Vec::new(),
    };
    let mut inside = false;
    for group in groups.iter().filter(|group| group.get().starts_with('{')) {
        for (name, value) in members(group.get()).unwrap_or_default().iter().filter(|(name, _)| !name.contains('.')) {
            inside = true;
            leaves(&format!("{path}.{name}"), value, deep + 1, take);
        }
    }
    if !inside && deep > 0 && text != "null" {
        take(path.to_string());
    }
}

struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Vec<(Cow<'de, str>, &'de RawValue)>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some((Name(name), value)) = map.next_entry()? {
            members.push((name, value));
        }
        Ok(members)
    }
}

/// A name, borrowed where it has no escapes.
struct Name<'de>(Cow<'de, str>);

impl<'de> serde::Deserialize<'de> for Name<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl<'de> Visitor<'de> for Text {
            type Value = Name<'de>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a name")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Name(Cow::Borrowed(text)))
            }

            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Name(Cow::Owned(text.to_string())))
            }
        }
        deserializer.deserialize_str(Text)
    }
}

/// The value at a name or a path, as it is written; of a list of groups, the list of the members.
fn at<'v>(found: &HashMap<&str, &'v RawValue>, source: &str, depth: usize) -> Result<Option<Cow<'v, str>>, String> {
    if let Some(value) = found.get(source) {
        return Ok(Some(Cow::Borrowed(value.get())));
    }
    if depth > DEEPEST {
        return Ok(None);
    }
    for (dot, _) in source.match_indices('.') {
        if let Some(value) = found.get(&source[..dot]) {
            return below(value.get(), &source[dot + 1..], depth + 1);
        }
    }
    Ok(None)
}

fn below<'v>(value: &'v str, rest: &str, depth: usize) -> Result<Option<Cow<'v, str>>, String> {
    if depth > DEEPEST {
        return Ok(None);
    }
    if value.starts_with('{') {
        let members = members(value)?;
        let found: HashMap<&str, &RawValue> = members.iter().map(|(name, value)| (name.as_ref(), *value)).collect();
        return at(&found, rest, depth);
    }
    if !value.starts_with('[') {
        return Ok(None);
    }
    let items: Vec<&RawValue> = serde_json::from_str(value).map_err(|error| shown_long(&error.to_string()))?;
    let of = items.iter().map(|item| Ok(below(item.get(), rest, depth + 1)?.unwrap_or(Cow::Borrowed("null"))));
    let all: Vec<Cow<'_, str>> = of.collect::<Result<_, String>>()?;
    let some = all.is_empty() || all.iter().any(|item| item != "null");
    Ok(some.then(|| Cow::Owned(format!("[{}]", all.join(", ")))))
}

/// A value as a cell; nothing for `null`. What is no plain value stays as it is written.
fn cell(value: &str) -> Option<Cow<'_, str>> {
    match value.as_bytes().first() {
        Some(b'"') => match serde_json::from_str::<Name<'_>>(value) {
            Ok(Name(text)) => Some(text),
            Err(_) => Some(Cow::Borrowed(value)),
        },
        Some(b'n') => None,
        _ => Some(Cow::Borrowed(value)),
    }
}
