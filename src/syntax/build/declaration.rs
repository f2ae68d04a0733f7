//! Declarations and `use`.

use std::ops::Range;
use std::rc::Rc;

use super::Builder;
use crate::diag::codes::syntax as codes;
use crate::syntax::explain::Place;
use crate::syntax::grammar::{Pair, Rule};
use crate::syntax::tree::{Call, Decl, Expr, Keyword, Members, MembersKind, Parameter, Use, UseSource};

/// The parts of a declaration in the order in which they are written, as messages call them.
const ORDER: [(Rule, &str); 7] = [
    (Rule::parameters, "the parameters"),
    (Rule::kind, "the `:` part"),
    (Rule::by, "the `by` part"),
    (Rule::from, "the `from` part"),
    (Rule::value, "the `=` part"),
    (Rule::over, "the `over` part"),
    (Rule::block, "the `{ }` block"),
];

fn rank(rule: Rule) -> Option<usize> {
    ORDER.iter().position(|(ordered, _)| *ordered == rule)
}

impl Builder<'_, '_> {
    /// A declaration, which is read unless the same was read before.
    pub(super) fn known_declaration(&mut self, keyword: Keyword, range: Range<usize>) -> Option<Rc<Decl>> {
        let (text, copy) = (&self.text[range.clone()], &self.scan.copy[range.clone()]);
        let whole = !self.report.covers(range.clone());
        let (file, start) = (self.report.file, range.start);
        let known = self.pieces.as_mut().filter(|_| whole).and_then(|pieces| pieces.known(text, copy, file, start));
        if let Some((mut decl, docs)) = known {
            self.docs.take_again(start, &docs);
            let own = self.docs.take(start);
            if own != decl.docs {
                Rc::make_mut(&mut decl).docs = own;
            }
            return Some(decl);
        }
        let before = self.report.count();
        let decl = Rc::new(self.declaration(keyword, range.clone())?);
        if whole && self.report.count() == before {
            let docs = self.docs.taken_in(range);
            if let Some(pieces) = &mut self.pieces {
                pieces.keep(text, copy, &decl, docs);
            }
        }
        Some(decl)
    }

    /// Reads a declaration whose first word is, or was meant to be, `keyword`.
    pub(super) fn declaration(&mut self, keyword: Keyword, range: Range<usize>) -> Option<Decl> {
        let docs = self.docs.take(range.start);
        let pairs = self.pairs(Rule::declaration_piece, range.clone())?;
        let span = self.report.span(range.clone());
        let mut decl = Decl {
            docs,
            keyword,
            keyword_span: span,
            name: None,
            members: None,
            params: None,
            kind: None,
            by: None,
            from: None,
            value: None,
            over: None,
            block: None,
            span,
        };
        // The part that was read last, and how far in their order the parts have come.
        let mut last: Option<Rule> = None;
        let mut reached: Option<usize> = None;
        let mut skipped = false;
        for pair in pairs {
            let rule = pair.as_rule();
            match rule {
                Rule::keyword => decl.keyword_span = self.span(&pair),
                Rule::name => decl.name = pair.into_inner().next().map(|word| self.ident(&word)),
                Rule::members => decl.members = Some(self.members(pair)),
                Rule::skipped => {
                    skipped = true;
                    let quoted = self.explain_skipped(&decl, self.range(&pair), last == Some(Rule::block));
                    decl.name = decl.name.or(quoted);
                }
                Rule::EOI => {}
                _ => {
                    // A part that stands after a mistake is not blamed for its place.
                    if !skipped {
                        self.check_order(reached, &pair);
                    }
                    self.part(&mut decl, pair);
                    last = Some(rule);
                    reached = reached.max(rank(rule));
                }
            }
        }
        if decl.name.is_none() && keyword.named() && !skipped {
            self.missing_name(&decl);
        }
        Some(decl)
    }

    fn members(&mut self, pair: Pair) -> Members {
        let span = self.span(&pair);
        let kind = match pair.into_inner().next() {
            Some(inner) if inner.as_rule() == Rule::by_members => {
                match inner.into_inner().find(|part| part.as_rule() == Rule::path) {
                    Some(path) => MembersKind::Classes(self.path(path)),
                    None => MembersKind::Columns(Vec::new()),
                }
            }
            Some(selection) => MembersKind::Columns(self.selection(selection, 0)),
            None => MembersKind::Columns(Vec::new()),
        };
        Members { kind, span }
    }

