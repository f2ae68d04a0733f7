//! Codes of names, files and declarations.

crate::declare_codes! {
    /// A name is used that nothing declares.
    ///
    /// Every layer, loss, column, task and value has a name that is either declared in the file, brought in by `use`, or part
    /// of the catalog. A name that is none of these cannot mean anything, so it is an error and not a guess.
    ///
    /// ```mtl bad
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number } }
    /// input x from d.x -> standardize
    /// task y: regression from x -> dnese(8) { label: d.y }
    /// ```
    ///
    /// ```mtl good
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number } }
    /// input x from d.x -> standardize
    /// task y: regression from x -> dense(8) { label: d.y }
    /// ```
    pub UNKNOWN_NAME: "unknown-name", error;

    /// Two declarations, columns or fields have one name.
    ///
    /// Data, inputs, shared nodes, values, tasks and params share one namespace; blocks and task templates have theirs. A
    /// second declaration would silently hide the first.
    ///
    /// ```mtl bad
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, x: number, y: number } }
    /// input body from d.x -> standardize
    /// task y: regression from body { label: d.y }
    /// ```
    ///
    /// ```mtl good
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number } }
    /// input body from d.x -> standardize
    /// task y: regression from body { label: d.y }
    /// ```
    pub DUPLICATE_NAME: "duplicate-name", error;

    /// A field or parameter is written that the thing does not have.
    ///
    /// Unknown keys are never ignored: a misspelt `epochs` would otherwise train with the default.
    ///
    /// ```mtl bad
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number } }
    /// input x from d.x -> standardize
    /// task y: regression from x { label: d.y }
    /// train { epohcs: 20 }
    /// ```
    ///
    /// ```mtl good
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number } }
    /// input x from d.x -> standardize
    /// task y: regression from x { label: d.y }
    /// train { epochs: 20 }
    /// ```
    pub UNKNOWN_KEY: "unknown-key", error;

    /// A part of a declaration is missing that it cannot do without.
    ///
    /// ```mtl bad
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number } }
    /// input x from d.x -> standardize
    /// task y: regression from x { metrics: [mae, rmse] }
    /// ```
    ///
    /// ```mtl good
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number } }
    /// input x from d.x -> standardize
    /// task y: regression from x {
    ///   label: d.y
    ///   metrics: [mae, rmse]
    ///   select: rmse
    /// }
    /// ```
    pub MISSING_PART: "missing-part", error;

    /// A part is written where it has no meaning.
    ///
    /// ```mtl bad
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number } }
    /// input x by hard from d.x -> standardize
    /// task y: regression from x { label: d.y }
    /// ```
    ///
    /// ```mtl good
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number } }
    /// input x from d.x -> standardize
    /// shared trunk by hard from x -> dense(4)
    /// task y: regression from trunk { label: d.y }
    /// ```
    pub SURPLUS_PART: "surplus-part", error;

    /// `use std.…` names a part of the standard library that does not exist.
    ///
    /// ```mtl bad
    /// use std.task.{regression}
    /// param width: int = 3
    /// block unused(n: int) { out: in -> dense(n) -> dense(width) }
    /// ```
    ///
    /// ```mtl good
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number } }
    /// input x from d.x -> standardize
    /// task y: regression from x { label: d.y }
    /// ```
    pub UNKNOWN_MODULE: "unknown-module", fatal;

    /// A file that `use` names cannot be read.
    ///
    /// Paths are relative to the file that says `use`.
    ///
    /// ```mtl bad
    /// use "no-such-file.mtl".{residual}
    /// block wide(n: int) { out: in -> dense(n) }
    /// ```
    ///
    /// ```mtl good
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number } }
    /// input x from d.x -> standardize
    /// task y: regression from x { label: d.y }
    /// ```
    pub MISSING_FILE: "missing-file", fatal;

    /// Two files use each other.
    ///
    /// Put what both need into a third file.
    ///
    /// ```mtl bad
    /// use "self.mtl".{tower}
    /// block tower(n: int) { out: in -> dense(n) }
    /// ```
    ///
    /// ```mtl good
    /// block tower(n: int) { out: in -> dense(n) }
    /// ```
    pub USE_CYCLE: "use-cycle", fatal;

    /// Values read each other in a circle.
    ///
    /// Data flows one way: a value cannot depend on itself.
    ///
    /// ```mtl bad
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number } }
    /// input x from d.x -> standardize
    /// shared a from concat(x, b) -> dense(4)
    /// shared b from a -> dense(4)
    /// task y: regression from b { label: d.y }
    /// ```
    ///
    /// ```mtl good
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number } }
    /// input x from d.x -> standardize
    /// shared a from x -> dense(4)
    /// shared b from concat(x, a) -> dense(4)
    /// task y: regression from b { label: d.y }
    /// ```
    pub CYCLE: "cycle", error;

    /// The spec asks nothing of the data.
    ///
    /// A file of blocks and templates for others to `use` is fine; a spec with data needs at least one task.
    ///
    /// ```mtl bad
    /// data d: csv("d.csv") { columns { x: number, y: number } }
    /// ```
    ///
    /// ```mtl good
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number } }
    /// input x from d.x -> standardize
    /// task y: regression from x { label: d.y }
    /// ```
    pub NO_TASKS: "no-tasks", error;

    /// `--set` names something that cannot be set.
    ///
    /// `--set` changes params (`--set width=64`), weights (`--set weights.species=0.6`; the others are rescaled) and fields of
    /// `train` (`--set train.epochs=5`).
    ///
    /// ```mtl good
    /// use std.tasks.{regression}
    /// param width: int = 8
    /// data d: csv("d.csv") { columns { x: number, y: number } }
    /// input x from d.x -> standardize
    /// task y: regression from x -> dense(width) { label: d.y }
    /// ```
    pub UNKNOWN_SETTING: "unknown-setting", fatal;
}
