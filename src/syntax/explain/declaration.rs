//! What is wrong around declarations: their heads, `use`, and lines that belong to none.

use std::ops::Range;

use crate::diag::codes::syntax as codes;
use crate::diag::suggest;
use crate::syntax::build::Builder;
use crate::syntax::token::{Bracket, Token, TokenKind};
use crate::syntax::tree::{Decl, Ident, Keyword, Use, UseSource};
use crate::syntax::words::{self, KEYWORDS, PART_WORDS, keyword};

impl Builder<'_, '_> {
    /// The keyword that a misspelt one was meant to be (reported), if the line has the shape of a declaration.
    pub(in crate::syntax) fn meant_keyword(&mut self, piece: Range<usize>) -> Option<Keyword> {
        let first = self.declaration_shape(&piece)?;
        let written = first.text(self.text);
        let meant = words::meant(written)?;
        let problem = self
            .report
            .at(&codes::UNKNOWN_DECLARATION, first.range(), format!("`{written}` does not start a declaration"))
            .surely_meant(Some(meant));
        self.report.push(problem);
        keyword(meant)
    }

    /// Reports a line that has the shape of a declaration and starts with no known word. False for other lines.
    pub(in crate::syntax) fn declares_unknown(&mut self, piece: Range<usize>) -> bool {
        let Some(first) = self.declaration_shape(&piece) else { return false };
        let written = first.text(self.text);
        if words::meant(written).is_some() {
            // Meant to be `use`: reported with its keyword.
            return true;
        }
        let problem = self
            .report
            .at(&codes::UNKNOWN_DECLARATION, first.range(), format!("`{written}` does not start a declaration"))
            .help(format!("declarations start with {}", listed()));
        self.report.push(problem);
        true
    }

    /// The first token, if it is a word that is followed by a name or a brace.
    fn declaration_shape(&self, piece: &Range<usize>) -> Option<Token> {
        let tokens = self.scan.tokens[piece.clone()].iter().filter(|token| !token.kind.is_trivia());
        let mut tokens = tokens.copied();
        let first = tokens.next().filter(|first| first.kind == TokenKind::Word)?;
        let second = tokens.next()?;
        let names = second.kind == TokenKind::Word && tokens.next().is_some();
        let shaped = names || matches!(second.kind, TokenKind::Open(Bracket::Curly));
        (shaped && !self.report.covers(first.range())).then_some(first)
    }

    /// Reports lines that belong to no declaration.
    pub(in crate::syntax) fn stray(&mut self, range: Option<Range<usize>>) {
        let Some(range) = range else { return };
        let problem = self
            .report
            .at(&codes::UNKNOWN_DECLARATION, range, "this belongs to no declaration")
            .help(format!("declarations start with {}; entries stand inside the `{{ }}` of one", listed()));
        self.report.push(problem);
    }

    pub(in crate::syntax) fn missing_name(&mut self, decl: &Decl) {
        let word = decl.keyword.text();
        let place = decl.keyword_span.range().end;
        if self.report.covers(place..place + 1) {
            return;
        }
        let problem = self
            .report
            .at(&codes::MISSING_NAME, place..place, format!("expected a name after `{word}`"))
            .help(format!("write `{word} NAME …`, with a name of your choice"));
        self.report.push(problem);
    }

    /// Reports what stands between the parts of a declaration; gives its name, if that is what stands there in quotes.
    pub(in crate::syntax) fn explain_skipped(
        &mut self,
        decl: &Decl,
        range: Range<usize>,
        after_block: bool,
    ) -> Option<Ident> {
        if self.report.covers(range.clone()) {
            return None;
        }
        let tokens = self.tokens(range.clone());
        let token = tokens.first().copied()?;
        let written = token.text(self.text);
        let keyword = decl.keyword.text();
        let named = decl.name.as_ref().map_or(keyword, |name| name.name.as_str());
        let at = |message: String| self.report.at(&codes::MALFORMED_DECLARATION, token.range(), message);
        let problem = match token.kind {
            _ if after_block && token.kind == TokenKind::Arrow => at("a chain cannot go on behind a block".into())
                .help("the chain stands before the `{`; only `repeat(…)` and `each(…)` take a chain in braces"),
            _ if after_block => at(format!("`{written}` cannot stand behind the block of a declaration"))
                .help("start the next declaration on its own line"),
            TokenKind::Arrow => at("expected a source before this chain".into())
                .help(format!("say where the data comes from: `{keyword} {named} from SOURCE -> …`")),
            TokenKind::Word => {
                let problem = at(format!("`{written}` cannot stand here"));
                let joined = decl.name.as_ref().filter(|_| suggest::closest(written, PART_WORDS).is_none());
                let missing = joined.and_then(|name| Some((name, self.missing_joint(decl)?)));
                match (missing, suggest::closest(written, PART_WORDS)) {
                    (Some((name, joint)), _) => {
                        let place = name.span.end as usize..token.start as usize;
                        let rest = self.excerpt(&self.tokens(token.start as usize..range.end));
                        let gap = self.report.span(place.clone());
                        self.report
                            .at(
                                &codes::MALFORMED_DECLARATION,
                                token.range(),
                                format!("expected `{}` between `{}` and `{written}`", joint.trim(), name.name),
                            )
                            .help(format!("write `{keyword} {}{joint}{rest}`", name.name))
                            .fix(format!("write `{}`", joint.trim()), gap, joint)
                    }
                    (None, Some(meant)) => problem.did_you_mean(written, [meant]),
                    (None, None) => problem.help(format!(
                        "after `{named}` comes `:` with a kind, `by` with a strategy, `from` with a source, `=` with a value, or a `{{`"
                    )),
                }
            }
            TokenKind::String if decl.name.is_none() && words::is_name(written.trim_matches('"')) => {
                let name = written.trim_matches('"');
                let span = self.report.span(token.range());
                at("the name of a declaration stands without quotes".into())
                    .help(format!("write `{keyword} {name}`"))
                    .fix(format!("write `{name}`"), span, name)
            }
            TokenKind::String | TokenKind::Number if decl.name.is_none() => {
                at(format!("expected a name after `{keyword}`, not `{written}`"))
                    .help("a name is a single word that starts with a letter, without quotes")
            }
            TokenKind::Comma => at("a declaration has no commas between its parts".into()),
            TokenKind::Dot => at("the name of a declaration has no dots in it".into()),
            _ => at(format!("`{written}` cannot stand here")).help(format!(
                "after `{named}` comes `:` with a kind, `by` with a strategy, `from` with a source, `=` with a value, or a `{{`"
            )),
        };
        self.report.push(problem);
        let quoted = token.text(self.text).trim_matches('"');
        let is_name = token.kind == TokenKind::String && tokens.len() == 1 && words::is_name(quoted);
        is_name.then(|| Ident { name: quoted.to_string(), span: self.report.span(token.range()) })
    }

