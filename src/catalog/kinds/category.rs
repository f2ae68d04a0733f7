//! `category`: one of a set of classes.

use super::{ColumnKind, ColumnRead, KindDef, Reading};
use crate::catalog::functions::ValueType;
use crate::catalog::{Dim, Kind, Type, show_number};

crate::entry! {
    /// One of a set of classes: those written, in their order, or those seen in the training part, sorted.
    ///
    /// Classes that are all numbers compare as numbers: `1`, `1.0` and `01` are one class, unless a leading zero tells two of the
    /// classes apart. A class that is written here is one, though it is a spelling of a missing value elsewhere (`"NA"`).
    ///
    /// As an input the type is `category(n + 2)[rows]`: two more indices stand for *unknown* and *missing*. As a label it
    /// is `category(n)[rows]`, and a class that is not known is an error that names the row. A class that no training row has is
    /// *unknown* to an input, declared or not; `eval` and `predict` count such rows, and refuse a file that has no others. Several
    /// columns read together keep classes of their own: `categories(n + 2, m + 2)[rows, 2]`, from which `one_hot` and `embed`
    /// make numbers.
    ///
    /// Classes that are whole numbers, each from one to another, are written as a range: `category(1 .. 139)` is
    /// `category("1", "2", …, "139")`, and `category(01 .. 12)` begins with `"01"`.
    ///
    /// A column of numbers is cut into classes by `cut`: `category(cut: [18, 65])` has the classes `<18`, `18 to <65` and `>=65`,
    /// and `category("young", "adult", "old", cut: [18, 65])` names them. Each class begins at its number.
    pub struct Category = "category" {
        /// The classes, in order; left out, they are read from the data.
        pos classes: Vec<String> = Vec::new();
        /// Where numbers are cut into classes, in rising order.
        cut: Vec<f64> = Vec::new();
        /// Spellings of a missing value in this column, in place of the data set's; `inherited + ["?"]` adds to those.
        missing: Option<Vec<String>>;
    }
}

impl ColumnKind for Category {
    fn in_expressions(&self) -> ValueType {
        ValueType::Text
    }

    fn can_be_made_of(&self, ty: ValueType) -> bool {
        matches!(ty, ValueType::Text | ValueType::Truth | ValueType::Number)
    }

    fn missing(&self) -> Option<&[String]> {
        self.missing.as_deref()
    }

    fn problem(&self) -> Option<(&'static str, String)> {
        let (parts, classes) = (self.cut.len() + 1, self.classes.len());
        if self.cut.windows(2).any(|pair| pair[0] >= pair[1]) {
            return Some(("cut", "the numbers of `cut` must rise: `cut: [18, 65]`".into()));
        }
        if !self.cut.is_empty() && classes != 0 && classes != parts {
            return Some(("cut", format!("{} cuts make {parts} classes, and {classes} are named", self.cut.len())));
        }
        self.class_given_twice().or_else(|| self.class_that_is_missing())
    }

    fn completed(&self) -> Option<KindDef> {
        let (first, last) = (self.cut.first()?, self.cut.last()?);
        if !self.classes.is_empty() {
            return None;
        }
        let mut classes = vec![format!("<{}", show_number(*first))];
        let between = |pair: &[f64]| format!("{} to <{}", show_number(pair[0]), show_number(pair[1]));
        classes.extend(self.cut.windows(2).map(between));
        classes.push(format!(">={}", show_number(*last)));
        Some(KindDef::Category(Category { classes, ..self.clone() }))
    }

    fn value_type(&self, read: &ColumnRead<'_>) -> Type {
        let known = read.classes(&self.classes);
        let classes = match read.reading {
            Reading::Input => known + Dim::int(2),
            Reading::Label => known,
        };
        Type::new(Kind::Category { classes }, vec![read.rows.clone()])
    }

    fn declared_classes(&self) -> Option<&[String]> {
        (!self.classes.is_empty()).then_some(&self.classes)
    }
}
