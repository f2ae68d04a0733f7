//! How an entry is declared, and how a folder of entries becomes a registry.

use super::{ArgValue, Args, ParamSpec};

/// What every catalog entry says of itself; [`entry!`](crate::entry) implements it.
pub trait Entry: Sized {
    const NAME: &'static str;
    /// Markdown: what it does, shapes, units, the paper.
    const DOC: &'static str;

    fn params() -> Vec<ParamSpec>;

    /// The typed entry; `None` if an argument is missing or of another type (`check/` has reported it).
    fn from_args(args: &Args) -> Option<Self>;

    /// The arguments, defaults included, as a person would write them.
    fn to_args(&self) -> Args;
}

/// An entry as the registry lists it.
#[derive(Clone, Debug)]
pub struct EntryInfo<T> {
    pub name: &'static str,
    pub doc: &'static str,
    pub params: fn() -> Vec<ParamSpec>,
    pub from_args: fn(&Args) -> Option<T>,
}

impl<T> EntryInfo<T> {
    /// The first sentence of the page.
    pub fn summary(&self) -> &'static str {
        self.doc.trim().split("\n\n").next().unwrap_or("").trim()
    }
}

/// An entry with arguments, as a person would write it: `csv(delimiter: ";")`.
pub fn written<'a>(name: &str, args: impl Iterator<Item = &'a (&'static str, ArgValue)>) -> String {
    let args: Vec<String> = args.map(|(name, value)| format!("{name}: {}", value.show())).collect();
    if args.is_empty() { name.to_string() } else { format!("{name}({})", args.join(", ")) }
}

