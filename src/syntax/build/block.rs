//! Blocks and their entries.

use std::ops::Range;

use super::Builder;
use crate::diag::codes::syntax as codes;
use crate::source::Span;
use crate::syntax::explain::Place;
use crate::syntax::grammar::{Pair, Rule};
use crate::syntax::token::{Bracket, Token, TokenKind};
use crate::syntax::tree::{Block, Entry, EntryKind, Expr, ExprKind, Field, Join, JoinKey, Mapping, Names};

impl Builder<'_, '_> {
    pub(super) fn block(&mut self, pair: Pair) -> Block {
        let span = self.span(&pair);
        let mut entries = Vec::new();
        let mut before: Option<Range<usize>> = None;
        for entry in pair.into_inner() {
            let range = self.range(&entry);
            if let Some(before) = before.replace(range.clone()) {
                self.separated(before, range);
            }
            entries.extend(self.entry(entry));
        }
        Block { entries, span }
    }

    /// Reports two entries on one line with nothing between them; behind a `}` that is how they may be written.
    fn separated(&mut self, before: Range<usize>, entry: Range<usize>) {
        let apart = |token: &Token| matches!(token.kind, TokenKind::Comma | TokenKind::LineEnd);
        if self.scan.tokens_in(before.end..entry.start).iter().any(apart) || self.report.covers(before.end..entry.start)
        {
            return;
        }
        let (Some(last), Some(first)) = (self.token_before(entry.start), self.token_at(entry.start)) else { return };
        if last.kind == TokenKind::Close(Bracket::Curly) {
            return;
        }
        let gap = last.end as usize..last.end as usize;
        let fix = self.report.span(gap.clone());
        let problem = self
            .report
            .at(&codes::MALFORMED_VALUE, gap, "entries on one line are separated by commas")
            .here(format!("expected `,` before `{}`", first.text(self.text)))
            .fix("write `,`", fix, ",");
        self.report.push(problem);
    }

    fn entry(&mut self, pair: Pair) -> Option<Entry> {
        let range = self.range(&pair);
        let docs = self.docs.take(range.start);
        let span = self.report.span(range.clone());
        let kind = match pair.as_rule() {
            Rule::assign => self.assign(pair)?,
            Rule::join => self.join_entry(pair)?,
            Rule::field => {
                let field = self.field(pair)?;
                let dotted = field.names().find(|(name, _)| name.name.contains('.'));
                if let (Some((name, _)), false) = (dotted, self.dotted) {
                    self.explain_dotted(name.span.range());
                    return None;
                }
                EntryKind::Field(field)
            }
            Rule::nameless => {
                let names: Vec<_> = pair.into_inner().map(|name| self.range(&name)).collect();
                self.explain_nameless(&names);
                return None;
            }
            _ => {
                self.explain_entry(range);
                return None;
            }
        };
        Some(Entry { docs, kind, span })
    }

    fn assign(&mut self, pair: Pair) -> Option<EntryKind> {
        let mut inner = pair.into_inner();
        let name = self.ident(&inner.next()?);
        let value = self.value(inner.next()?, &Place::Assign(&name.name));
        Some(EntryKind::Assign { name, value })
    }

    fn field(&mut self, pair: Pair) -> Option<Field> {
        let mut span = self.span(&pair);
        let mut inner = pair.into_inner().peekable();
        let mut names = Vec::new();
        while let Some(name) = inner.next_if(|part| part.as_rule() == Rule::field_name) {
            names.push(self.names(name)?);
        }
        // Elsewhere a comma ends an entry, and what stands before it has no value.
        if !self.columns {
            for name in names.drain(..names.len().saturating_sub(1)) {
                self.explain_entry(name.name.span.to(name.to.as_ref().map_or(name.name.span, |to| to.span)).range());
            }
            if let Some(name) = names.first() {
                span = name.name.span.to(span);
            }
        }
        let mut names = names.into_iter();
        let Names { name, to } = names.next()?;
        let mut field = Field {
            name,
            to,
            more: names.collect(),
            value: None,
            rename: None,
            map: None,
            derived: None,
            block: None,
            span,
        };
        for part in inner {
            match part.as_rule() {
                Rule::colon => {}
                Rule::rename => field.rename = self.rename(part).or(field.rename),
                Rule::mapping => field.map = Some(self.mapping(part)),
                Rule::derived if !self.columns => {
                    let start = self.range(&part).start;
                    let problem = self
                        .report
                        .at(&codes::MALFORMED_VALUE, start..start + 1, "`=` cannot stand inside a value")
                        .help("two values are compared with `==`");
                    self.report.push(problem);
                    let whole = field.value.as_ref().map_or(span, |value| value.span);
                    field.value = Some(Expr { kind: ExprKind::Broken, span: whole });
                }
                Rule::derived => {
                    for inner in part.into_inner() {
                        field.derived = Some(self.value(inner, &Place::Field(&field.name.name)));
                    }
                }
                Rule::block => {
                    self.columns = field.name.name == "columns";
                    field.block = Some(self.block(part));
                    self.columns = false;
                }
                _ => {
                    let value = self.value(part, &Place::Field(&field.name.name));
                    field.value = Some(value);
                }
            }
        }
        Some(field)
    }

