//! Codes of what a run will not be able to do with its data, told before it starts.

crate::declare_codes! {
    /// The label of a regression is one number in every training row.
    ///
    /// There is nothing to learn but that number, and no metric can say how well it was learned.
    ///
    /// ```mtl good
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number } }
    /// input x from d.x -> standardize
    /// task y: regression from x { label: d.y }
    /// ```
    ///
    /// ```csv bad
    /// x,y
    /// 1,5
    /// 2,5
    /// 3,5
    /// 4,5
    /// 5,5
    /// 6,5
    /// 7,5
    /// 8,5
    /// ```
    ///
    /// ```csv good
    /// x,y
    /// 1,2
    /// 2,3
    /// 3,5
    /// 4,6
    /// 5,7
    /// 6,9
    /// 7,11
    /// 8,12
    /// ```
    pub CONSTANT_LABEL: "constant-label", warn;

    /// A part has no label of a task, or all its labels there are alike.
    ///
    /// On the validation part such a task has no say in which epoch is kept: no epoch can be told from another by it. Where no
    /// task has a say, only the loss can choose, and without a label not even that: then the last epoch is kept and
    /// training does not stop early. On the test part nothing can be said of the task in the end.
    ///
    /// ```mtl good
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") {
    ///   split { by: part, train: "train", valid: "valid", test: "test" }
    ///   columns { x: number, y: number, part: category }
    /// }
    /// input x from d.x -> standardize
    /// task y: regression from x { label: d.y }
    /// ```
    ///
    /// ```csv bad
    /// x,y,part
    /// 1,2,train
    /// 2,3,train
    /// 3,5,train
    /// 4,6,train
    /// 5,,valid
    /// 6,,valid
    /// 7,,valid
    /// 8,12,test
    /// 9,13,test
    /// ```
    ///
    /// ```csv good
    /// x,y,part
    /// 1,2,train
    /// 2,3,train
    /// 3,5,train
    /// 4,6,train
    /// 5,7,valid
    /// 6,9,valid
    /// 7,11,valid
    /// 8,12,test
    /// 9,13,test
    /// ```
    pub UNJUDGED_TASK: "unjudged-task", warn;

    /// A balancer that weighs tasks by their losses in a batch sees a label or two of a task at a time.
    ///
    /// `geometric`, `log_scale` and `famo` divide by the loss of the batch, and `stch` looks for the largest one. The loss of a
    /// single row is now nearly 0 and now large, so that the weights jump from task to task and drown what is to be
    /// learned. Larger batches, or a balancer that looks over many of them, are steady.
    ///
    /// ```mtl good
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number, z: number } }
    /// input x from d.x -> standardize
    /// shared trunk from x -> dense(4) -> relu
    /// task y: regression from trunk { label: d.y }
    /// task z: regression from trunk { label: d.z }
    /// weights by geometric
    /// train { batch: 8 }
    /// ```
    ///
    /// ```csv bad
    /// x,y,z
    /// 1,2,
    /// 2,3,1
    /// 3,5,
    /// 4,6,
    /// 5,7,
    /// 6,9,2
    /// 7,11,
    /// 8,12,
    /// 9,13,
    /// 10,14,4
    /// 11,15,
    /// 12,16,
    /// 13,17,
    /// 14,18,3
    /// 15,19,
    /// 16,20,5
    /// ```
    ///
    /// ```csv good
    /// x,y,z
    /// 1,2,1
    /// 2,3,1
    /// 3,5,2
    /// 4,6,2
    /// 5,7,3
    /// 6,9,3
    /// 7,11,4
    /// 8,12,5
    /// ```
    pub UNSTEADY_LOSSES: "unsteady-losses", warn;

    /// Something is to be learnt that stands in for an input, and no row of the training part lacks it.
    ///
    /// What `{ missing: learned }` learns, it learns from training rows that lack the input. Without one it stays zeros, as it begins, and the
    /// layers behind it have never seen a row of that sort: what a row without the input is answered later is a guess. `drop_input(10%)`
    /// in the chain takes the input away from some training rows in each epoch, so that the model learns to do without.
    ///
    /// ```mtl good
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, z: number, y: number } }
    /// input x from d.x -> standardize { missing: learned }
    /// input z from d.z -> standardize
    /// task y: regression from concat(x, z) -> dense(4) -> relu { label: d.y }
    /// ```
    ///
    /// ```csv bad
    /// x,z,y
    /// 1,5,2
    /// 2,3,3
    /// 3,4,5
    /// 4,1,6
    /// 5,9,7
    /// 6,2,9
    /// 7,6,11
    /// 8,7,12
    /// ```
    ///
    /// ```csv good
    /// x,z,y
    /// NA,5,2
    /// 2,3,3
    /// NA,4,5
    /// 4,1,6
    /// NA,9,7
    /// 6,2,9
    /// NA,6,11
    /// 8,7,12
    /// ```
    pub NEVER_MISSING: "never-missing", warn;
}
