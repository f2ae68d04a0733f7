//! Codes of rows: how many there are to learn from, which are the same, and in which parts they are.

crate::declare_codes! {
    /// There are no rows to train on.
    ///
    /// Either the file has a header and nothing else, or the split leaves nothing for the training part.
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
    pub NO_ROWS: "no-rows", error;

    /// A task has no label in the training part, so it cannot learn.
    ///
    /// Rows without a label are left out of their task alone; a task without any labelled row in train, or with a weight of 0 in
    /// each of them, would never move.
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
    /// 1,
    /// 2,
    /// 3,
    /// 4,
    /// 5,
    /// 6,
    /// 7,
    /// 8,
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
    pub NO_LABELS: "no-labels", error;

    /// All labels of a task in the training part are of one class.
    ///
    /// There is nothing to tell apart: a model that always answers that class is perfect on such data and useless on any other.
    ///
    /// ```mtl good
    /// use std.tasks.{classification}
    /// data d: csv("d.csv") { columns { x: number, y: category } }
    /// input x from d.x -> standardize
    /// task y: classification from x { label: d.y }
    /// ```
    ///
    /// ```csv bad
    /// x,y
    /// 1,a
    /// 2,a
    /// 3,a
    /// 4,a
    /// 5,a
    /// 6,a
    /// 7,a
    /// 8,a
    /// ```
    ///
    /// ```csv good
    /// x,y
    /// 1,a
    /// 2,b
    /// 3,a
    /// 4,b
    /// 5,b
    /// 6,a
    /// 7,b
    /// 8,a
    /// 9,b
    /// 10,a
    /// ```
    pub ONE_CLASS: "one-class", error;

    /// A class that the spec declares has no row in the training part.
    ///
    /// The model has a place for it and can never learn it. Take it out, collect rows of it, or let the split keep the classes'
    /// shares with `stratify`.
    ///
    /// ```mtl good
    /// use std.tasks.{classification}
    /// data d: csv("d.csv") {
    ///   split { stratify: y }
    ///   columns { x: number, y: category("a", "b", "c") }
    /// }
    /// input x from d.x -> standardize
    /// task y: classification from x { label: d.y }
    /// ```
    ///
    /// ```csv bad
    /// x,y
    /// 1,a
    /// 2,b
    /// 3,a
    /// 4,b
    /// 5,b
    /// 6,a
    /// 7,b
    /// 8,a
    /// ```
    ///
    /// ```csv good
    /// x,y
    /// 1,a
    /// 2,b
    /// 3,a
    /// 4,b
    /// 5,c
    /// 6,a
    /// 7,b
    /// 8,c
    /// ```
    pub ABSENT_CLASS: "absent-class", warn;

    /// A column that an input reads has one value in the whole training part.
    ///
    /// It tells the rows apart as little as no column at all.
    ///
    /// ```mtl good
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, w: number, y: number } }
    /// input both from d[x, w] -> standardize
    /// task y: regression from both { label: d.y }
    /// ```
    ///
    /// ```csv bad
    /// x,w,y
    /// 1,7,2
    /// 2,7,3
    /// 3,7,5
    /// 4,7,6
    /// 5,7,7
    /// 6,7,9
    /// 7,7,11
    /// 8,7,12
    /// ```
    ///
    /// ```csv good
    /// x,w,y
    /// 1,3,2
    /// 2,1,3
    /// 3,4,5
    /// 4,1,6
    /// 5,5,7
    /// 6,9,9
    /// 7,2,11
    /// 8,6,12
    /// ```
    pub CONSTANT_COLUMN: "constant-column", warn;

    /// The same row stands in two parts of the split, so the test has partly been seen in training.
    ///
    /// Rows are the same if all their columns are, those too that the spec does not read: two customers of one age are no copies,
    /// and nor are rows with an `id` each. The column that a split is made by does not count. The usual split keeps equal rows
    /// together; a split by a column, by time, by group or by files cannot. Where equal rows are the rule, as in a table of a
    /// few categories, nothing is said.
    ///
    /// ```mtl good
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") {
    ///   split { by: part, train: "train", test: "test" }
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
    /// 3,4,train
    /// 1,2,test
    /// 5,6,test
    /// ```
    ///
    /// ```csv good
    /// x,y,part
    /// 1,2,train
    /// 2,3,train
    /// 3,4,train
    /// 4,5,test
    /// 5,6,test
    /// ```
    pub DUPLICATE_ROWS: "duplicate-rows", warn;

    /// Rows of one id lie in different parts of the split.
    ///
    /// An id names what a row is about: a patient, a picture. If some of its rows train and others judge, the model is judged by
    /// what it has seen. A split by shares keeps rows of one id together by itself; one by `group`, `time`, a column or files
    /// does as it is told.
    ///
    /// ```mtl good
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") {
    ///   split { by: part, train: "a", valid: "b", test: "c" }
    ///   columns { key: id, x: number, y: number, part: category }
    /// }
    /// input x from d.x -> standardize
    /// task y: regression from x { label: d.y }
    /// ```
    ///
    /// ```csv bad
    /// key,x,y,part
    /// p,1,2,a
    /// q,2,3,a
    /// r,3,5,a
    /// s,4,6,b
    /// p,5,7,c
    /// ```
    ///
    /// ```csv good
    /// key,x,y,part
    /// p,1,2,a
    /// q,2,3,a
    /// r,3,5,a
    /// s,4,6,b
    /// t,5,7,c
    /// ```
    pub REPEATED_ID: "repeated-id", warn;

    /// A column of an input tells the label in every row: it equals it, stands on a line with it, or has another name for each
    /// of its values.
    ///
    /// Such a column is the label in another unit, or was made of it, and is hardly known before the label is. What the model
    /// learns is to copy it. Nothing is said of small tables, where two columns may agree by chance.
    ///
    /// ```mtl good
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, z: number, y: number } }
    /// input both from d[x, z] -> standardize
    /// task y: regression from both { label: d.y }
    /// ```
    ///
    /// ```csv bad
    /// x,z,y
    /// 3,2.5,2.5
    /// 1,3.5,3.5
    /// 4,5,5
    /// 1,6,6
    /// 5,7.5,7.5
    /// 9,9,9
    /// 2,11,11
    /// 6,12,12
    /// 5,13,13
    /// 3,14.5,14.5
    /// ```
    ///
    /// ```csv good
    /// x,z,y
    /// 3,2.5,2
    /// 1,3.5,3
    /// 4,5,5
    /// 1,6,6
    /// 5,7.5,7
    /// 9,9,9
    /// 2,11,12
    /// 6,12,11
    /// 5,13,13
    /// 3,14.5,15
    /// ```
    pub LABEL_COPY: "label-copy", warn;

    /// Rows belong to no part of the split.
    ///
    /// A split by a column says which of its values train, validate and test; rows with another value are not used at all.
    ///
    /// ```mtl good
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") {
    ///   split { by: part, train: "train", test: "test" }
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
    /// 3,4,train
    /// 4,5,text
    /// 5,6,test
    /// ```
    ///
    /// ```csv good
    /// x,y,part
    /// 1,2,train
    /// 2,3,train
    /// 3,4,train
    /// 4,5,test
    /// 5,6,test
    /// ```
    pub UNUSED_ROWS: "unused-rows", warn;

    /// A part of the split that was asked for has no rows.
    ///
    /// Nothing can be validated or tested on it. The table may be too small for the shares that are written.
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
    /// 1,2
    /// 2,3
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
    pub EMPTY_PART: "empty-part", warn;

    /// The facts file beside the spec was written from other data than lies there now.
    ///
    /// Checks without the data would rest on what is no longer so. `mtlc check --data --write-facts` writes it anew.
    pub STALE_FACTS: "stale-facts", warn;
}
