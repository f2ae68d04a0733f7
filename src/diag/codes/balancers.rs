//! Codes of balancers: what a method cannot work with.

crate::declare_codes! {
    /// Unequal weights stand under a balancer to which they mean nothing.
    ///
    /// Some methods set the weights of the tasks themselves, and their answer is the same whatever the losses are
    /// multiplied by; others would even turn a larger weight into a smaller influence. Each balancer's page (`mtlc
    /// explain mgda`) says what weights are to it.
    ///
    /// ```mtl bad
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number, z: number } }
    /// input x from d.x -> standardize
    /// shared trunk from x -> dense(4)
    /// task y: regression from trunk { label: d.y }
    /// task z: regression from trunk { label: d.z }
    /// weights by mgda { y: 0.7, z: 0.3 }
    /// ```
    ///
    /// ```mtl good
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number, z: number } }
    /// input x from d.x -> standardize
    /// shared trunk from x -> dense(4)
    /// task y: regression from trunk { label: d.y }
    /// task z: regression from trunk { label: d.z }
    /// weights by mgda
    /// ```
    pub UNEQUAL_WEIGHTS: "unequal-weights", error;

    /// A balancer that compares the gradients of tasks has only one.
    ///
    /// ```mtl bad
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number } }
    /// input x from d.x -> standardize
    /// task y: regression from x -> dense(4) { label: d.y }
    /// weights by pcgrad
    /// ```
    ///
    /// ```mtl good
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number } }
    /// input x from d.x -> standardize
    /// task y: regression from x -> dense(4) { label: d.y }
    /// ```
    pub TOO_FEW_TASKS: "too-few-tasks", error;

    /// A balancer is asked to compare gradients where it cannot.
    ///
    /// At the representation gradients are cheap: the trunk is passed back through once. But a method that follows
    /// each task's gradient over the steps, or compares two parts of a batch, needs coordinates that mean the same
    /// every time, and the rows of a representation do not.
    ///
    /// ```mtl bad
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number, z: number } }
    /// input x from d.x -> standardize
    /// shared trunk from x -> dense(4)
    /// task y: regression from trunk { label: d.y }
    /// task z: regression from trunk { label: d.z }
    /// weights by moco(on: representation)
    /// ```
    ///
    /// ```mtl good
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number, z: number } }
    /// input x from d.x -> standardize
    /// shared trunk from x -> dense(4)
    /// task y: regression from trunk { label: d.y }
    /// task z: regression from trunk { label: d.z }
    /// weights by moco
    /// ```
    pub NOT_COMPARABLE_THERE: "not-comparable-there", error;
}
