//! From the flat list of tokens to brackets and what stands between them, with comments where they belong.

use super::measure;
use crate::syntax::PART_WORDS;
use crate::syntax::token::{Bracket, Token, TokenKind};

/// Words behind which a value begins, and which call nothing.
const JOINTS: [&str; 6] = ["and", "else", "if", "not", "or", "then"];

/// A comment, doc comments among them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Remark {
    pub token: Token,
    /// True if a blank line stands before it.
    pub blank: bool,
}

impl Remark {
    pub fn own_line(&self) -> bool {
        self.token.first
    }
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Leaf {
    pub token: Token,
    /// Line ends before it, since the last token or comment.
    pub breaks: usize,
    pub role: Role,
}

/// What an operator is to its neighbours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// It stands between two spaces, or is no operator.
    Plain,
    /// A minus in front of a value.
    Sign,
    /// The `/` of `1/3`, between two plain numbers, and the `*` in the midst of a pattern.
    Fraction,
    /// The `*` at the end of a pattern: `bill_*`.
    End,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum GroupKind {
    /// `(…)` and `[…]` behind a name: arguments, parameters, a shape.
    Attached,
    /// `[…]` behind any other name than `number`: columns, in which a `*` is part of a name.
    Selection,
    /// The `[…]` of `* except [a, b_*]`.
    Except,
    /// `(…)` around one expression.
    Paren,
    /// `[…]` on its own.
    List,
    /// The `{…}` of a `use`.
    Names,
    /// The `{…}` of a declaration or a field.
    Block,
    /// The `{…}` of `repeat` and `each`.
    Body,
}

impl GroupKind {
    /// True for the kinds whose parts stand on lines of their own and need no comma.
    pub fn is_curly(self) -> bool {
        matches!(self, GroupKind::Block | GroupKind::Body)
    }

    /// True for what follows a name without a space.
    pub fn is_attached(self) -> bool {
        matches!(self, GroupKind::Attached | GroupKind::Selection)
    }
}

#[derive(Debug)]
pub(super) struct Group {
    pub kind: GroupKind,
    pub open: Token,
    pub close: Option<Token>,
    pub content: Content,
    /// As one line; `None` if it cannot be one.
    pub width: Option<usize>,
}

#[derive(Debug)]
pub(super) enum Node {
    Leaf(Leaf),
    Remark(Remark),
    Group(Group),
}

/// What stands between two commas or line ends: a declaration, an entry, an argument.
#[derive(Debug, Default)]
pub(super) struct Part {
    /// Comments on the lines before it.
    pub before: Vec<Remark>,
    /// True if a blank line stands between those and it.
    pub blank: bool,
    pub nodes: Vec<Node>,
    /// Comments behind it.
    pub after: Vec<Remark>,
}

impl Part {
    /// True for names (or the texts of a `map`) alone, so that a comma behind them leads to another name.
    fn is_names(&self) -> bool {
        let name = |node: &Node| match node {
            Node::Leaf(leaf) => {
                use TokenKind::{Comma, Dot, DotDot, String, Word};
                matches!(leaf.token.kind, Word | Dot | DotDot | Comma | String)
            }
            Node::Remark(_) => true,
            Node::Group(_) => false,
        };
        !self.nodes.is_empty() && !self.goes_on() && self.nodes.iter().rev().all(name)
    }

    /// True behind a comma between names.
    fn goes_on(&self) -> bool {
        matches!(self.nodes.last(), Some(Node::Leaf(leaf)) if leaf.token.kind == TokenKind::Comma)
    }
}

/// What stands inside brackets, or in the file.
#[derive(Debug, Default)]
pub(super) struct Content {
    /// Comments behind the opening bracket.
    pub opening: Vec<Remark>,
    pub parts: Vec<Part>,
    /// Comments on lines of their own behind the last part.
    pub closing: Vec<Remark>,
    /// True if it was written on several lines.
    pub many_lines: bool,
}

/// The content of a file: its declarations.
pub(super) fn content(text: &str, tokens: &[Token]) -> Content {
    let mut reader = Reader { text, tokens, at: 0 };
    let mut whole = Content::default();
    // A closing bracket without a partner is an error, and errors are not formatted; but nothing may be lost.
    while reader.at < tokens.len() {
        let mut more = reader.content(None);
        whole.opening.append(&mut more.opening);
        whole.parts.append(&mut more.parts);
        whole.closing.append(&mut more.closing);
        reader.at += 1;
    }
    whole
}

struct Reader<'a> {
    text: &'a str,
    tokens: &'a [Token],
    at: usize,
}

