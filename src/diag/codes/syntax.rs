//! Codes of the scanner and the parser: what cannot be read, whatever it means.

use crate::declare_codes;

declare_codes! {
    /// A character means nothing in the language.
    ///
    /// Often it comes from another language (`;`, `#`, `=>`), or from a program that replaces quotes and minus signs
    /// with typographic ones. The message says what to write instead where that is known.
    ///
    /// ```mtl bad
    /// task probe(width: int = 1) {
    ///   label: number;
    ///   head:  dense(width)
    ///   loss:  mse
    /// }
    /// ```
    ///
    /// ```mtl good
    /// task probe(width: int = 1) {
    ///   label: number
    ///   head:  dense(width)
    ///   loss:  mse
    /// }
    /// ```
    pub UNEXPECTED_CHARACTER: "unexpected-character", fatal;

    /// A text in quotes does not end on its line.
    ///
    /// Text starts and ends with `"`. A quote inside is written `\"`.
    ///
    /// ```mtl bad
    /// use std.tasks.{regression}
    /// data flowers: csv("flowers.csv) { columns { length: number, width: number } }
    /// input length from flowers.length -> standardize
    /// task width: regression from length { label: flowers.width }
    /// ```
    ///
    /// ```mtl good
    /// use std.tasks.{regression}
    /// data flowers: csv("flowers.csv") { columns { length: number, width: number } }
    /// input length from flowers.length -> standardize
    /// task width: regression from length { label: flowers.width }
    /// ```
    pub UNCLOSED_STRING: "unclosed-string", fatal;

    /// A backslash inside a text is followed by a character that has no meaning there.
    ///
    /// A backslash starts one of `\"`, `\\`, `\n` (new line), `\t` (tab) and `\u{e9}` (a character by its number).
    /// Paths are written with `/` on every system.
    ///
    /// ```mtl bad
    /// use std.tasks.{regression}
    /// data flowers: csv("folder\flowers.csv") { columns { length: number, width: number } }
    /// input length from flowers.length -> standardize
    /// task width: regression from length { label: flowers.width }
    /// ```
    ///
    /// ```mtl good
    /// use std.tasks.{regression}
    /// data flowers: csv("folder/flowers.csv") { columns { length: number, width: number } }
    /// input length from flowers.length -> standardize
    /// task width: regression from length { label: flowers.width }
    /// ```
    pub BAD_ESCAPE: "bad-escape", fatal;

    /// Something starts like a number and is none.
    ///
    /// Numbers look like `64`, `0.5`, `1e-3`, `70%` (a share) or `0.1x` (a factor). A name starts with a letter or `_`.
    ///
    /// ```mtl bad
    /// task probe(delta: number = .5) {
    ///   label: number
    ///   head:  dense(1)
    ///   loss:  huber(delta: delta)
    /// }
    /// ```
    ///
    /// ```mtl good
    /// task probe(delta: number = 0.5) {
    ///   label: number
    ///   head:  dense(1)
    ///   loss:  huber(delta: delta)
    /// }
    /// ```
    pub BAD_NUMBER: "bad-number", fatal;

    /// A bracket has no partner.
    ///
    /// Every `(`, `[` and `{` is closed by its own `)`, `]` or `}`. Where one is missing, the parser goes on at the next
    /// declaration, so the rest of the file is checked all the same.
    ///
    /// ```mtl bad
    /// task probe(width: int = 1) {
    ///   label: number
    ///   head:  dense(width
    ///   loss:  mse
    /// }
    /// ```
    ///
    /// ```mtl good
    /// task probe(width: int = 1) {
    ///   label: number
    ///   head:  dense(width)
    ///   loss:  mse
    /// }
    /// ```
    pub UNMATCHED_BRACKET: "unmatched-bracket", fatal;

    /// Something is nested too deeply, too long to be read, or expands to too much.
    ///
    /// Brackets may be nested 64 deep, and one expression may hold 256 operators. Blocks and repeats may expand to 300,000
    /// layers. Nothing that a person writes comes near; a generated file that does can name its parts with `let` or `block`.
    ///
    /// ```mtl bad
    /// param deep: int = ((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((1))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))
    /// ```
    ///
    /// ```mtl good
    /// param width: int = 2 * (3 + 4)
    /// block tower(depth: int) { out: in -> dense(width) -> dense(depth) }
    /// ```
    pub TOO_COMPLEX: "too-complex", fatal;

    /// A line at the top level of a file starts no declaration.
    ///
    /// A file consists of declarations, and each starts with one of the language's keywords. Entries such as
    /// `epochs: 100` stand inside the braces of a declaration.
    ///
    /// ```mtl bad
    /// tsk probe(width: int = 1) {
    ///   label: number
    ///   head:  dense(width)
    ///   loss:  mse
    /// }
    /// ```
    ///
    /// ```mtl good
    /// task probe(width: int = 1) {
    ///   label: number
    ///   head:  dense(width)
    ///   loss:  mse
    /// }
    /// ```
    pub UNKNOWN_DECLARATION: "unknown-declaration", fatal;

    /// A declaration has no name.
    ///
    /// Everything but `weights`, `train` and `evaluate` is named, so that other declarations can refer to it.
    ///
    /// ```mtl bad
    /// task (width: int = 1) {
    ///   label: number
    ///   head:  dense(width)
    ///   loss:  mse
    /// }
    /// ```
    ///
    /// ```mtl good
    /// task probe(width: int = 1) {
    ///   label: number
    ///   head:  dense(width)
    ///   loss:  mse
    /// }
    /// ```
    pub MISSING_NAME: "missing-name", fatal;

    /// A part of a declaration stands in the wrong place, twice, or cannot be read.
    ///
    /// The parts of a declaration have one order: its name, parameters in parentheses, `:` with a kind, `by` with a
    /// strategy, `from` with a source, `=` with a value, `over` with a search space, and a block.
    ///
    /// ```mtl bad
    /// task probe width {
    ///   label: number
    ///   head:  dense(1)
    ///   loss:  mse
    /// }
    /// ```
    ///
    /// ```mtl good
    /// task probe(width: int = 1) {
    ///   label: number
    ///   head:  dense(width)
    ///   loss:  mse
    /// }
    /// ```
    pub MALFORMED_DECLARATION: "malformed-declaration", fatal;

    /// A `use` does not say what to use from where.
    ///
    /// It names a file of the standard library or, in quotes, another file, and then the wanted names in braces.
    ///
    /// ```mtl bad
    /// use std.tasks.regression
    /// ```
    ///
    /// ```mtl good
    /// use std.tasks.{regression}
    /// data flowers: csv("flowers.csv") { columns { length: number, width: number } }
    /// input length from flowers.length -> standardize
    /// task width: regression from length { label: flowers.width }
    /// ```
    pub MALFORMED_USE: "malformed-use", fatal;

    /// An entry of a block is not of the form `name: value`, `name { … }` or `name = value`.
    ///
    /// Most often the `:` is missing. Entries end with their line or with a comma.
    ///
    /// ```mtl bad
    /// task probe(width: int = 1) {
    ///   label: number
    ///   head:  dense(width)
    ///   loss:  mse
    ///   predict identity
    /// }
    /// ```
    ///
    /// ```mtl good
    /// task probe(width: int = 1) {
    ///   label: number
    ///   head:  dense(width)
    ///   loss:  mse
    /// }
    /// ```
    pub MALFORMED_ENTRY: "malformed-entry", fatal;

    /// A value is missing.
    ///
    /// There is nothing after a `:`, a `=`, a `->` or an operator. A chain that goes on in the next line starts that line
    /// with its `->`.
    ///
    /// ```mtl bad
    /// task probe(width: int = 1) {
    ///   label: number
    ///   head:  dense(width) ->
    ///   loss:  mse
    /// }
    /// ```
    ///
    /// ```mtl good
    /// task probe(width: int = 1) {
    ///   label: number
    ///   head:  dense(width)
    ///   loss:  mse
    /// }
    /// ```
    pub MISSING_VALUE: "missing-value", fatal;

    /// A value cannot be read.
    ///
    /// Values are numbers, text, names, lists, calls such as `dense(64)`, chains with `->`, and arithmetic. Two of them
    /// side by side need a comma, an arrow or an operator in between; a named argument has a `:`.
    ///
    /// ```mtl bad
    /// task probe(width: int = 1) {
    ///   label: number
    ///   head:  dense(width) relu
    ///   loss:  mse
    /// }
    /// ```
    ///
    /// ```mtl good
    /// task probe(width: int = 1) {
    ///   label: number
    ///   head:  dense(16) -> relu -> dense(width)
    ///   loss:  mse
    /// }
    /// ```
    pub MALFORMED_VALUE: "malformed-value", fatal;

    /// An operator and an arrow stand side by side without parentheses.
    ///
    /// `in + y -> relu` could mean `(in + y) -> relu` or `in + (y -> relu)`, which are different networks. The
    /// parentheses say which.
    ///
    /// ```mtl bad
    /// block residual(channels: int) {
    ///   y = in -> dense(channels) -> relu
    ///   out: in + y -> relu
    /// }
    /// ```
    ///
    /// ```mtl good
    /// block residual(channels: int) {
    ///   y = in -> dense(channels) -> relu
    ///   out: (in + y) -> relu
    /// }
    /// ```
    pub MIXED_CHAIN: "mixed-chain", fatal;

    /// A doc comment documents nothing.
    ///
    /// `///` stands on its own line before a declaration, a parameter or an entry, and its text goes to the documentation of that
    /// one. `//!` stands at the beginning of the file and documents the file. Everything else is said with `//`.
    ///
    /// ```mtl bad
    /// task probe(width: int = 1) {
    ///   label: number
    ///   head:  dense(width)   /// one layer is enough
    ///   loss:  mse
    /// }
    /// ```
    ///
    /// ```mtl good
    /// task probe(width: int = 1) {
    ///   label: number
    ///   /// One layer is enough.
    ///   head:  dense(width)
    ///   loss:  mse
    /// }
    /// ```
    pub MISPLACED_DOC: "misplaced-doc", warn;
}