/// Declares a catalog entry: a struct with typed, documented parameters.
///
/// ```ignore
/// entry! {
///     /// A fully connected layer: `y = x·W + b`.
///     pub struct Dense = "dense" {
///         /// Width of the output.
///         pos units: Dim, in Range::AT_LEAST_ONE;
///         /// Whether a bias is added.
///         bias: bool = true;
///     }
/// }
/// ```
///
/// `pos` marks parameters that may be given by position; `= value` is the default; `in RANGE` bounds
/// numbers. A parameter without default must be given, unless its type is an `Option`.
#[macro_export]
macro_rules! entry {
    ($(#[doc = $doc:literal])* pub struct $name:ident = $word:literal { $($body:tt)* }) => {
        $crate::entry!(@fields [$(#[doc = $doc])*] $name $word [] $($body)*);
    };
    (@fields [$(#[doc = $doc:literal])*] $name:ident $word:literal [$($done:tt)*]
        $(#[doc = $pdoc:literal])* pos $param:ident : $type:ty $(= $default:expr)? $(, in $range:expr)?; $($rest:tt)*) => {
        $crate::entry!(@fields [$(#[doc = $doc])*] $name $word
            [$($done)* {true [$($pdoc)*] $param ($type) [$($default)?] [$($range)?]}] $($rest)*);
    };
    (@fields [$(#[doc = $doc:literal])*] $name:ident $word:literal [$($done:tt)*]
        $(#[doc = $pdoc:literal])* $param:ident : $type:ty $(= $default:expr)? $(, in $range:expr)?; $($rest:tt)*) => {
        $crate::entry!(@fields [$(#[doc = $doc])*] $name $word
            [$($done)* {false [$($pdoc)*] $param ($type) [$($default)?] [$($range)?]}] $($rest)*);
    };
    (@fields [$(#[doc = $doc:literal])*] $name:ident $word:literal
        [$({$positional:literal [$($pdoc:literal)*] $param:ident ($type:ty) [$($default:expr)?] [$($range:expr)?]})*]) => {
        $(#[doc = $doc])*
        #[derive(Clone, Debug, PartialEq)]
        pub struct $name {
            $($(#[doc = $pdoc])* pub $param: $type,)*
        }

        impl $crate::catalog::Entry for $name {
            const NAME: &'static str = $word;
            const DOC: &'static str = concat!($($doc, "\n"),*);

            fn params() -> Vec<$crate::catalog::ParamSpec> {
                vec![$($crate::catalog::ParamSpec {
                    name: stringify!($param),
                    doc: concat!($($pdoc, "\n"),*),
                    kind: <$type as $crate::catalog::ParamValue>::kind(),
                    default: $crate::entry!(@default $type; $($default)?),
                    range: $crate::entry!(@range $type; $($range)?),
                    positional: $positional,
                }),*]
            }

            #[allow(unused_variables)]
            fn from_args(args: &$crate::catalog::Args) -> Option<Self> {
                Some(Self {
                    $($param: match args.get(stringify!($param)) {
                        Some(value) => <$type as $crate::catalog::ParamValue>::from_arg(value)?,
                        None => $crate::entry!(@absent $type; $($default)?)?,
                    },)*
                })
            }

            fn to_args(&self) -> $crate::catalog::Args {
                $crate::catalog::Args {
                    values: vec![$((
                        stringify!($param),
                        $crate::catalog::ParamValue::to_arg(&self.$param),
                    )),*],
                }
            }
        }
    };
    (@default $type:ty; $default:expr) => {
        Some($crate::catalog::ParamValue::to_arg(&{ let default: $type = $default; default }))
    };
    (@default $type:ty;) => {
        <$type as $crate::catalog::ParamValue>::absent().map(|value| $crate::catalog::ParamValue::to_arg(&value))
    };
    (@absent $type:ty; $default:expr) => { Some::<$type>($default) };
    (@absent $type:ty;) => { <$type as $crate::catalog::ParamValue>::absent() };
    (@range $type:ty; $range:expr) => { $range };
    (@range $type:ty;) => { <$type as $crate::catalog::ParamValue>::range() };
}

/// Turns a folder of entries into a registry: the `mod` lines, an enum with one variant per entry that
/// derefs to the folder's trait, and the table `ENTRIES`.
///
/// ```ignore
/// catalog! {
///     /// A layer with its arguments.
///     pub enum LayerDef: Layer { conv2d::Conv2d, dense::Dense }
/// }
/// ```
///
/// The other half, in `lower/`, `data/` or `train/`, matches on the enum from a list of the same
/// names; a name that is missing there does not compile.
#[macro_export]
macro_rules! catalog {
    ($(#[$meta:meta])* pub enum $enum:ident : $trait:ident { $($module:ident :: $entry:ident),* $(,)? }) => {
        $(pub mod $module;)*

        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq)]
        pub enum $enum { $($entry($module::$entry)),* }

        /// Every entry of this folder, in sorted order.
        pub static ENTRIES: &[$crate::catalog::EntryInfo<$enum>] = &[
            $($crate::catalog::EntryInfo {
                name: <$module::$entry as $crate::catalog::Entry>::NAME,
                doc: <$module::$entry as $crate::catalog::Entry>::DOC,
                params: <$module::$entry as $crate::catalog::Entry>::params,
                from_args: |args| <$module::$entry as $crate::catalog::Entry>::from_args(args).map($enum::$entry),
            }),*
        ];

        /// The entry of a name.
        pub fn find(name: &str) -> Option<&'static $crate::catalog::EntryInfo<$enum>> {
            ENTRIES.iter().find(|entry| entry.name == name)
        }

        impl $enum {
            pub fn name(&self) -> &'static str {
                match self { $($enum::$entry(_) => <$module::$entry as $crate::catalog::Entry>::NAME),* }
            }

            /// The arguments, defaults included.
            pub fn to_args(&self) -> $crate::catalog::Args {
                match self { $($enum::$entry(entry) => $crate::catalog::Entry::to_args(entry)),* }
            }

            /// The arguments that are not the usual ones.
            pub fn unusual(&self) -> Vec<(&'static str, $crate::catalog::ArgValue)> {
                let params = match self { $($enum::$entry(_) => <$module::$entry as $crate::catalog::Entry>::params()),* };
                let usual = |name: &str| params.iter().find(|param| param.name == name)?.default.clone();
                self.to_args().values.into_iter().filter(|(name, value)| usual(name).as_ref() != Some(value)).collect()
            }

            /// As a person would write it, with every default.
            pub fn show(&self) -> String {
                let args = self.to_args();
                let none = |value: &$crate::catalog::ArgValue| *value == $crate::catalog::ArgValue::Word("none".into());
                $crate::catalog::written(self.name(), args.values.iter().filter(|(_, value)| !none(value)))
            }
        }

        impl std::ops::Deref for $enum {
            type Target = dyn $trait;
            fn deref(&self) -> &Self::Target {
                match self { $($enum::$entry(entry) => entry),* }
            }
        }
    };
}

/// Declares the other half of a catalog folder: the `mod` lines, and a function from an entry to what it computes.
///
/// ```ignore
/// mirror! {
///     /// What a layer computes.
///     pub fn compute(LayerDef) -> dyn Compute { dense::Dense, dropout::Dropout }
/// }
/// ```
///
/// Each file implements the trait for the catalog's own struct; a half that is missing does not compile.
///
/// Where not every entry has a half, the function gives `Option<dyn Compute>`, and those that are not listed have none.
///
/// A trait that is no object, as one with a type of its own for each entry, is reached by functions that are generic over it:
///
/// ```ignore
/// mirror! {
///     BalancerDef { pcgrad::Pcgrad, upgrad::Upgrad }
///     /// The method of a catalog entry, at its first step.
///     pub fn build(setup: &Setup) -> Box<dyn BalancerState> = started;
/// }
/// ```
#[macro_export]
macro_rules! mirror {
    ($enum:ident $list:tt
        $($(#[$meta:meta])* $visibility:vis fn $function:ident $arguments:tt -> $result:ty = $generic:ident;)*) => {
        $crate::mirror!(@modules $list);
        $($crate::mirror!(@function [$(#[$meta])* $visibility] $enum $function $arguments $arguments [$result] $generic $list);)*
    };
    (@modules { $($module:ident :: $entry:ident),* $(,)? }) => {
        $(pub(crate) mod $module;)*
    };
    (@function [$(#[$meta:meta])* $visibility:vis] $enum:ident $function:ident ($($argument:ident: $type:ty),* $(,)?) $arguments:tt [$result:ty]
        $generic:ident { $($module:ident :: $entry:ident),* $(,)? }) => {
        $(#[$meta])*
        $visibility fn $function(def: &$enum, $($argument: $type),*) -> $result {
            match def { $($enum::$entry(entry) => $crate::mirror!(@call $generic entry $arguments)),* }
        }
    };
    (@call $generic:ident $entry:ident ($($argument:ident: $type:ty),* $(,)?)) => {
        $generic($entry, $($argument),*)
    };
    ($(#[$meta:meta])* $visibility:vis fn $function:ident($enum:ident) -> Option<dyn $trait:ident> { $($module:ident :: $entry:ident),* $(,)? }) => {
        $(pub(crate) mod $module;)*

        $(#[$meta])*
        $visibility fn $function(def: &$enum) -> Option<&dyn $trait> {
            match def {
                $($enum::$entry(entry) => Some(entry),)*
                #[allow(unreachable_patterns)]
                _ => None,
            }
        }
    };
    ($(#[$meta:meta])* $visibility:vis fn $function:ident($enum:ident) -> dyn $trait:ident { $($module:ident :: $entry:ident),* $(,)? }) => {
        $(pub(crate) mod $module;)*

        $(#[$meta])*
        $visibility fn $function(def: &$enum) -> &dyn $trait {
            match def { $($enum::$entry(entry) => entry),* }
        }
    };
}

/// Declares a folder of which each file holds one constant of a type: the `mod` lines, and the list of all.
///
/// ```ignore
/// folder! {
///     /// Every way to search.
///     pub static METHODS: Method = METHOD { bayesian, grid, random }
/// }
/// ```
#[macro_export]
macro_rules! folder {
    ($(#[$meta:meta])* $visibility:vis static $list:ident: $type:ty = $constant:ident { $($module:ident),* $(,)? }) => {
        $(mod $module;)*

        $(#[$meta])*
        $visibility static $list: &[&$type] = &[$(&$module::$constant),*];
    };
}