    fn join_entry(&mut self, pair: Pair) -> Option<EntryKind> {
        let span = self.span(&pair);
        let (mut name, mut format, mut block) = (None, None, None);
        let mut keys = Vec::new();
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::join_word | Rule::colon | Rule::on_word => {}
                Rule::word => name = Some(self.ident(&part)),
                Rule::join_key => keys.extend(self.join_key(part)),
                Rule::key_list => keys = self.join_keys(part),
                Rule::loose_keys => {
                    let range = self.range(&part);
                    let written = part.as_str().trim().trim_start_matches('(').trim_end_matches(')').trim();
                    let listed = format!("[{}]", written.split_whitespace().collect::<Vec<_>>().join(" "));
                    let problem = self
                        .report
                        .at(&codes::MALFORMED_VALUE, range, "a key of several columns stands in square brackets")
                        .help(format!("write `on {listed}`"))
                        .fix(format!("write `{listed}`"), self.span(&part), listed);
                    self.report.push(problem);
                    keys = self.join_keys(part);
                }
                Rule::rename => {
                    let range = self.range(&part);
                    let names: Vec<&str> = keys.iter().map(|key: &JoinKey| key.name.name.as_str()).collect();
                    let renamed = names.first().map_or("KEY", |name| *name);
                    let problem = self
                        .report
                        .at(&codes::MALFORMED_VALUE, range, "this `as` does not say which of the columns it names")
                        .help(format!("write it behind that column: `on [{renamed} {}, …]`", part.as_str().trim()));
                    self.report.push(problem);
                }
                Rule::block => {
                    self.columns = true;
                    block = Some(self.block(part));
                    self.columns = false;
                }
                _ => format = Some(self.value(part, &Place::Part(":"))),
            }
        }
        Some(EntryKind::Join(Box::new(Join { name: name?, format: format?, keys, block, span })))
    }

    fn join_keys(&mut self, pair: Pair) -> Vec<JoinKey> {
        let items: Vec<Pair> = pair.into_inner().collect();
        let last = items.len().saturating_sub(1);
        let mut keys = Vec::new();
        for (index, item) in items.into_iter().enumerate() {
            let inner = if item.as_rule() == Rule::key_item { item.into_inner().next() } else { Some(item) };
            match inner {
                Some(key) if key.as_rule() == Rule::join_key => keys.extend(self.join_key(key)),
                // Nothing behind the last comma is no mistake.
                Some(broken) if index < last || last == 0 || !broken.as_str().trim().is_empty() => {
                    let problem = self
                        .report
                        .at(&codes::MALFORMED_VALUE, self.range(&broken), "a key is the name of a column")
                        .help("write `on [country, year as \"Year\"]`");
                    self.report.push(problem);
                }
                _ => {}
            }
        }
        keys
    }

    fn join_key(&mut self, pair: Pair) -> Option<JoinKey> {
        let (mut name, mut rename) = (None, None);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::word => name = Some(self.ident(&part)),
                _ => rename = self.rename(part),
            }
        }
        Some(JoinKey { name: name?, rename })
    }

    /// `as "Name in the file"`.
    fn rename(&mut self, pair: Pair) -> Option<(String, Span)> {
        let text = pair.into_inner().find(|part| part.as_rule() == Rule::string)?;
        Some((self.string(&text), self.span(&text)))
    }

    fn mapping(&mut self, pair: Pair) -> Mapping {
        let span = self.span(&pair);
        let mut pairs = Vec::new();
        for meaning in pair.into_inner().filter(|part| part.as_rule() == Rule::meaning) {
            let mut texts = Vec::new();
            for part in meaning.into_inner() {
                match part.as_rule() {
                    Rule::string => texts.push((self.string(&part), self.span(&part))),
                    _ => self.explain_meaning(self.range(&part)),
                }
            }
            if let Some(to) = texts.pop() {
                pairs.extend(texts.into_iter().map(|from| (from, to.clone())));
            }
        }
        Mapping { pairs, span }
    }

    fn names(&mut self, pair: Pair) -> Option<Names> {
        let mut inner = pair.into_inner();
        let name = self.ident(&inner.next()?);
        Some(Names { name, to: inner.next().map(|name| self.ident(&name)) })
    }

    /// An expression, or what stands where one should (reported).
    pub(in crate::syntax) fn value(&mut self, pair: Pair, place: &Place) -> Expr {
        if pair.as_rule() == Rule::expression {
            return self.expression(pair, 0);
        }
        let range = self.range(&pair);
        self.explain_value(range.clone(), place);
        Expr { kind: ExprKind::Broken, span: self.report.span(range) }
    }
}
