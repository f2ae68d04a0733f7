//! Codes of the model: values, layers, shapes, tasks.

crate::declare_codes! {
    /// A value of one kind stands where another is needed.
    ///
    /// ```mtl bad
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: category("a", "b"), y: number } }
    /// input x from d.x -> standardize
    /// task y: regression from x { label: d.y }
    /// ```
    ///
    /// ```mtl good
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: category("a", "b"), y: number } }
    /// input x from d.x -> embed(2)
    /// task y: regression from x { label: d.y }
    /// ```
    pub WRONG_KIND: "wrong-kind", error;

    /// Something stands where a value is needed that flows: an input, a shared node, a task's output.
    ///
    /// ```mtl bad
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number } }
    /// task y: regression from d.x -> dense(4) { label: d.y }
    /// ```
    ///
    /// ```mtl good
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number } }
    /// input x from d.x -> standardize
    /// task y: regression from x -> dense(4) { label: d.y }
    /// ```
    pub NOT_A_VALUE: "not-a-value", error;

    /// Something stands after `->` that is no layer and no block.
    ///
    /// ```mtl bad
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number } }
    /// input x from d.x -> standardize
    /// shared trunk from x -> dense(4) -> x
    /// task y: regression from trunk { label: d.y }
    /// ```
    ///
    /// ```mtl good
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number } }
    /// input x from d.x -> standardize
    /// shared trunk from x -> dense(4)
    /// task y: regression from concat(trunk, x) { label: d.y }
    /// ```
    pub NOT_A_LAYER: "not-a-layer", error;

    /// A step of preprocessing stands after a layer, or outside an input.
    ///
    /// Steps are fitted on the training part, have no gradients and are computed once; layers are trained. So an input's chain
    /// is steps first and layers after.
    ///
    /// ```mtl bad
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number } }
    /// input x from d.x -> dense(4) -> standardize
    /// task y: regression from x { label: d.y }
    /// ```
    ///
    /// ```mtl good
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number } }
    /// input x from d.x -> standardize -> dense(4)
    /// task y: regression from x { label: d.y }
    /// ```
    pub STEP_AFTER_LAYER: "step-after-layer", error;

    /// The shapes of values do not fit a layer.
    ///
    /// Sizes are inferred through every layer, as numbers or as symbols such as `classes(d.x)`. An error here would have
    /// stopped the first batch.
    ///
    /// ```mtl bad
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number } }
    /// input x from d.x -> standardize
    /// task y: regression from x -> conv2d(8, kernel: 3) { label: d.y }
    /// ```
    ///
    /// ```mtl good
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number } }
    /// input x from d.x -> standardize
    /// task y: regression from x -> dense(8) { label: d.y }
    /// ```
    pub SHAPE: "shape", error;

    /// A sharing strategy cannot work on the chain or the readers that it is given.
    ///
    /// Strategies make copies of a chain and join them again by layers of their own. That needs layers with weights, for some
    /// at least two readers, and for some a certain width. `mtlc explain NAME` says what a strategy does.
    ///
    /// ```mtl bad
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number } }
    /// input x from d.x -> standardize
    /// shared trunk by cross_stitch from x -> dense(8) -> relu
    /// task y: regression from trunk { label: d.y }
    /// ```
    ///
    /// ```mtl good
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number, z: number } }
    /// input x from d.x -> standardize
    /// shared trunk by cross_stitch from x -> dense(8) -> relu
    /// task y: regression from trunk { label: d.y }
    /// task z: regression from trunk { label: d.z }
    /// ```
    pub SHARING_MISMATCH: "sharing-mismatch", error;

    /// The data does not meet what the model needs of it.
    ///
    /// Where arithmetic cannot decide whether two sizes are equal, `check` lists an obligation; `check --data`, or a facts file
    /// beside the spec, decides it.
    ///
    /// ```mtl good
    /// use std.tasks.{classification}
    /// data d: csv("d.csv") { columns { x: number, y: category } }
    /// input x from d.x -> standardize
    /// task y: classification from x { label: d.y }
    /// ```
    pub OBLIGATION: "obligation", error;

    /// The label is of another kind than the task learns.
    ///
    /// ```mtl bad
    /// use std.tasks.{classification}
    /// data d: csv("d.csv") { columns { x: number, y: number } }
    /// input x from d.x -> standardize
    /// task y: classification from x { label: d.y }
    /// ```
    ///
    /// ```mtl good
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number } }
    /// input x from d.x -> standardize
    /// task y: regression from x { label: d.y }
    /// ```
    pub WRONG_LABEL: "wrong-label", error;

    /// A loss cannot compare the head's output with the target.
    ///
    /// ```mtl bad
    /// use std.tasks.{classification}
    /// data d: csv("d.csv") { columns { x: number, y: category("a", "b") } }
    /// input x from d.x -> standardize
    /// task y: classification from x { label: d.y, loss: mse }
    /// ```
    ///
    /// ```mtl good
    /// use std.tasks.{classification}
    /// data d: csv("d.csv") { columns { x: number, y: category("a", "b") } }
    /// input x from d.x -> standardize
    /// task y: classification from x { label: d.y, loss: cross_entropy }
    /// ```
    pub LOSS_MISMATCH: "loss-mismatch", error;

    /// A metric does not fit the task's prediction or label.
    ///
    /// ```mtl bad
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number } }
    /// input x from d.x -> standardize
    /// task y: regression from x { label: d.y, metrics: inherited + [accuracy] }
    /// ```
    ///
    /// ```mtl good
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number } }
    /// input x from d.x -> standardize
    /// task y: regression from x { label: d.y, metrics: inherited }
    /// ```
    pub METRIC_MISMATCH: "metric-mismatch", error;

    /// `inverse(target)` is asked to undo a step that has no inverse.
    ///
    /// ```mtl bad
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number } }
    /// input x from d.x -> standardize
    /// task y: regression from x { label: d.y, target: clip(0, 1) -> standardize }
    /// ```
    ///
    /// ```mtl good
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number } }
    /// input x from d.x -> standardize
    /// task y: regression from x { label: d.y, target: log -> standardize }
    /// ```
    pub NO_INVERSE: "no-inverse", error;

    /// Every weight of the model is frozen.
    ///
    /// Training would change nothing. Heads are usually left free, or frozen parts thaw after some epochs.
    ///
    /// ```mtl bad
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number } }
    /// input x from d.x -> standardize
    /// shared trunk from x -> dense(4)
    /// task y: regression from trunk { label: d.y }
    /// transfer {
    ///   trunk { init: "runs/before/last", freeze: true }
    ///   y { init: "runs/before/last", freeze: true }
    /// }
    /// ```
    ///
    /// ```mtl good
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number } }
    /// input x from d.x -> standardize
    /// shared trunk from x -> dense(4)
    /// task y: regression from trunk { label: d.y }
    /// transfer {
    ///   trunk { init: "runs/before/last", freeze: true }
    /// }
    /// ```
    pub NOTHING_LEARNS: "nothing-learns", error;

    /// A task can see its own label among its inputs.
    ///
    /// The model would learn to copy the answer, score perfectly, and fail on data without it. The leak is found by flow: an
    /// input that reads the label's column reaches the task's output.
    ///
    /// An autoencoder answers with what it is given on purpose. A comment in the line above the input says so: `// mtlc: allow(label-leak) an autoencoder`.
    ///
    /// ```mtl bad
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number } }
    /// input both from d[x, y] -> standardize
    /// task y: regression from both { label: d.y }
    /// ```
    ///
    /// ```mtl good
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number } }
    /// input x from d.x -> standardize
    /// task y: regression from x { label: d.y }
    /// ```
    pub LABEL_LEAK: "label-leak", error;

    /// The label of one task is an input of another.
    ///
    /// That is fine if the column is known when predicting, and a leak otherwise.
    ///
    /// ```mtl bad
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number, z: number } }
    /// input x from d.x -> standardize
    /// input z from d.z -> standardize
    /// task y: regression from concat(x, z) { label: d.y }
    /// task z_again: regression from x { label: d.z }
    /// ```
    ///
    /// ```mtl good
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number, z: number } }
    /// input x from d.x -> standardize
    /// task y: regression from x { label: d.y }
    /// task z: regression from x { label: d.z }
    /// ```
    pub LABEL_AS_INPUT: "label-as-input", warn;

    /// A head that reads its own label while training can see what comes later in it.
    ///
    /// `previous(target)` holds what is written so far: while training the tokens of the label, each one place later. A layer that lets a
    /// place know of later ones would show the head, while training, the very tokens that it is to write next, and it would learn to copy
    /// them. So between `previous(target)` and an output stand only layers that look at the same place, or back: `embed`, `concat`,
    /// `dense`, `gru`, `conv1d` with `padding: causal`, `layer_norm`, `dropout`, activations.
    ///
    /// ```mtl bad
    /// data d: csv("d.csv") { columns { x: number, name: text } }
    /// input x from d.x -> standardize
    /// task name from x {
    ///   label:   d.name
    ///   target:  characters(end: true)
    ///   head:    concat(previous(target) -> embed(8) -> conv1d(8, kernel: 3, padding: same), in) -> gru(16) -> dense(label.vocabulary)
    ///   loss:    cross_entropy
    ///   predict: greedy(max: 20) -> inverse(target)
    ///   metrics: [exact_match]
    /// }
    /// ```
    ///
    /// ```mtl good
    /// data d: csv("d.csv") { columns { x: number, name: text } }
    /// input x from d.x -> standardize
    /// task name from x {
    ///   label:   d.name
    ///   target:  characters(end: true)
    ///   head:    concat(previous(target) -> embed(8), in) -> gru(16) -> dense(label.vocabulary)
    ///   loss:    cross_entropy
    ///   predict: greedy(max: 20) -> inverse(target)
    ///   metrics: [exact_match]
    /// }
    /// ```
    pub FUTURE_LEAK: "future-leak", error;

    /// A task can see some of the columns that its label is made of.
    ///
    /// A label that is made of columns, all of which the task can see, is a [`label-leak`](#label-leak): then no model is needed. If
    /// it sees some of them, that is fine as long as they are known when predicting: when an order was placed is, when it came is not.
    ///
    /// ```mtl bad
    /// use std.tasks.{binary}
    /// data d: csv("d.csv") {
    ///   columns { weight: number, ordered: time, came: time, late: category = days_between(ordered, came) > 3 }
    /// }
    /// input weight from d.weight -> standardize
    /// input when from d.ordered -> calendar(weekday, hour) -> standardize
    /// task late: binary(positive: "yes") from concat(weight, when) { label: d.late }
    /// ```
    ///
    /// ```mtl good
    /// use std.tasks.{binary}
    /// data d: csv("d.csv") {
    ///   columns { weight: number, ordered: time, came: time, late: category = days_between(ordered, came) > 3 }
    /// }
    /// input weight from d.weight -> standardize
    /// task late: binary(positive: "yes") from weight { label: d.late }
    /// ```
    pub LABEL_PART_AS_INPUT: "label-part-as-input", warn;

    /// A step mixes the rows of a batch, and a label cannot be mixed with them.
    ///
    /// `mixup` and `cutmix` make one picture of two, whose labels then count by shares: that has a meaning for a class, a set of classes and numbers of each row, and none
    /// for what lies in the picture. `mosaic` puts pictures together of pieces, and can do so with boxes, masks and instances, and not with what is said of a picture as a whole. All that a task reads
    /// must be mixed, so that it reads no other input; and a batch has more rows than one.
    ///
    /// ```mtl bad
    /// use std.tasks.{detection}
    /// data d: csv("d.csv") { columns { photo: image, objects: boxes("cat", "dog") } }
    /// input photo from d.photo -> resize(32) -> mixup -> normalize
    /// task objects: detection(32, 32) from photo -> conv2d(8, padding: same) -> relu { label: d.objects }
    /// ```
    ///
    /// ```mtl good
    /// use std.tasks.{detection}
    /// data d: csv("d.csv") { columns { photo: image, objects: boxes("cat", "dog") } }
    /// input photo from d.photo -> resize(32) -> mosaic(50%) -> normalize
    /// task objects: detection(32, 32) from photo -> conv2d(8, padding: same) -> relu { label: d.objects }
    /// ```
    pub CANNOT_MIX: "cannot-mix", error;
}
