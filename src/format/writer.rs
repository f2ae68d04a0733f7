//! Lays out groups, entries and chains.

use super::group::{Content, Group, GroupKind, Node, Part, Remark, Role};
use super::lines::{Lines, MAX_WIDTH};
use super::measure::{self, spaced};
use crate::syntax::token::TokenKind;

const STEP: usize = 2;

/// Lines of a chain stand under its first `->` if that is not further right than this.
const MAX_HANG: usize = 60;

/// The whole file.
pub(super) fn write(text: &str, content: &Content) -> String {
    let mut writer = Writer { text, lines: Lines::new() };
    let mut after_docs = false;
    // Blank lines at the beginning of the file are dropped, one behind its docs is made.
    for remark in &content.opening {
        writer.own_line(remark, 0, false);
    }
    for part in &content.parts {
        for remark in &part.before {
            let is_doc = remark.token.kind == TokenKind::FileDoc;
            writer.own_line(remark, 0, remark.blank || (after_docs && !is_doc));
            after_docs = is_doc;
        }
        writer.lines.start(0, part.blank || after_docs);
        after_docs = false;
        writer.run(&part.nodes, Run { base: 0, hang: STEP, under_arrow: false, free: false, tail: 0 });
        writer.remarks(&part.after, 0);
    }
    for remark in &content.closing {
        let is_doc = remark.token.kind == TokenKind::FileDoc;
        writer.own_line(remark, 0, remark.blank || (after_docs && !is_doc));
        after_docs = is_doc;
    }
    writer.lines.finish()
}

/// How to lay out neighbours that may need several lines.
#[derive(Clone, Copy)]
struct Run {
    /// Where its first line starts.
    base: usize,
    /// Where its other lines start.
    hang: usize,
    /// True if they start under the first arrow instead, should that stand on the first line.
    under_arrow: bool,
    /// True inside `( )` and `[ ]`, where a line may end anywhere.
    free: bool,
    /// The width of what follows on the last line.
    tail: usize,
}

struct Writer<'a> {
    text: &'a str,
    lines: Lines,
}

impl<'a> Writer<'a> {
    // ----------------------------------------------------------------------------------- comments

    fn comment(&mut self, remark: &Remark) {
        let written = remark.token.text(self.text);
        let marker = match remark.token.kind {
            TokenKind::Doc => "///",
            TokenKind::FileDoc => "//!",
            _ => return self.lines.put(written),
        };
        let inside = &written[marker.len()..];
        self.lines.put(marker);
        if !inside.is_empty() && !inside.starts_with(' ') {
            self.lines.put(" ");
        }
        self.lines.put(inside);
    }

    fn own_line(&mut self, remark: &Remark, indent: usize, blank: bool) {
        self.lines.start(indent, blank);
        self.comment(remark);
    }

    /// Comments behind something: the first on its line, others below.
    fn remarks(&mut self, remarks: &[Remark], indent: usize) {
        for (index, remark) in remarks.iter().enumerate() {
            if index > 0 {
                self.lines.start(indent, false);
            } else {
                self.lines.put("  ");
            }
            self.comment(remark);
        }
    }

    // --------------------------------------------------------------------------------- neighbours

    /// Writes neighbours, on several lines where they need it.
    fn run(&mut self, nodes: &[Node], run: Run) {
        let Run { base, mut hang, mut under_arrow, free, tail } = run;
        // Whether a comment ends the line, and whether the chain has been broken.
        let (mut ended, mut broken) = (false, false);
        for (index, node) in nodes.iter().enumerate() {
            let space = index > 0 && spaced(&nodes[index - 1], node);
            let (breaks, kind) = match node {
                Node::Remark(remark) => {
                    if remark.own_line() || ended {
                        self.lines.start(hang, remark.blank);
                    } else {
                        self.lines.put("  ");
                    }
                    self.comment(remark);
                    ended = true;
                    under_arrow = false;
                    continue;
                }
                Node::Leaf(leaf) => (leaf.breaks, Some(leaf.token.kind)),
                Node::Group(_) => (0, None),
            };
            let block = matches!(node, Node::Group(group) if group.kind == GroupKind::Block);
            let arrow = kind == Some(TokenKind::Arrow);
            let may_end = arrow || (free && is_operator(node));
            let apart = block && (ended || broken);
            let fresh = hang;
            let overflows = |writer: &Self| !writer.lines.fits(1 + writer.segment(&nodes[index..], fresh, free, tail));
            if apart {
                self.lines.start(base, false);
            } else if ended || (arrow && breaks > 0) || (index > 0 && may_end && overflows(self)) {
                self.lines.start(hang, breaks > 1);
                broken |= arrow;
            } else if space {
                self.lines.put(" ");
            }
            ended = false;
            if arrow && std::mem::take(&mut under_arrow) && !broken && self.lines.column <= MAX_HANG {
                hang = self.lines.column;
            }
            match node {
                Node::Leaf(leaf) => self.lines.put(leaf.token.text(self.text)),
                Node::Group(group) => {
                    let fits = group
                        .width
                        .is_some_and(|width| self.lines.fits(width + self.until_break(&nodes[index..], free, tail)));
                    if fits && !apart {
                        self.flat_group(group);
                    } else {
                        self.broken_group(group);
                    }
                }
                Node::Remark(_) => {}
            }
        }
    }

