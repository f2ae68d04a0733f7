//! Small registries of what a single setting may be, such as `early(…)` and `never` of `stop`.

/// Declares what a setting may be: an enum over entries, and the table that `bind_in` looks them up in.
///
/// ```ignore
/// choices! {
///     /// What `stop:` may be.
///     STOPS: StopDef { Early, Never }
/// }
/// ```
macro_rules! choices {
    ($(#[$meta:meta])* $table:ident: $enum:ident { $($entry:ident),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Debug)]
        enum $enum { $($entry($entry)),* }

        static $table: &[$crate::catalog::EntryInfo<$enum>] = &[
            $($crate::catalog::EntryInfo {
                name: <$entry as $crate::catalog::Entry>::NAME,
                doc: <$entry as $crate::catalog::Entry>::DOC,
                params: <$entry as $crate::catalog::Entry>::params,
                from_args: |args| $crate::catalog::Entry::from_args(args).map($enum::$entry),
            }),*
        ];
    };
}

pub(in crate::check) use choices;
