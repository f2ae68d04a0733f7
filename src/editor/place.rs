//! Where a cursor stands: in which declaration, which brackets and which field, and behind what. Read off the tokens, since what is
//! being typed seldom parses.

use super::snapshot::Snapshot;
use crate::syntax::token::{Token, TokenKind};
use crate::syntax::tree::Keyword;

/// Brackets around the cursor.
#[derive(Clone, Debug, Default)]
pub struct Frame<'t> {
    /// `(`, `[`, `{`, or nothing for the declaration itself.
    pub bracket: &'t str,
    /// The name right before the bracket, with its dots: `dense` of `dense(`; empty if there is none.
    pub owner: &'t str,
    /// The field in whose value the bracket stands: `metrics` of `metrics: [`.
    pub field: Option<&'t str>,
    /// The tokens since the last comma or line end inside it, without the word that is being typed.
    pub segment: Vec<&'t str>,
    /// How many members stand before this one, and the names that arguments before have been given by.
    pub position: usize,
    pub given: Vec<&'t str>,
}

impl<'t> Frame<'t> {
    /// `loss` where the segment is `loss: …`.
    pub fn key(&self) -> Option<&'t str> {
        match self.segment.as_slice() {
            [name, ":", ..] => Some(name),
            _ => None,
        }
    }

    /// What stands right before the word.
    pub fn before(&self) -> &'t str {
        self.segment.last().copied().unwrap_or_default()
    }

    /// The dotted name that ends right before a dot: `a.b` of `x -> a.b.`.
    pub fn path_before_dot(&self) -> Option<String> {
        let mut parts: Vec<&str> = Vec::new();
        let mut rest = self.segment.as_slice();
        while let [before @ .., name, "."] = rest {
            parts.push(name);
            rest = before;
        }
        parts.reverse();
        (!parts.is_empty()).then(|| parts.join("."))
    }
}

/// In what the cursor stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inside<'t> {
    Code,
    /// What stands in it before the cursor.
    Comment(&'t str),
    String(&'t str),
}

#[derive(Clone, Debug)]
pub struct Place<'t> {
    pub inside: Inside<'t>,
    /// What has been typed of a word, and where that begins.
    pub word: &'t str,
    pub start: usize,
    /// `None` outside all declarations, and in a `use`.
    pub keyword: Option<Keyword>,
    pub in_use: bool,
    /// The declaration itself, then the brackets, outermost first.
    pub frames: Vec<Frame<'t>>,
}

impl<'t> Place<'t> {
    pub fn of(snapshot: &'t Snapshot, offset: usize) -> Self {
        let text = snapshot.text();
        let tokens = &snapshot.scan().tokens;
        let covering = tokens.iter().find(|token| (token.start as usize) < offset && offset <= token.end as usize);
        let inside = match covering {
            Some(token) if token.kind.is_comment() => Inside::Comment(&text[token.start as usize..offset]),
            Some(token) if token.kind == TokenKind::String && !closed_before(token.text(text), offset, token) => {
                // Quotes of a word processor have several bytes.
                let quote = token.text(text).chars().next().map_or(1, char::len_utf8);
                Inside::String(text.get(token.start as usize + quote..offset).unwrap_or(""))
            }
            _ => Inside::Code,
        };
        let is_word = covering.filter(|token| matches!(token.kind, TokenKind::Word | TokenKind::Number));
        let start = match inside {
            Inside::Code => is_word.map_or(offset, |token| token.start as usize),
            Inside::Comment(before) | Inside::String(before) => offset - before.len(),
        };
        let upto = match (&inside, covering) {
            (Inside::String(_), Some(token)) => token.start as usize,
            _ => start,
        };
        let mut place = Self {
            inside,
            word: &text[start..offset],
            start,
            keyword: None,
            in_use: false,
            frames: vec![Frame::default()],
        };
        let before = &tokens[..tokens.partition_point(|token| (token.end as usize) <= upto)];
        let head = before.iter().rposition(|token| begins(text, tokens, token));
        let Some(head) = head else { return place };
        let word = before[head].text(text);
        place.keyword = crate::syntax::keyword(word);
        place.in_use = word == "use";
        place.walk(text, &before[head + 1..]);
        // A line of its own behind a declaration that has ended begins another one.
        let last = before.iter().rev().find(|token| !token.kind.is_trivia());
        let gap = last.map_or("", |last| &text[last.end as usize..start]);
        let open = place.frames.len() > 1 || last.is_some_and(|last| last.kind == TokenKind::Arrow);
        if !open && gap.contains('\n') {
            let line = gap.rsplit('\n').next().unwrap_or_default();
            if line.is_empty() || gap.matches('\n').count() > 1 {
                place.keyword = None;
                place.in_use = false;
                place.frames = vec![Frame::default()];
            }
        }
        place
    }

