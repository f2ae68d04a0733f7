//! Codes of arguments and constants.

crate::declare_codes! {
    /// An argument is of another type than the parameter.
    ///
    /// Each parameter has one spelling: shares are `70%`, factors `0.1x`, texts are quoted, words are not.
    ///
    /// ```mtl bad
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number } }
    /// input x from d.x -> standardize
    /// task y: regression from x -> dense("8") { label: d.y }
    /// ```
    ///
    /// ```mtl good
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number } }
    /// input x from d.x -> standardize
    /// task y: regression from x -> dense(8) { label: d.y }
    /// ```
    pub WRONG_ARGUMENT: "wrong-argument", error;

    /// A needed argument is missing.
    ///
    /// ```mtl bad
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number } }
    /// input x from d.x -> standardize
    /// task y: regression from x -> dense { label: d.y }
    /// ```
    ///
    /// ```mtl good
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number } }
    /// input x from d.x -> standardize
    /// task y: regression from x -> dense(8) { label: d.y }
    /// ```
    pub MISSING_ARGUMENT: "missing-argument", error;

    /// A number lies outside what makes sense.
    ///
    /// ```mtl bad
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number } }
    /// input x from d.x -> standardize
    /// task y: regression from x -> dropout(1.5) { label: d.y }
    /// ```
    ///
    /// ```mtl good
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number } }
    /// input x from d.x -> standardize
    /// task y: regression from x -> dropout(0.5) { label: d.y }
    /// ```
    pub ARGUMENT_RANGE: "argument-range", error;

    /// The parts of a split do not add up to 100%.
    ///
    /// ```mtl bad
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") {
    ///   split { train: 80%, valid: 15%, test: 15% }
    ///   columns { x: number, y: number }
    /// }
    /// input x from d.x -> standardize
    /// task y: regression from x { label: d.y }
    /// ```
    ///
    /// ```mtl good
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") {
    ///   split { train: 70%, valid: 15%, test: 15% }
    ///   columns { x: number, y: number }
    /// }
    /// input x from d.x -> standardize
    /// task y: regression from x { label: d.y }
    /// ```
    pub SPLIT_SUM: "split-sum", error;

    /// Written shares do not add up to 100%.
    ///
    /// ```mtl bad
    /// use std.tasks.{regression}
    /// data a: csv("a.csv") { columns { x: number, y: number } }
    /// data b: csv("b.csv") { columns { x: number, z: number } }
    /// input x from union(a.x, b.x) -> standardize
    /// task y: regression from x { label: a.y }
    /// task z: regression from x { label: b.z }
    /// train { sampling: shares { a: 70%, b: 40% } }
    /// ```
    ///
    /// ```mtl good
    /// use std.tasks.{regression}
    /// data a: csv("a.csv") { columns { x: number, y: number } }
    /// data b: csv("b.csv") { columns { x: number, z: number } }
    /// input x from union(a.x, b.x) -> standardize
    /// task y: regression from x { label: a.y }
    /// task z: regression from x { label: b.z }
    /// train { sampling: shares { a: 70%, b: 30% } }
    /// ```
    pub SHARES_SUM: "shares-sum", error;

    /// The weights of the tasks do not add up to 1.
    ///
    /// The total loss is Σ λ·L over the tasks with Σ λ = 1, so that weights say how much each task counts and do not change
    /// the learning rate in passing. The fix writes the same proportions.
    ///
    /// ```mtl bad
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number, z: number } }
    /// input x from d.x -> standardize
    /// task y: regression from x { label: d.y }
    /// task z: regression from x { label: d.z }
    /// weights { y: 0.7, z: 0.7 }
    /// ```
    ///
    /// ```mtl good
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number, z: number } }
    /// input x from d.x -> standardize
    /// task y: regression from x { label: d.y }
    /// task z: regression from x { label: d.z }
    /// weights { y: 0.5, z: 0.5 }
    /// ```
    pub WEIGHTS_SUM: "weights-sum", error;

    /// A task has no weight in a `weights` block.
    ///
    /// The proposal lets it count as much as those that are named do on average.
    ///
    /// ```mtl bad
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number, z: number } }
    /// input x from d.x -> standardize
    /// task y: regression from x { label: d.y }
    /// task z: regression from x { label: d.z }
    /// weights { y: 1 }
    /// ```
    ///
    /// ```mtl good
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number, z: number } }
    /// input x from d.x -> standardize
    /// task y: regression from x { label: d.y }
    /// task z: regression from x { label: d.z }
    /// weights { y: 0.8, rest: 0.2 }
    /// ```
    pub MISSING_WEIGHT: "missing-weight", error;

    /// Data is named by URL, and nothing says what it must hold.
    ///
    /// What a server sends today may be another file tomorrow, and nobody would know why a run gives other figures. `sha256`
    /// is the sum of the one file that is meant: it is fetched once, another is refused. `mtlc fetch URL` prints it.
    ///
    /// ```mtl bad
    /// use std.tasks.{regression}
    /// data d: csv("https://example.org/d.csv") { columns { x: number, y: number } }
    /// input x from d.x -> standardize
    /// task y: regression from x { label: d.y }
    /// ```
    ///
    /// ```mtl good
    /// use std.tasks.{regression}
    /// data d: csv("https://example.org/d.csv", sha256: "3b0cbf91eb5a5bb4b7bb2cd1b4cbe5ff2fd3a2b8a7ba8ae8b0cbf91eb5a5bb4b") {
    ///   columns { x: number, y: number }
    /// }
    /// input x from d.x -> standardize
    /// task y: regression from x { label: d.y }
    /// ```
    pub URL_WITHOUT_SHA256: "url-without-sha256", error;
}
