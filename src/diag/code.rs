//! The registry entry of one kind of problem.

/// How loud a code is unless the user says otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    Allow,
    Warn,
    Deny,
}

/// One kind of problem: its name, its default level and its page.
///
/// Declare codes with [`declare_codes!`](crate::declare_codes); the doc comment is the page that
/// `mtlc explain NAME` prints and that `docs/codes/` holds.
#[derive(Debug)]
pub struct Code {
    /// Kebab-case, stable, what people write in `allow(…)` and `mtlc.toml`.
    pub name: &'static str,
    pub level: Level,
    /// True for codes that no setting can silence (the file cannot be understood).
    pub fixed: bool,
    /// Markdown: what it means, why it matters, a bad example (```` ```mtl bad ````) and a good one
    /// (```` ```mtl good ````). Both are run by a test.
    pub doc: &'static str,
}

impl PartialEq for Code {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Code {}

impl Code {
    /// The first sentence of the page.
    pub fn summary(&self) -> &'static str {
        self.doc.trim().split("\n\n").next().unwrap_or("").trim()
    }
}

/// Declares codes as statics and lists them in `CODES`.
///
/// ```ignore
/// declare_codes! {
///     /// A name is used that nothing declares.
///     /// …
///     pub UNKNOWN_NAME: "unknown-name", error;
///     /// An input is declared and never read.
///     pub UNUSED_INPUT: "unused-input", warn;
/// }
/// ```
///
/// The level is `fatal` (an error that no setting silences), `error`, `warn` or `allow`.
#[macro_export]
macro_rules! declare_codes {
    ($($(#[doc = $doc:literal])* pub $ident:ident : $name:literal, $level:ident;)*) => {
        $(
            $(#[doc = $doc])*
            pub static $ident: $crate::diag::Code = $crate::diag::Code {
                name: $name,
                level: $crate::declare_codes!(@level $level),
                fixed: $crate::declare_codes!(@fixed $level),
                doc: concat!($($doc, "\n"),*),
            };
        )*
        /// Every code of this file, in the order of the file.
        pub static CODES: &[&$crate::diag::Code] = &[$(&$ident),*];
    };
    (@level fatal) => { $crate::diag::Level::Deny };
    (@level error) => { $crate::diag::Level::Deny };
    (@level warn) => { $crate::diag::Level::Warn };
    (@level allow) => { $crate::diag::Level::Allow };
    (@fixed fatal) => { true };
    (@fixed $other:ident) => { false };
}