impl Reader<'_> {
    /// Reads up to the closing bracket, or to the end. `within` is `None` for the file.
    fn content(&mut self, within: Option<GroupKind>) -> Content {
        let by_line = within.is_none_or(|kind| kind.is_curly() || kind == GroupKind::Names);
        let mut content = Content::default();
        let mut part = Part::default();
        // Comments since the last token; whether the part before them has ended.
        let mut remarks: Vec<Remark> = Vec::new();
        let mut ended = true;
        let mut breaks = 0;
        while let Some(token) = self.tokens.get(self.at).copied() {
            match token.kind {
                TokenKind::LineEnd | TokenKind::Gap => {
                    breaks += 1;
                    content.many_lines = true;
                    ended |= by_line && token.kind == TokenKind::LineEnd && !part.goes_on();
                }
                kind if kind.is_comment() => remarks.push(Remark { token, blank: std::mem::take(&mut breaks) > 1 }),
                // Between the names of one entry: `a, b: number`.
                TokenKind::Comma if within == Some(GroupKind::Block) && !ended && part.is_names() => {
                    part.nodes.extend(remarks.drain(..).map(Node::Remark));
                    part.nodes.push(Node::Leaf(Leaf { token, breaks: 0, role: Role::Plain }));
                    breaks = 0;
                }
                TokenKind::Comma => {
                    ended = true;
                    breaks = 0;
                }
                TokenKind::Close(_) => break,
                kind => {
                    ended |= within == Some(GroupKind::Block) && closed(&part.nodes) && self.starts_entry();
                    if std::mem::take(&mut ended) {
                        finish(&mut content, &mut part, &mut remarks);
                        part.before = std::mem::take(&mut remarks);
                        part.blank = breaks > 1;
                    }
                    part.nodes.extend(remarks.drain(..).map(Node::Remark));
                    let breaks = std::mem::take(&mut breaks);
                    let node = match kind {
                        TokenKind::Open(bracket) => Node::Group(self.group(bracket, &part.nodes, within)),
                        _ => {
                            let role = self.role(token, &part.nodes, within);
                            Node::Leaf(Leaf { token, breaks, role })
                        }
                    };
                    part.nodes.push(node);
                }
            }
            self.at += 1;
        }
        finish(&mut content, &mut part, &mut remarks);
        content.closing = remarks;
        content
    }

    /// True at a name that is followed by what follows the names of an entry. A `map` may belong to what stands before it.
    fn starts_entry(&self) -> bool {
        let mut tokens = self.tokens[self.at..].iter().filter(|token| !token.kind.is_trivia());
        let name = tokens.next().filter(|token| token.kind == TokenKind::Word);
        let next = tokens.clone().next().map(|token| token.kind);
        if next == Some(TokenKind::Word) && name.is_some_and(|name| name.text(self.text) == "join") {
            return true;
        }
        let follows = matches!(
            tokens.next().map(|token| token.kind),
            Some(
                TokenKind::Colon
                    | TokenKind::Comma
                    | TokenKind::Equals
                    | TokenKind::Dot
                    | TokenKind::DotDot
                    | TokenKind::Open(Bracket::Curly)
            )
        );
        follows && name.is_some_and(|name| name.text(self.text) != "map")
    }

    /// Reads a group whose opening bracket is the token at hand; ends at its closing one.
    fn group(&mut self, bracket: Bracket, before: &[Node], within: Option<GroupKind>) -> Group {
        let open = self.tokens[self.at];
        let kind = self.kind(bracket, before, within);
        self.at += 1;
        let content = self.content(Some(kind));
        let close = self.tokens.get(self.at).copied();
        let mut group = Group { kind, open, close, content, width: None };
        group.width = measure::group(self.text, &group);
        group
    }

    fn kind(&self, bracket: Bracket, before: &[Node], within: Option<GroupKind>) -> GroupKind {
        let last = before.last();
        let word = |node: Option<&Node>| match node {
            Some(Node::Leaf(leaf)) if leaf.token.kind == TokenKind::Word => leaf.token.text(self.text),
            _ => "",
        };
        match bracket {
            Bracket::Curly => {
                let looper = |node: Option<&Node>| matches!(word(node), "repeat" | "each");
                let called = match last {
                    Some(Node::Group(group)) if group.kind.is_attached() => before.iter().nth_back(1),
                    last => last,
                };
                match last {
                    Some(Node::Leaf(leaf)) if leaf.token.kind == TokenKind::Dot => GroupKind::Names,
                    // At the start of an entry, `repeat {` is a field of that name.
                    _ if looper(called) && (before.len() > 1 || within != Some(GroupKind::Block)) => GroupKind::Body,
                    _ => GroupKind::Block,
                }
            }
            _ => {
                let selects = matches!(within, Some(GroupKind::Selection | GroupKind::Except));
                let part_word = within.is_none() && PART_WORDS.contains(&word(last));
                let joint = JOINTS.contains(&word(last)) || (word(last) == "in" && bracket == Bracket::Square);
                let name = !word(last).is_empty() && !part_word && !joint;
                let called = matches!(last, Some(Node::Group(group)) if group.kind.is_attached());
                // The keys of `join NAME: FORMAT(…) on [a, b]`.
                let keys = word(last) == "on" && word(before.first()) == "join" && !word(before.get(1)).is_empty();
                match bracket {
                    Bracket::Square if keys => GroupKind::List,
                    Bracket::Square if selects && word(last) == "except" && before.len() > 1 => GroupKind::Except,
                    Bracket::Square if name && word(last) != "number" => GroupKind::Selection,
                    _ if name || (called && bracket == Bracket::Square) => GroupKind::Attached,
                    Bracket::Round => GroupKind::Paren,
                    _ => GroupKind::List,
                }
            }
        }
    }

    fn role(&self, token: Token, before: &[Node], within: Option<GroupKind>) -> Role {
        let number = |token: Option<&Token>| token.is_some_and(|token| token.kind == TokenKind::Number);
        match token.text(self.text) {
            _ if token.kind != TokenKind::Operator => Role::Plain,
            "*" if matches!(within, Some(GroupKind::Selection | GroupKind::Except)) => self.wildcard(token),
            "-" if self.starts_operand(before, within) => Role::Sign,
            "/" if number(self.tokens.get(self.at + 1)) && number(self.tokens[..self.at].last()) => Role::Fraction,
            _ => Role::Plain,
        }
    }

    /// The `*` of a pattern keeps to the names that it touches.
    fn wildcard(&self, token: Token) -> Role {
        let before = self.tokens[..self.at].last().is_some_and(|before| before.end == token.start && is_name(*before));
        let after = self.tokens.get(self.at + 1).is_some_and(|after| after.start == token.end && is_name(*after));
        match (before, after) {
            (true, true) => Role::Fraction,
            (true, false) => Role::End,
            (false, true) => Role::Sign,
            (false, false) => Role::Plain,
        }
    }

    /// True if a value starts behind these nodes, so that a minus is a sign.
    fn starts_operand(&self, before: &[Node], within: Option<GroupKind>) -> bool {
        let last = before.iter().rev().find(|node| !matches!(node, Node::Remark(_)));
        match last {
            None => true,
            Some(Node::Leaf(leaf)) => match leaf.token.kind {
                TokenKind::Operator | TokenKind::Arrow | TokenKind::Colon | TokenKind::Equals => true,
                TokenKind::Word => {
                    let word = leaf.token.text(self.text);
                    JOINTS.contains(&word) || (within.is_none() && PART_WORDS.contains(&word))
                }
                _ => false,
            },
            Some(_) => false,
        }
    }
}

/// What a pattern is made of, beside its `*`. A digit alone would be a number.
fn is_name(token: Token) -> bool {
    matches!(token.kind, TokenKind::Word | TokenKind::Number | TokenKind::Operator)
}

/// True behind a `}`, which ends an entry of a block as a comma does.
fn closed(nodes: &[Node]) -> bool {
    matches!(nodes.last(), Some(Node::Group(group)) if group.kind.is_curly())
}

/// Ends a part: comments behind it on its last line belong to it, the others stay for what follows.
fn finish(content: &mut Content, part: &mut Part, remarks: &mut Vec<Remark>) {
    if !part.nodes.is_empty() {
        content.parts.push(std::mem::take(part));
    }
    let behind = remarks.iter().take_while(|remark| !remark.own_line()).count();
    let behind = remarks.drain(..behind);
    match content.parts.last_mut() {
        Some(last) => last.after.extend(behind),
        None => content.opening.extend(behind),
    }
}
