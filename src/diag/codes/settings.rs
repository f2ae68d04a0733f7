//! Codes of `mtlc.toml`, of `--deny` and its like, and of `allow` comments.

crate::declare_codes! {
    /// `mtlc.toml` or the command line sets something that does not exist.
    ///
    /// The file has two keys: `std`, a folder of task templates that replace the standard ones, and the table `lints`, which
    /// maps codes to `"allow"`, `"warn"` or `"deny"`.
    ///
    /// ```mtl good
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number } }
    /// input x from d.x -> standardize
    /// task y: regression from x { label: d.y }
    /// ```
    pub BAD_SETTINGS: "bad-settings", error;

    /// A comment `mtlc: allow(…)` that cannot be understood, or gives no reason.
    ///
    /// ```mtl bad
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number } }
    /// input x from d.x -> standardize
    /// task y: regression from x { label: d.y }
    /// // mtlc: alow(unused-input) it will be read soon
    /// ```
    ///
    /// ```mtl good
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, z: number, y: number } }
    /// input x from d.x -> standardize
    /// // mtlc: allow(unused-input) the next experiment reads it
    /// input z from d.z -> standardize
    /// task y: regression from x { label: d.y }
    /// ```
    pub BAD_ALLOW: "bad-allow", warn;

    /// A comment `mtlc: allow(…)` whose problem is not there.
    ///
    /// ```mtl bad
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number } }
    /// // mtlc: allow(unused-input) it will be read soon
    /// input x from d.x -> standardize
    /// task y: regression from x { label: d.y }
    /// ```
    ///
    /// ```mtl good
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number } }
    /// input x from d.x -> standardize
    /// task y: regression from x { label: d.y }
    /// ```
    pub UNUSED_ALLOW: "unused-allow", warn;
}
