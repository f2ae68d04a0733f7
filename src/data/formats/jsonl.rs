//! `jsonl`: one JSON object per line. A value is looked at only where somebody reads it; everything else is checked to be JSON.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};
use std::io::BufRead;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::blocks::{Block, Blocks, Ends};
use super::flat_objects::Names;
use super::hashes::{content_hash, hash_of};
use super::objects::{Member, at, cell, leaves, members};
use super::written::Cells;
use super::{CHUNK_ROWS, Chunk, Chunks, FormatHalf, Found, Key, Raw, Request};
use crate::catalog::formats::jsonl::Jsonl;
use crate::data::encoding::Decoded;
use crate::data::problems::shown;
use crate::data::source::Source;
use crate::data::table::{RowHash, Unit};
use crate::diag::Diagnostic;
use crate::diag::codes::data as codes;
use crate::source::Span;

/// A line that is longer is no row.
const MOST_OF_A_LINE: usize = 1 << 28;
/// Names beyond this are not told apart any more.
const MOST_NAMES: usize = 10_000;

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
            numbers: Vec::new(),
            declared: request.set.columns.iter().map(|column| column.source.trim().to_string()).collect(),
            key: request.key.and_then(|key| {
                let source = key.source(request)?;
                Some((key.clone(), sources.iter().position(|other| other == source)?))
            }),
            name: request.name.to_string(),
            span: request.set.path_span,
            sources,
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

impl<R: BufRead + Send> Chunks for Lines<R> {
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

    fn take_written(&mut self, numbers: &[bool]) {
        Arc::make_mut(&mut self.wanted).numbers = numbers.to_vec();
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

impl<R: BufRead> Lines<R> {
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
    /// Which of these may be given as numbers.
    numbers: Vec<bool>,
    declared: HashSet<String>,
    /// What rows are known by, and its place among the sources.
    key: Option<(Key, usize)>,
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
    /// Of each column that is read, whether any row has it.
    seen: Vec<bool>,
    leaves: Vec<String>,
    cells: Vec<Cells>,
    shape: Shape,
    chunk: Chunk,
    hashed: Vec<u8>,
    line: usize,
}

/// What the names of a row tell, which the rows behind it mostly share.
#[derive(Default)]
struct Shape {
    names: Names,
    all: Vec<String>,
    /// The members in the order of their names, and whether each is one that nobody declares.
    order: Vec<(usize, bool)>,
    /// Of each column that is read, the member of this name; it may be a path as well.
    asked: Vec<Option<usize>>,
}

impl Shape {
    fn is_of(&self, members: &[Member<'_>]) -> bool {
        self.all.len() == members.len() && self.all.iter().zip(members).all(|(name, (other, _))| name == other)
    }
}

impl<'w> Rows<'w> {
    fn new(wanted: &'w Wanted) -> Self {
        Self {
            wanted,
            names: Vec::new(),
            declared: HashMap::new(),
            seen: vec![false; wanted.asked.len()],
            leaves: Vec::new(),
            cells: (0..wanted.asked.len()).map(|index| Cells::new(wanted.numbers.get(index) == Some(&true))).collect(),
            shape: Shape { asked: vec![None; wanted.asked.len()], ..Shape::default() },
            chunk: Chunk::default(),
            hashed: Vec::new(),
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
        let seen = self.wanted.asked.iter().zip(&self.seen).filter(|(_, seen)| **seen);
        known.seen.extend(seen.map(|(place, _)| *place));
        for leaf in self.leaves {
            if known.leaves.len() < MOST_NAMES && !known.leaves.contains(&leaf) {
                known.leaves.push(leaf);
            }
        }
        Chunk { columns: self.cells.into_iter().map(Cells::finish).collect(), ..self.chunk }
    }

    fn row(&mut self, text: &str) -> Result<(), String> {
        let members = match self.shape.names.members(text) {
            Some(members) => members,
            None => {
                let members = members(text).map_err(|why| self.odd_line(text, &why))?;
                if !self.shape.is_of(&members) {
                    self.learn(&members)?;
                }
                members
            }
        };
        if self.wanted.sources.is_empty() {
            for (name, value) in members.iter().filter(|(name, _)| !name.contains('.')) {
                leaves(name, value, 0, &mut |leaf| {
                    if self.leaves.len() < MOST_NAMES && !self.leaves.contains(&leaf) {
                        self.leaves.push(leaf);
                    }
                });
            }
        }
        // Where all that is read are members, none needs to be looked for.
        let found: HashMap<&str, &str> = match self.shape.asked.contains(&None) {
            true => members.iter().map(|(name, value)| (name.as_ref(), *value)).collect(),
            false => HashMap::new(),
        };
        let mut known = false;
        for (index, place) in self.wanted.asked.iter().enumerate() {
            let value = match self.shape.asked[index] {
                Some(member) => Some(Cow::Borrowed(members[member].1)),
                None => at(&found, &self.wanted.sources[*place], 0).map_err(|why| self.odd_line(text, &why))?,
            };
            self.seen[index] |= value.is_some();
            let cell = value.as_deref().and_then(cell);
            let key = self.wanted.key.as_ref().filter(|(_, of)| of == place);
            known |= key.zip(cell.as_deref()).is_some_and(|((key, _), cell)| key.is_value(cell));
            self.cells[index].push(cell.as_deref());
        }
        // Hashed in the order of the names; a value that is null counts as one that is not there.
        let parts = |all: bool| {
            let order = self.shape.order.iter().filter(move |(_, undeclared)| all || *undeclared);
            let values = order.filter_map(|(member, _)| Some((&members[*member].0, cell(members[*member].1)?)));
            values.flat_map(|(name, value)| [Cow::Borrowed(name.as_ref()), value])
        };
        let content = if known { RowHash::default() } else { content_hash(parts(true), &mut self.hashed) };
        let undeclared = hash_of(parts(false));
        self.chunk.content.push(content);
        self.chunk.undeclared.push(undeclared);
        self.chunk.lines.push(self.line as u32);
        self.chunk.rows += 1;
        Ok(())
    }

    /// Looks at names that are not those of the row before.
    fn learn(&mut self, members: &[Member<'_>]) -> Result<(), String> {
        for (name, _) in members {
            if self.names.len() < MOST_NAMES && !self.declared.contains_key(name.as_ref()) {
                self.declared.insert(name.to_string(), self.wanted.is_declared(name));
                self.names.push(name.to_string());
            }
        }
        let mut places: HashMap<&str, usize> = HashMap::with_capacity(members.len());
        for (place, (name, _)) in members.iter().enumerate() {
            if places.insert(name.as_ref(), place).is_some() {
                return Err(format!("line {} has the name `{}` twice", self.line, shown(name)));
            }
        }
        let undeclared = |name: &str| self.declared.get(name).is_some_and(|declared| !declared);
        let mut order: Vec<(usize, bool)> =
            (0..members.len()).map(|place| (place, undeclared(&members[place].0))).collect();
        order.sort_by(|(one, _), (other, _)| members[*one].0.cmp(&members[*other].0));
        let source = |place: &usize| places.get(self.wanted.sources[*place].as_str()).copied();
        self.shape = Shape {
            names: Names::of(members.iter().map(|(name, _)| name.as_ref())),
            all: members.iter().map(|(name, _)| name.to_string()).collect(),
            order,
            asked: self.wanted.asked.iter().map(source).collect(),
        };
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