    fn part(&mut self, decl: &mut Decl, pair: Pair) {
        let rule = pair.as_rule();
        if rule == Rule::block {
            self.dotted = matches!(decl.keyword, Keyword::Transfer | Keyword::Variant);
            let block = self.block(pair);
            decl.block.get_or_insert(block);
            return;
        }
        if rule == Rule::parameters {
            let parameters = pair.into_inner().collect::<Vec<_>>();
            let params = self.parameters(parameters);
            decl.params.get_or_insert(params);
            return;
        }
        let Some(inner) = pair.into_inner().next() else { return };
        if rule == Rule::by {
            if let Some(call) = self.strategy(inner) {
                decl.by.get_or_insert(call);
            }
            return;
        }
        let (slot, place) = match rule {
            Rule::kind => (&mut decl.kind, Place::Part(":")),
            Rule::from => (&mut decl.from, Place::Part("from")),
            Rule::value => (&mut decl.value, Place::Part("=")),
            _ => (&mut decl.over, Place::Part("over")),
        };
        let value = self.value(inner, &place);
        slot.get_or_insert(value);
    }

    fn strategy(&mut self, pair: Pair) -> Option<Call> {
        if pair.as_rule() != Rule::strategy {
            self.explain_value(self.range(&pair), &Place::Part("by"));
            return None;
        }
        let span = self.span(&pair);
        let mut inner = pair.into_inner();
        let callee = self.path(inner.next()?);
        let arguments = inner.next();
        let parenthesised = arguments.is_some();
        let args = arguments.map(|arguments| self.arguments(arguments)).unwrap_or_default();
        Some(Call { callee, args, parenthesised, body: None, span })
    }

    fn check_order(&mut self, reached: Option<usize>, pair: &Pair) {
        let (Some(own), Some(last)) = (rank(pair.as_rule()), reached) else { return };
        let name = ORDER[own].1;
        let message = match own.cmp(&last) {
            std::cmp::Ordering::Greater => return,
            std::cmp::Ordering::Equal => format!("{name} of a declaration is written once"),
            std::cmp::Ordering::Less => format!("{name} of a declaration stands before {}", ORDER[last].1),
        };
        let range = self.range(pair);
        if !self.report.covers(range.clone()) {
            let problem = self.report.at(&codes::MALFORMED_DECLARATION, range, message);
            self.report.push(problem.help(
                "the parts of a declaration, each where it applies: `keyword name(parameters): kind by STRATEGY from VALUE = VALUE over VALUE { … }`",
            ));
        }
    }

    fn parameters(&mut self, pairs: Vec<Pair>) -> Vec<Parameter> {
        let count = pairs.len();
        let mut parameters = Vec::with_capacity(count);
        for (index, pair) in pairs.into_iter().enumerate() {
            let span = self.span(&pair);
            let docs = self.docs.take(self.range(&pair).start);
            let mut after_colon = false;
            let (mut name, mut kind, mut default): (_, Option<Expr>, Option<Expr>) = (None, None, None);
            for part in pair.into_inner() {
                match part.as_rule() {
                    Rule::word => name = Some(self.ident(&part)),
                    Rule::broken_item => {
                        if span.is_empty() && index > 0 && index + 1 == count {
                            break;
                        }
                        self.explain_parameter(self.range(&part), count);
                    }
                    Rule::colon => after_colon = true,
                    _ if std::mem::take(&mut after_colon) => kind = Some(self.value(part, &Place::Part(":"))),
                    _ => default = Some(self.value(part, &Place::Part("="))),
                }
            }
            parameters.extend(name.map(|name| Parameter { docs, name, kind, default, span }));
        }
        parameters
    }

    pub(super) fn use_item(&mut self, range: Range<usize>) -> Option<Use> {
        let pairs = self.pairs(Rule::use_piece, range.clone())?;
        let span = self.report.span(range.clone());
        let (mut source, mut names, mut broken) = (None, None, None);
        for pair in pairs {
            match pair.as_rule() {
                Rule::string => {
                    source = Some(UseSource::File { path: self.string(&pair), span: self.span(&pair) });
                }
                Rule::path => source = Some(UseSource::Std(self.path(pair))),
                Rule::use_names => {
                    let mut found = Vec::new();
                    for name in pair.into_inner() {
                        match name.as_rule() {
                            Rule::word => found.push(self.ident(&name)),
                            _ => found.extend(self.explain_use_name(self.range(&name))),
                        }
                    }
                    names = Some(found);
                }
                Rule::rest => broken = Some(self.range(&pair)),
                _ => {}
            }
        }
        match (source, names, broken) {
            (Some(source), Some(names), None) => Some(Use { source, names, span }),
            (source, names, broken) => self.explain_use(source, names, broken, range),
        }
    }
}