    /// The width from a place where the line may end up to the next one, or up to a bracket behind which the line ends: of
    /// a `{…}` that was written on several lines, or of one that will be, since it is too wide for a line of its own, which
    /// would begin at `fresh`. Written once, the two look alike, so they must be measured alike.
    fn segment(&self, nodes: &[Node], fresh: usize, free: bool, tail: usize) -> usize {
        let mut sum = 0;
        for (index, node) in nodes.iter().enumerate() {
            if index > 0 {
                if is_break(node, free) {
                    return sum;
                }
                sum += usize::from(spaced(&nodes[index - 1], node));
            }
            match node {
                Node::Leaf(leaf) => sum += measure::width(leaf.token.text(self.text)),
                Node::Group(group) => {
                    let stays = |width: &usize| {
                        let whole = fresh + sum + width + self.until_break(&nodes[index..], free, tail);
                        group.kind != GroupKind::Block && (whole <= MAX_WIDTH || !measure::has_curly(group))
                    };
                    match group.width.filter(stays) {
                        Some(width) => sum += width,
                        None => return sum + 1,
                    }
                }
                Node::Remark(_) => return sum,
            }
        }
        sum + tail
    }

    /// The width behind the first of these nodes, up to the next place where the line may end.
    fn until_break(&self, nodes: &[Node], free: bool, tail: usize) -> usize {
        let mut sum = 0;
        for pair in nodes.windows(2) {
            if is_break(&pair[1], free) {
                return sum;
            }
            sum += usize::from(spaced(&pair[0], &pair[1]));
            match &pair[1] {
                Node::Leaf(leaf) => sum += measure::width(leaf.token.text(self.text)),
                Node::Group(_) => return sum + 1,
                Node::Remark(_) => return sum,
            }
        }
        sum + tail
    }

    // ------------------------------------------------------------------------------------- groups

    fn flat(&mut self, nodes: &[Node]) {
        for (index, node) in nodes.iter().enumerate() {
            if index > 0 && spaced(&nodes[index - 1], node) {
                self.lines.put(" ");
            }
            match node {
                Node::Leaf(leaf) => self.lines.put(leaf.token.text(self.text)),
                Node::Group(group) => self.flat_group(group),
                Node::Remark(_) => {}
            }
        }
    }

    fn flat_group(&mut self, group: &Group) {
        let space = if group.kind.is_curly() && !group.content.parts.is_empty() { " " } else { "" };
        self.lines.put(group.open.text(self.text));
        self.lines.put(space);
        for (index, part) in group.content.parts.iter().enumerate() {
            if index > 0 {
                self.lines.put(", ");
            }
            self.flat(&part.nodes);
        }
        self.lines.put(space);
        self.close(group);
    }

    fn close(&mut self, group: &Group) {
        if let Some(close) = group.close {
            self.lines.put(close.text(self.text));
        }
    }

    fn broken_group(&mut self, group: &Group) {
        let outer = self.lines.indent;
        let inner = outer + STEP;
        let content = &group.content;
        self.lines.put(group.open.text(self.text));
        self.remarks(&content.opening, inner);
        let commented = content.parts.iter().any(|part| !part.before.is_empty() || !part.after.is_empty());
        if group.kind.is_curly() {
            self.entries(&content.parts, inner);
        } else if !commented && content.parts.len() > 1 && content.parts.iter().all(measure::plain) {
            self.filled(&content.parts, inner);
        } else {
            self.items(group, inner);
        }
        for (index, remark) in content.closing.iter().enumerate() {
            let blank = remark.blank && group.kind.is_curly() && (index > 0 || !content.parts.is_empty());
            self.own_line(remark, inner, blank);
        }
        if !(content.parts.is_empty() && content.opening.is_empty() && content.closing.is_empty()) {
            self.lines.start(outer, false);
        }
        self.close(group);
    }

    /// One item per line.
    fn items(&mut self, group: &Group, indent: usize) {
        let comma = group.kind != GroupKind::Paren;
        for part in &group.content.parts {
            for remark in &part.before {
                self.own_line(remark, indent, false);
            }
            self.lines.start(indent, false);
            let run =
                Run { base: indent, hang: indent + STEP, under_arrow: false, free: true, tail: usize::from(comma) };
            self.run(&part.nodes, run);
            if comma {
                self.lines.put(",");
            }
            self.remarks(&part.after, indent);
        }
    }

