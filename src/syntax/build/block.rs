//! Blocks and their entries.

use super::Builder;
use crate::syntax::explain::Place;
use crate::syntax::grammar::{Pair, Rule};
use crate::syntax::tree::{Block, Entry, EntryKind, Expr, ExprKind, Field};

impl Builder<'_, '_> {
    pub(super) fn block(&mut self, pair: Pair) -> Block {
        let span = self.span(&pair);
        let entries = pair.into_inner().filter_map(|entry| self.entry(entry)).collect();
        Block { entries, span }
    }

    fn entry(&mut self, pair: Pair) -> Option<Entry> {
        let range = self.range(&pair);
        let docs = self.docs.take(range.start);
        let span = self.report.span(range.clone());
        let kind = match pair.as_rule() {
            Rule::assign => self.assign(pair)?,
            Rule::field => {
                let field = self.field(pair)?;
                if field.name.name.contains('.') && !self.dotted {
                    self.explain_dotted(field.name.span.range());
                    return None;
                }
                EntryKind::Field(field)
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
        let span = self.span(&pair);
        let mut inner = pair.into_inner();
        let mut names = inner.next()?.into_inner();
        let name = self.ident(&names.next()?);
        let to = names.next().map(|name| self.ident(&name));
        let mut field = Field { name, to, value: None, rename: None, block: None, span };
        for part in inner {
            match part.as_rule() {
                Rule::colon => {}
                Rule::rename => {
                    if let Some(text) = part.into_inner().find(|part| part.as_rule() == Rule::string) {
                        field.rename = Some((self.string(&text), self.span(&text)));
                    }
                }
                Rule::block => field.block = Some(self.block(part)),
                _ => {
                    let value = self.value(part, &Place::Field(&field.name.name));
                    field.value = Some(value);
                }
            }
        }
        Some(field)
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
