//! Codes of the data: what the files hold, against what the spec says of them.
//!
//! The examples of these pages are a spec and two tables for its `d.csv`: one that raises the code, one that does not.

crate::declare_codes! {
    /// A file of data cannot be read: it is not there, or it is damaged.
    ///
    /// Paths are relative to the folder of the spec. Gzip is recognised by content, whatever the name. A quote that is opened and
    /// never closed, a gzip or npz file that was cut short, bytes that are not text in the given encoding: each is named with
    /// its place.
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
    /// "2,3
    /// ```
    ///
    /// ```csv good
    /// x,y
    /// 1,2
    /// "2",3
    /// 3,5
    /// 4,6
    /// 5,7
    /// 6,9
    /// 7,11
    /// 8,12
    /// 9,13
    /// ```
    pub UNREADABLE_DATA: "unreadable-data", error;

    /// A picture is not there, or cannot be decoded.
    ///
    /// The path of a picture is relative to the folder of its table. What is damaged, cut short, larger than 67 million pixels or no
    /// picture at all is named with its row. `image(broken: skip)` leaves such rows out.
    ///
    /// ```mtl good
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number, photo: image } }
    /// input x from d.x -> standardize
    /// task y: regression from x { label: d.y }
    /// ```
    ///
    /// ```csv bad
    /// x,y,photo
    /// 1,2,d.csv
    /// 2,3,
    /// 3,5,no-such.png
    /// ```
    ///
    /// ```csv good
    /// x,y,photo
    /// 1,2,
    /// 2,3,
    /// 3,5,
    /// 4,6,
    /// 5,7,
    /// 6,9,
    /// 7,11,
    /// 8,12,
    /// 9,13,
    /// ```
    pub BROKEN_PICTURE: "broken-picture", error;

    /// Rows are left out, since their pictures are not there or cannot be decoded, as the spec says.
    ///
    /// ```mtl good
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number, photo: image(broken: skip) } }
    /// input x from d.x -> standardize
    /// task y: regression from x { label: d.y }
    /// ```
    ///
    /// ```csv bad
    /// x,y,photo
    /// 1,2,d.csv
    /// 2,3,
    /// 3,5,
    /// 4,6,
    /// 5,7,
    /// 6,9,
    /// 7,11,
    /// 8,12,
    /// 9,13,
    /// 10,14,
    /// ```
    ///
    /// ```csv good
    /// x,y,photo
    /// 1,2,
    /// 2,3,
    /// 3,5,
    /// 4,6,
    /// 5,7,
    /// 6,9,
    /// 7,11,
    /// 8,12,
    /// 9,13,
    /// ```
    pub SKIPPED_PICTURE: "skipped-picture", warn;

    /// A sound is not there, or cannot be decoded.
    ///
    /// The path of a sound is relative to the folder of its table. What is damaged, cut short, empty, longer than its column says or no sound at all is
    /// named with its row. `audio(broken: skip)` leaves such rows out.
    ///
    /// ```mtl good
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number, heard: audio } }
    /// input x from d.x -> standardize
    /// task y: regression from x { label: d.y }
    /// ```
    ///
    /// ```csv bad
    /// x,y,heard
    /// 1,2,d.csv
    /// 2,3,
    /// 3,5,no-such.wav
    /// ```
    ///
    /// ```csv good
    /// x,y,heard
    /// 1,2,
    /// 2,3,
    /// 3,5,
    /// 4,6,
    /// 5,7,
    /// 6,9,
    /// 7,11,
    /// 8,12,
    /// 9,13,
    /// ```
    pub BROKEN_SOUND: "broken-sound", error;

    /// Rows are left out, since their sounds are not there or cannot be decoded, as the spec says.
    ///
    /// ```mtl good
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number, heard: audio(broken: skip) } }
    /// input x from d.x -> standardize
    /// task y: regression from x { label: d.y }
    /// ```
    ///
    /// ```csv bad
    /// x,y,heard
    /// 1,2,d.csv
    /// 2,3,
    /// 3,5,
    /// 4,6,
    /// 5,7,
    /// 6,9,
    /// 7,11,
    /// 8,12,
    /// 9,13,
    /// 10,14,
    /// ```
    ///
    /// ```csv good
    /// x,y,heard
    /// 1,2,
    /// 2,3,
    /// 3,5,
    /// 4,6,
    /// 5,7,
    /// 6,9,
    /// 7,11,
    /// 8,12,
    /// 9,13,
    /// ```
    pub SKIPPED_SOUND: "skipped-sound", warn;

    /// Cells of a label are taken as missing, since the spec says so of those that cannot be used.
    ///
    /// `broken: skip` of a column of masks, boxes, things, points or tracks. The rows are trained on by the other tasks.
    ///
    /// ```mtl good
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number, things: boxes("cat", broken: skip) } }
    /// input x from d.x -> standardize
    /// task y: regression from x { label: d.y }
    /// ```
    ///
    /// ```csv bad
    /// x,y,things
    /// 1,2,"[{""class"": ""dog"", ""bbox"": [3, 4, 6, 5]}]"
    /// 2,3,[]
    /// 3,5,
    /// 4,6,
    /// 5,7,
    /// 6,9,
    /// 7,11,
    /// 8,12,
    /// 9,13,
    /// ```
    ///
    /// ```csv good
    /// x,y,things
    /// 1,2,"[{""class"": ""cat"", ""bbox"": [3, 4, 6, 5]}]"
    /// 2,3,[]
    /// 3,5,
    /// 4,6,
    /// 5,7,
    /// 6,9,
    /// 7,11,
    /// 8,12,
    /// 9,13,
    /// ```
    pub SKIPPED_CELL: "skipped-cell", warn;

    /// A box lies outside its picture, is inverted or has no area.
    ///
    /// Boxes are given by the left and the upper edge, width and height, in pixels, unless the column says otherwise: `boxes(form: xyxy)`,
    /// `form: center`, `relative: true`. Up to a pixel beyond the edge of a picture is nothing. `broken: skip` leaves such boxes out, and `broken: clip` cuts off
    /// what lies beyond the picture.
    ///
    /// ```mtl good
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number, things: boxes("cat") } }
    /// input x from d.x -> standardize
    /// task y: regression from x { label: d.y }
    /// ```
    ///
    /// ```csv bad
    /// x,y,things
    /// 1,2,"[{""class"": ""cat"", ""bbox"": [3, 4, 0, 5]}]"
    /// 2,3,[]
    /// 3,5,
    /// ```
    ///
    /// ```csv good
    /// x,y,things
    /// 1,2,"[{""class"": ""cat"", ""bbox"": [3, 4, 6, 5]}]"
    /// 2,3,[]
    /// 3,5,
    /// 4,6,
    /// 5,7,
    /// 6,9,
    /// 7,11,
    /// 8,12,
    /// 9,13,
    /// ```
    pub BROKEN_BOX: "broken-box", error;

    /// Boxes are cut off at the edges of their pictures, or left out, as the spec says.
    ///
    /// ```mtl good
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number, things: boxes("cat", broken: skip) } }
    /// input x from d.x -> standardize
    /// task y: regression from x { label: d.y }
    /// ```
    ///
    /// ```csv bad
    /// x,y,things
    /// 1,2,"[{""class"": ""cat"", ""bbox"": [3, 4, 0, 5]}]"
    /// 2,3,[]
    /// 3,5,
    /// 4,6,
    /// 5,7,
    /// 6,9,
    /// 7,11,
    /// 8,12,
    /// 9,13,
    /// ```
    ///
    /// ```csv good
    /// x,y,things
    /// 1,2,"[{""class"": ""cat"", ""bbox"": [3, 4, 6, 5]}]"
    /// 2,3,[]
    /// 3,5,
    /// 4,6,
    /// 5,7,
    /// 6,9,
    /// 7,11,
    /// 8,12,
    /// 9,13,
    /// ```
    pub SKIPPED_BOX: "skipped-box", warn;

    /// A file is another than the one whose SHA-256 the spec says.
    ///
    /// Nothing of it is read, and what was fetched is not kept. If the other file is meant, its sum is what to write.
    ///
    /// ```mtl good
    /// use std.tasks.{regression}
    /// data d: csv("d.csv", sha256: "36af62e0cea74fb76fcfcc5dea25e627f99ec7a2af718e2e8d015f1730ef9018") {
    ///   columns { x: number, y: number }
    /// }
    /// input x from d.x -> standardize
    /// task y: regression from x { label: d.y }
    /// ```
    ///
    /// ```csv bad
    /// x,y
    /// 1,2
    /// 2,4
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
    /// 9,13
    /// ```
    pub OTHER_FILE: "other-file", error;

    /// A row has more or fewer values than the header has names.
    ///
    /// Values in such a row stand under the wrong names, so none of it is read. The usual causes are a delimiter inside a value
    /// without quotes, another delimiter than the spec says, and a line that was cut.
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
    /// 2,3,4
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
    pub RAGGED_ROW: "ragged-row", error;

    /// A declared column is not in the file.
    ///
    /// Names must match exactly, capital letters included. A column that has another name in the file is declared with `as`:
    /// `bill: number as "Bill Length (mm)"`.
    ///
    /// ```mtl good
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number } }
    /// input x from d.x -> standardize
    /// task y: regression from x { label: d.y }
    /// ```
    ///
    /// ```csv bad
    /// X,y
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
    pub MISSING_COLUMN: "missing-column", error;

    /// The file has a declared column twice, so nobody can say which is meant.
    ///
    /// ```mtl good
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number } }
    /// input x from d.x -> standardize
    /// task y: regression from x { label: d.y }
    /// ```
    ///
    /// ```csv bad
    /// x,x,y
    /// 1,1,2
    /// 2,2,3
    /// ```
    ///
    /// ```csv good
    /// x,x2,y
    /// 1,1,2
    /// 2,2,3
    /// 3,3,5
    /// 4,4,6
    /// 5,5,7
    /// 6,6,9
    /// 7,7,11
    /// 8,8,12
    /// ```
    pub DUPLICATE_COLUMN: "duplicate-column", error;

    /// A value is not of the kind that its column is declared to have.
    ///
    /// An infinite number is such a value too. A spelling that stands for "no value" is declared with the format:
    /// `csv("d.csv", missing: ["NA", "-"])`.
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
    /// 2,three
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
    pub WRONG_VALUE: "wrong-value", error;

    /// Numbers are read as fractions and look like whole numbers with their thousands apart.
    ///
    /// `1,111` is a thousand to some programs and a bit more than one to others. Where whole numbers up to 999 stand beside it, and no cell
    /// has one or two digits after the mark, the mark groups thousands, and reading it as a decimal mark would make the large numbers
    /// a thousand times too small without a word. `thousands` says what the mark is: `thousands: "."` groups by it, and any
    /// `thousands` that is another mark says that this one does split off fractions.
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
    /// 837,2
    /// 974,3
    /// 1.111,5
    /// 1.248,6
    /// ```
    ///
    /// ```csv good
    /// x,y
    /// 837,2
    /// 974,3
    /// 1111,5
    /// 1248,6
    /// 900,7
    /// 5,9
    /// 6,11
    /// 7,12
    /// ```
    pub AMBIGUOUS_NUMBERS: "ambiguous-numbers", error;

    /// Most rows hold one spelling of a missing value, which may well be a class.
    ///
    /// Programs write `NA`, `None` or `null` where there is no value, and people write them for a class: `None` for a house without an
    /// alley, `NA` for Namibia. Half of a column is rarely a gap. `category(missing: [])` makes a class of every text, so that an
    /// empty cell alone is missing; `category(missing: ["NA"])` says that it is meant; and a class that is declared,
    /// `category("DE", "NA")`, is one.
    ///
    /// ```mtl good
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { k: category, y: number } }
    /// input k from d.k -> one_hot
    /// task y: regression from k { label: d.y }
    /// ```
    ///
    /// ```csv bad
    /// k,y
    /// None,2
    /// None,3
    /// gravel,5
    /// None,6
    /// paved,7
    /// None,9
    /// None,11
    /// None,12
    /// ```
    ///
    /// ```csv good
    /// k,y
    /// none,2
    /// none,3
    /// gravel,5
    /// none,6
    /// paved,7
    /// none,9
    /// None,11
    /// none,12
    /// ```
    pub MISSING_CLASS: "missing-class", warn;

    /// A label, or the spec, names a class that is not known.
    ///
    /// The classes of a column are those written in the spec, or else those seen in the training part. A label of another class
    /// cannot be learnt or judged. An input has a place of its own for classes that are not known.
    ///
    /// ```mtl good
    /// use std.tasks.{classification}
    /// data d: csv("d.csv") { columns { x: number, y: category("a", "b") } }
    /// input x from d.x -> standardize
    /// task y: classification from x { label: d.y }
    /// ```
    ///
    /// ```csv bad
    /// x,y
    /// 1,a
    /// 2,b
    /// 3,c
    /// 4,a
    /// 5,b
    /// 6,a
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
    pub UNKNOWN_CLASS: "unknown-class", error;

    /// Numbers of an input are missing in some rows, and no step fills them.
    ///
    /// A layer cannot compute with a number that is not there. `impute` fills it with a figure of the training part. If a row has none of the
    /// input's values, `{ missing: learned }` behind the chain of the input lets something that is learnt stand in for it.
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
    /// NA,3
    /// 3,5
    /// 4,6
    /// 5,7
    /// 6,9
    /// 7,11
    /// 8,12
    /// ```
    ///
    /// ```csv good
    /// x,y
    /// 1,2
    /// 2,NA
    /// 3,5
    /// 4,6
    /// 5,7
    /// 6,9
    /// 7,11
    /// 8,12
    /// ```
    pub MISSING_INPUT: "missing-input", error;

    /// A step cannot compute with the values it gets.
    ///
    /// For example the logarithm of a negative number, or a column without a single value in the training part, whose mean nobody
    /// knows.
    ///
    /// ```mtl good
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, y: number } }
    /// input x from d.x -> log -> standardize
    /// task y: regression from x { label: d.y }
    /// ```
    ///
    /// ```csv bad
    /// x,y
    /// 1,2
    /// -2,3
    /// 3,5
    /// 4,6
    /// 5,7
    /// 6,9
    /// 7,11
    /// 8,12
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
    pub STEP_VALUE: "step-value", error;

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