    /// What has to join the name of a declaration to what follows, if that is certain.
    fn missing_joint(&self, decl: &Decl) -> Option<&'static str> {
        match decl.keyword {
            Keyword::Data | Keyword::Task | Keyword::Param | Keyword::Instance if decl.kind.is_none() => Some(": "),
            Keyword::Input | Keyword::Shared if decl.from.is_none() && decl.by.is_none() => Some(" from "),
            Keyword::Let if decl.value.is_none() => Some(" = "),
            _ => None,
        }
    }

    pub(in crate::syntax) fn explain_parameter(&mut self, range: Range<usize>, count: usize) {
        if self.report.covers(range.clone()) {
            return;
        }
        let tokens = self.tokens(range.clone());
        let message = match tokens.first() {
            None if count == 1 => "there are no parameters in these parentheses",
            None => "there is nothing before this comma",
            Some(_) => "this is not a parameter",
        };
        let problem = self.report.at(&codes::MALFORMED_DECLARATION, range, message);
        let help = if tokens.is_empty() && count == 1 {
            "leave the parentheses out"
        } else {
            "a parameter is written `channels: int` or `channels: int = 64`"
        };
        self.report.push(problem.help(help));
    }

    /// Reports what is no name to use; gives the name, if it only stands in quotes.
    pub(in crate::syntax) fn explain_use_name(&mut self, range: Range<usize>) -> Option<Ident> {
        if self.report.covers(range.clone()) {
            return None;
        }
        let tokens = self.tokens(range.clone());
        let quoted = match tokens.as_slice() {
            [only] if only.kind == TokenKind::String => Some(only.text(self.text).trim_matches('"').to_string()),
            _ => None,
        };
        let span = self.report.span(range.clone());
        let quoted = quoted.filter(|name| words::is_name(name));
        let problem = match &quoted {
            Some(name) => self
                .report
                .at(&codes::MALFORMED_USE, range, "names to use stand without quotes")
                .help(format!("write `{name}`"))
                .fix(format!("write `{name}`"), span, name.as_str()),
            None => self
                .report
                .at(&codes::MALFORMED_USE, range, "this is not a name to use")
                .help("write `use std.tasks.{classification, binary}`"),
        };
        self.report.push(problem);
        quoted.map(|name| Ident { name, span })
    }

    /// Reports a `use` that has a mistake, and returns what it most likely means.
    pub(in crate::syntax) fn explain_use(
        &mut self,
        source: Option<UseSource>,
        names: Option<Vec<Ident>>,
        broken: Option<Range<usize>>,
        range: Range<usize>,
    ) -> Option<Use> {
        let span = self.report.span(range.clone());
        if self.report.covers(range.clone()) {
            return Some(Use { source: source?, names: names?, span });
        }
        let shape = "write `use std.tasks.{classification, binary}` or `use \"blocks.mtl\".{residual}`";
        let problem = match (&source, &names, &broken) {
            (Some(UseSource::Std(path)), None, None) if path.parts.len() > 2 => {
                let mut parts = path.parts.clone();
                let name = parts.pop()?;
                let place = name.span;
                let text = format!("{{{}}}", name.name);
                let problem = self
                    .report
                    .at(&codes::MALFORMED_USE, place.range(), "the names to use stand in braces")
                    .fix(format!("write `{text}`"), place, text);
                self.report.push(problem);
                let end = parts.last()?.span;
                let path = crate::syntax::tree::Path { span: path.span.to(end), parts };
                return Some(Use { source: UseSource::Std(path), names: vec![name], span });
            }
            (None, ..) => self.report.at(&codes::MALFORMED_USE, range.clone(), "expected what to use after `use`"),
            (Some(_), None, _) => {
                let end = range.end;
                let place = broken.clone().unwrap_or(end..end);
                self.report.at(&codes::MALFORMED_USE, place, "expected the names to use, in braces")
            }
            (Some(_), Some(_), _) => {
                let place = broken.clone().unwrap_or(range.clone());
                self.report.at(&codes::MALFORMED_USE, place, "this cannot stand behind the names to use")
            }
        };
        self.report.push(problem.help(shape));
        Some(Use { source: source?, names: names?, span })
    }
}

/// The words that start a declaration, for help texts.
fn listed() -> String {
    let quoted: Vec<String> = KEYWORDS.iter().map(|word| format!("`{word}`")).collect();
    match quoted.split_last() {
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
        None => String::new(),
    }
}