    /// As many items per line as fit.
    fn filled(&mut self, parts: &[Part], indent: usize) {
        self.lines.start(indent, false);
        for (index, part) in parts.iter().enumerate() {
            let width = measure::nodes(self.text, &part.nodes).unwrap_or(0) + 1;
            if index > 0 {
                if self.lines.fits(width + 1) {
                    self.lines.put(" ");
                } else {
                    self.lines.start(indent, false);
                }
            }
            self.flat(&part.nodes);
            self.lines.put(",");
        }
    }

    // ------------------------------------------------------------------------------------ entries

    /// One entry per line, the values of neighbouring ones in one column.
    fn entries(&mut self, parts: &[Part], indent: usize) {
        let mut next = 0;
        let mut first = true;
        while next < parts.len() {
            let count = alike(&parts[next..]);
            let run = &parts[next..next + count];
            let key = run.iter().filter_map(|part| self.key_width(part)).max().unwrap_or(0);
            for part in run {
                for remark in &part.before {
                    self.own_line(remark, indent, remark.blank && !first);
                    first = false;
                }
                self.lines.start(indent, part.blank && !first);
                first = false;
                self.entry(part, key, indent);
                self.remarks(&part.after, indent);
            }
            next += count;
        }
    }

    fn key_width(&self, part: &Part) -> Option<usize> {
        let (at, _) = separator(part)?;
        measure::nodes(self.text, &part.nodes[..at])
    }

    /// The names of an entry, as many per line as fit.
    fn names(&mut self, nodes: &[Node], hang: usize) {
        for (index, name) in nodes.split_inclusive(is_comma).enumerate() {
            // The `:` behind the last one stays on its line.
            let width = measure::nodes(self.text, name).unwrap_or(0) + 1;
            if index > 0 && self.lines.fits(width + 1) {
                self.lines.put(" ");
            } else if index > 0 {
                self.lines.start(hang, false);
            }
            self.flat(name);
        }
    }

    fn entry(&mut self, part: &Part, key: usize, indent: usize) {
        let mut value = part.nodes.as_slice();
        if let (Some((at, kind)), Some(width)) = (separator(part), self.key_width(part)) {
            self.names(&part.nodes[..at], indent + STEP);
            if kind == TokenKind::Equals {
                self.lines.spaces(key - width);
                self.lines.put(" = ");
            } else {
                self.lines.put(":");
                self.lines.spaces(key - width + 1);
            }
            value = &part.nodes[at + 1..];
        }
        self.run(value, Run { base: indent, hang: indent + STEP, under_arrow: true, free: false, tail: 0 });
    }
}

/// True for an entry of several names: `a, b: number`.
fn lists_names(part: &Part) -> bool {
    part.nodes.iter().take_while(|node| !is_colon(node)).any(is_comma)
}

fn is_comma(node: &Node) -> bool {
    matches!(node, Node::Leaf(leaf) if leaf.token.kind == TokenKind::Comma)
}

fn is_colon(node: &Node) -> bool {
    matches!(node, Node::Leaf(leaf) if leaf.token.kind == TokenKind::Colon)
}

/// Where the `:` or `=` of an entry stands.
fn separator(part: &Part) -> Option<(usize, TokenKind)> {
    for (at, node) in part.nodes.iter().enumerate() {
        match node {
            Node::Leaf(leaf) if matches!(leaf.token.kind, TokenKind::Colon | TokenKind::Equals) => {
                return Some((at, leaf.token.kind));
            }
            Node::Leaf(leaf) if matches!(leaf.token.kind, TokenKind::Word | TokenKind::DotDot | TokenKind::Comma) => {}
            _ => return None,
        }
    }
    None
}

/// How many of these entries, at least one, have their values in one column: up to a blank line or another form.
fn alike(parts: &[Part]) -> usize {
    // Several names would push the values of their neighbours far to the right.
    let form = |part: &Part| separator(part).map(|(_, kind)| kind).filter(|_| !lists_names(part));
    let Some(first) = parts.first().and_then(form) else { return 1 };
    let apart = |part: &Part| part.blank || part.before.iter().any(|remark| remark.blank);
    1 + parts[1..].iter().take_while(|part| !apart(part) && form(part) == Some(first)).count()
}

fn is_operator(node: &Node) -> bool {
    matches!(node, Node::Leaf(leaf) if leaf.token.kind == TokenKind::Operator && leaf.role == Role::Plain)
}

fn is_break(node: &Node, free: bool) -> bool {
    matches!(node, Node::Leaf(leaf) if leaf.token.kind == TokenKind::Arrow) || (free && is_operator(node))
}