    fn walk(&mut self, text: &'t str, tokens: &[Token]) {
        for (index, token) in tokens.iter().enumerate() {
            let written = token.text(text);
            let inner = self.frames.len() - 1;
            let frame = &mut self.frames[inner];
            match written {
                _ if token.kind.is_comment() => {}
                _ if token.kind.is_line_end() => {
                    let next = tokens[index + 1..].iter().find(|token| !token.kind.is_trivia());
                    let continues = next.is_some_and(|next| next.kind == TokenKind::Arrow)
                        || frame.before() == "->"
                        || frame.before() == ",";
                    if frame.bracket == "{" && !continues {
                        frame.segment.clear();
                    }
                }
                "(" | "[" | "{" => {
                    let field = frame.key().or(frame.field.filter(|_| frame.bracket != "{"));
                    let owner = owner(frame.segment.as_slice(), text, token);
                    // Braces behind the value of a field are the field's: `columns { … }`, `sampling: shares { … }`.
                    let named = match frame.segment.as_slice() {
                        [name] if written == "{" && frame.bracket == "{" => Some(*name),
                        _ => field,
                    };
                    frame.segment.push(written);
                    self.frames.push(Frame { bracket: written, owner, field: named, ..Frame::default() });
                }
                ")" | "]" | "}" => {
                    let matches = matches!((frame.bracket, written), ("(", ")") | ("[", "]") | ("{", "}"));
                    if inner > 0 && matches {
                        self.frames.pop();
                        if let Some(outer) = self.frames.last_mut() {
                            outer.segment.push(written);
                        }
                    }
                }
                "," => {
                    frame.given.extend(frame.key());
                    frame.position += 1;
                    if frame.bracket.is_empty() {
                        frame.segment.push(written);
                    } else {
                        frame.segment.clear();
                    }
                }
                _ => frame.segment.push(written),
            }
        }
    }

    pub fn frame(&self) -> &Frame<'t> {
        self.frames.last().unwrap_or(&EMPTY)
    }

    /// The innermost call whose arguments the cursor stands in: its frame.
    pub fn call(&self) -> Option<&Frame<'t>> {
        self.frames.iter().rev().find(|frame| frame.bracket == "(" && !frame.owner.is_empty())
    }

    /// The field, of the declaration's own block, that the cursor stands in.
    pub fn field(&self) -> Option<&'t str> {
        let block = self.frames.iter().position(|frame| frame.bracket == "{")?;
        self.frames[block].key().or_else(|| self.frames.get(block + 1).and_then(|inner| inner.field))
    }
}

static EMPTY: Frame<'static> =
    Frame { bracket: "", owner: "", field: None, segment: Vec::new(), position: 0, given: Vec::new() };

/// True for a word that begins a declaration: a keyword at the start of its line.
fn begins(text: &str, tokens: &[Token], token: &Token) -> bool {
    let at_start = token.start == 0 || text.as_bytes().get(token.start as usize - 1) == Some(&b'\n');
    if !at_start || token.kind != TokenKind::Word || !crate::syntax::KEYWORDS.contains(&token.text(text)) {
        return false;
    }
    let next = tokens[tokens.partition_point(|other| other.start <= token.start)..].first();
    next.is_none_or(|next| next.kind != TokenKind::Colon)
}

fn closed_before(string: &str, offset: usize, token: &Token) -> bool {
    offset == token.end as usize && string.len() > 1 && string.ends_with('"')
}

/// The name right before a bracket.
fn owner<'t>(segment: &[&'t str], text: &'t str, bracket: &Token) -> &'t str {
    let is_name = |word: &str| word.chars().all(|one| one.is_alphanumeric() || one == '_') && !word.is_empty();
    let Some(last) = segment.last().filter(|last| is_name(last)) else { return "" };
    // The tokens are slices of the text, and so is what they make together.
    let end = last.as_ptr() as usize - text.as_ptr() as usize + last.len();
    // `task species: classification {`: a block belongs to what is declared, and not to the name before it.
    let touches = text[end..bracket.start as usize].trim().is_empty();
    if !touches {
        return "";
    }
    let before = text[..end].rfind(|one: char| !(one.is_alphanumeric() || one == '_' || one == '.'));
    let start = before.map_or(0, |at| at + text[at..].chars().next().map_or(1, char::len_utf8));
    &text[start..end]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::editor::world::World;
    use std::path::Path;
    use std::rc::Rc;

    /// The place of `|` in a text.
    fn place(text: &str, test: impl FnOnce(&Place<'_>)) {
        let offset = text.find('|').expect("a cursor");
        let world = World::default();
        let snapshot = Snapshot::of(Path::new("a.mtl"), text.replace('|', "").into(), world.loader(), Rc::default());
        test(&Place::of(&snapshot, offset));
    }

    #[test]
    fn a_place_is_known_while_it_is_typed() {
        place("shared trunk from x -> den|", |at| {
            assert_eq!((at.keyword, at.word, at.frame().before()), (Some(Keyword::Shared), "den", "->"));
        });
        place("shared trunk from x -> dense(64, bi|)\ntrain { epochs: 3 }\n", |at| {
            let frame = at.call().expect("a call");
            assert_eq!((frame.owner, frame.position, at.word), ("dense", 1, "bi"));
        });
        place("task t: regression from trunk {\n  label: d.a\n  metrics: [rmse, |\n}\n", |at| {
            assert_eq!((at.keyword, at.frame().bracket, at.field()), (Some(Keyword::Task), "[", Some("metrics")));
        });
        place("task t: regression from trunk {\n  label: d.a\n  lo|\n}\n", |at| {
            assert!(at.frame().bracket == "{" && at.frame().segment.is_empty());
        });
        place("data d: csv(\"a.csv\") {\n  columns {\n    a: num|\n", |at| {
            assert_eq!((at.frame().field, at.frame().key()), (Some("columns"), Some("a")));
        });
        place("task t: regression from trunk { label: pen.| }", |at| {
            assert_eq!(at.frame().path_before_dot(), Some("pen".into()));
        });
        place("task t: binary(positive: \"ma|\") from trunk { label: d.a }", |at| {
            assert_eq!((at.inside, at.frame().owner), (Inside::String("ma"), "binary"));
        });
        place("train { epochs: 3 }\n\nta|", |at| assert_eq!((at.keyword, at.word), (None, "ta")));
        place("// mtlc: allow(|", |at| assert_eq!(at.inside, Inside::Comment("// mtlc: allow(")));
        place("input x from d[a, |", |at| assert_eq!((at.frame().owner, at.frame().bracket), ("d", "[")));
    }
}
