//! Codes of columns and cells: what a table has in them, against what the spec says.

crate::declare_codes! {
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
}
