//! Symbolic sizes: a dimension is a term over integers and rigid symbols such as
//! `classes(penguins.island)`, kept in a normal form so that equality can be decided.
//!
//! An *extent*, such as `length(mails)`, is a size that differs from row to row. It is an identity and no number: it is
//! equal to itself and to nothing else, no data can settle it, and what a stride makes of it is a term over it.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// A size that is known only from data: `rows(penguins)`, `classes(penguins.island)`, `vocab(english)`.
pub type Symbol = Arc<str>;

/// What is known of symbols, from data or from a facts file.
pub type Facts = BTreeMap<Symbol, i64>;

/// A factor that arithmetic cannot open.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Atom {
    Symbol(Symbol),
    /// A size of its own for each row.
    Extent(Symbol),
    /// The extent of stacked rows, each of which has the extent that it had: of whose, in their order.
    Stacked(Vec<Dim>),
    /// ⌊dim / divisor⌋ with a divisor of at least 2.
    FloorDiv(Box<Dim>, i64),
    /// The usual width of an embedding of so many classes.
    EmbedWidth(Box<Dim>),
}

/// A polynomial over atoms with integer coefficients, in normal form: no zero coefficients, atoms of
/// a product sorted. Two dimensions are structurally equal exactly if they are provably equal by
/// ring arithmetic.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Dim {
    terms: BTreeMap<Vec<Atom>, i64>,
}

/// What can be said about the equality of two dimensions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Equality {
    Proven,
    Refuted,
    /// Neither: an obligation that the data must meet.
    DependsOnData,
}

impl Dim {
    pub fn int(value: i64) -> Self {
        let mut dim = Self::default();
        dim.add_term(Vec::new(), value);
        dim
    }

    pub fn symbol(name: impl Into<Symbol>) -> Self {
        let mut dim = Self::default();
        dim.add_term(vec![Atom::Symbol(name.into())], 1);
        dim
    }

    /// How many rows a data set has.
    pub fn rows(data: &str) -> Self {
        Self::symbol(format!("rows({data})"))
    }

    /// What a number of rows is a multiple of, given as many of each of the data sets: 24 of `24·rows(a) + 24·rows(b)`.
    pub fn per_row(&self) -> Dim {
        let is_rows = |atom: &Atom| matches!(atom, Atom::Symbol(symbol) if symbol.starts_with("rows("));
        let mut result = Self::default();
        if let Some((atoms, coefficient)) = self.terms.first_key_value() {
            result.add_term(atoms.iter().filter(|atom| !is_rows(atom)).cloned().collect(), *coefficient);
        }
        result
    }

    /// The identity of a size that differs from row to row.
    pub fn extent(name: impl Into<Symbol>) -> Self {
        let mut dim = Self::default();
        dim.add_term(vec![Atom::Extent(name.into())], 1);
        dim
    }

    /// The extent of rows that are stacked: of one extent, that one.
    pub fn stacked(parts: &[Dim]) -> Self {
        match parts {
            [first, rest @ ..] if rest.iter().all(|part| part == first) => first.clone(),
            _ => {
                let mut dim = Self::default();
                dim.add_term(vec![Atom::Stacked(parts.to_vec())], 1);
                dim
            }
        }
    }

    /// Whether the size differs from row to row.
    pub fn varies(&self) -> bool {
        self.terms.keys().flatten().any(|atom| match atom {
            Atom::Extent(_) | Atom::Stacked(_) => true,
            Atom::Symbol(_) => false,
            Atom::FloorDiv(inner, _) | Atom::EmbedWidth(inner) => inner.varies(),
        })
    }

    fn add_term(&mut self, atoms: Vec<Atom>, coefficient: i64) {
        if coefficient == 0 {
            return;
        }
        let entry = self.terms.entry(atoms).or_insert(0);
        *entry = entry.saturating_add(coefficient);
        if *entry == 0 {
            self.terms.retain(|_, coefficient| *coefficient != 0);
        }
    }

    /// The value, if no symbol is left.
    pub fn value(&self) -> Option<i64> {
        match self.terms.len() {
            0 => Some(0),
            1 => self.terms.get(&Vec::new()).copied(),
            _ => None,
        }
    }

    /// Of how many products it is the sum.
    pub fn terms(&self) -> usize {
        self.terms.len()
    }

    /// As shown in types: of a long sum, such as the width of forty categories side by side, the beginning.
    pub fn short(&self) -> String {
        if self.terms.len() <= 4 {
            return self.to_string();
        }
        let products = self.terms.iter().filter(|(atoms, _)| !atoms.is_empty()).take(2);
        let start = Dim { terms: products.map(|(atoms, coefficient)| (atoms.clone(), *coefficient)).collect() };
        format!("{start} + … ({} terms)", self.terms.len())
    }

    pub fn is_known(&self) -> bool {
        self.value().is_some()
    }

    /// ⌊self / divisor⌋; `divisor` must be at least 1.
    pub fn floor_div(&self, divisor: i64) -> Dim {
        let divisor = divisor.max(1);
        if divisor == 1 {
            return self.clone();
        }
        if let Some(value) = self.value() {
            return Dim::int(value.div_euclid(divisor));
        }
        // Multiples of the divisor leave the floor: ⌊(4x + 3) / 4⌋ is x + ⌊3 / 4⌋, and ⌊(x − 1) / 2⌋ is ⌊(x + 1) / 2⌋ − 1.
        let (mut whole, mut rest) = (Dim::default(), Dim::default());
        for (atoms, coefficient) in &self.terms {
            if coefficient % divisor == 0 {
                whole.add_term(atoms.clone(), coefficient / divisor);
            } else if atoms.is_empty() {
                whole.add_term(Vec::new(), coefficient.div_euclid(divisor));
                rest.add_term(Vec::new(), coefficient.rem_euclid(divisor));
            } else {
                rest.add_term(atoms.clone(), *coefficient);
            }
        }
        if let Some(value) = rest.value() {
            return whole + Dim::int(value.div_euclid(divisor));
        }
        // ⌊(⌊x / 2⌋ + 1) / 2⌋ is ⌊(x + 2) / 4⌋.
        if let Some((inner, first, constant)) = rest.one_floor()
            && let Some(both) = first.checked_mul(divisor)
        {
            return whole + (inner + Dim::int(constant.saturating_mul(first))).floor_div(both);
        }
        whole.add_term(vec![Atom::FloorDiv(Box::new(rest), divisor)], 1);
        whole
    }

    /// ⌈self / divisor⌉
    pub fn ceil_div(&self, divisor: i64) -> Dim {
        (self.clone() + Dim::int(divisor.max(1) - 1)).floor_div(divisor)
    }

    /// x, d and c if this is ⌊x / d⌋ + c.
    fn one_floor(&self) -> Option<(Dim, i64, i64)> {
        let constant = self.terms.get(&Vec::new()).copied().unwrap_or(0);
        let mut others = self.terms.iter().filter(|(atoms, _)| !atoms.is_empty());
        let (Some((atoms, 1)), None) = (others.next(), others.next()) else { return None };
        match atoms.as_slice() {
            [Atom::FloorDiv(inner, divisor)] => Some((Dim::clone(inner), *divisor, constant)),
            _ => None,
        }
    }

    /// The usual width of an embedding of so many classes: min(50, round(1.6 · n^0.56)).
    pub fn embed_width(&self) -> Dim {
        if let Some(classes) = self.value() {
            let width = (1.6 * (classes.max(1) as f64).powf(0.56)).round();
            return Dim::int((width as i64).min(50));
        }
        let mut dim = Self::default();
        dim.add_term(vec![Atom::EmbedWidth(Box::new(self.clone()))], 1);
        dim
    }

    /// Whether two sizes are the same, as far as arithmetic can tell.
    pub fn equality(&self, other: &Dim) -> Equality {
        let difference = self.clone() - other.clone();
        match difference.value() {
            Some(0) => Equality::Proven,
            Some(_) => Equality::Refuted,
            // Two lengths may happen to be the same in every row that was seen, and are two things all the same.
            None if difference.varies() => Equality::Refuted,
            None => Equality::DependsOnData,
        }
    }

    /// Replaces every symbol that `facts` knows. What differs from row to row stays what it is.
    pub fn resolve(&self, facts: &Facts) -> Dim {
        self.replaced(facts, false)
    }

    /// The size of a row that is as long as the longest which was seen, for estimates of work and memory.
    pub fn at_longest(&self, facts: &Facts) -> Dim {
        self.replaced(facts, true)
    }

    fn replaced(&self, facts: &Facts, longest: bool) -> Dim {
        let mut result = Dim::default();
        for (atoms, coefficient) in &self.terms {
            let product = atoms.iter().fold(Dim::int(*coefficient), |product, atom| {
                product
                    * match atom {
                        Atom::Symbol(symbol) => match facts.get(symbol) {
                            Some(value) => Dim::int(*value),
                            None => Dim::symbol(symbol.clone()),
                        },
                        Atom::Extent(name) => match facts.get(name).filter(|_| longest) {
                            Some(value) => Dim::int(*value),
                            None => Dim::extent(name.clone()),
                        },
                        Atom::Stacked(parts) => {
                            let parts: Vec<Dim> = parts.iter().map(|part| part.replaced(facts, longest)).collect();
                            let known: Option<Vec<i64>> = parts.iter().map(Dim::value).collect();
                            match known.and_then(|known| known.into_iter().max()) {
                                Some(most) => Dim::int(most),
                                None => Dim::stacked(&parts),
                            }
                        }
                        Atom::FloorDiv(inner, divisor) => inner.replaced(facts, longest).floor_div(*divisor),
                        Atom::EmbedWidth(inner) => inner.replaced(facts, longest).embed_width(),
                    }
            });
            result = result + product;
        }
        result
    }

    /// The symbols this size depends on, each once.
    pub fn symbols(&self) -> Vec<Symbol> {
        let mut found = Vec::new();
        self.collect_symbols(&mut found);
        found.sort();
        found.dedup();
        found
    }

    fn collect_symbols(&self, found: &mut Vec<Symbol>) {
        for atom in self.terms.keys().flatten() {
            match atom {
                Atom::Symbol(symbol) | Atom::Extent(symbol) => found.push(symbol.clone()),
                Atom::Stacked(parts) => parts.iter().for_each(|part| part.collect_symbols(found)),
                Atom::FloorDiv(inner, _) | Atom::EmbedWidth(inner) => inner.collect_symbols(found),
            }
        }
    }
}

impl From<i64> for Dim {
    fn from(value: i64) -> Self {
        Dim::int(value)
    }
}

impl std::ops::Add for Dim {
    type Output = Dim;
    fn add(mut self, other: Dim) -> Dim {
        for (atoms, coefficient) in other.terms {
            self.add_term(atoms, coefficient);
        }
        self
    }
}

impl std::ops::Sub for Dim {
    type Output = Dim;
    fn sub(self, other: Dim) -> Dim {
        self + other * Dim::int(-1)
    }
}

impl std::ops::Mul for Dim {
    type Output = Dim;
    fn mul(self, other: Dim) -> Dim {
        let mut product = Dim::default();
        for (left, a) in &self.terms {
            for (right, b) in &other.terms {
                let mut atoms = [left.as_slice(), right.as_slice()].concat();
                atoms.sort();
                product.add_term(atoms, a.saturating_mul(*b));
            }
        }
        product
    }
}

impl fmt::Display for Dim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.terms.is_empty() {
            return f.write_str("0");
        }
        // Products first, the constant last: `4·classes(a) + 1`.
        let terms = self.terms.iter().filter(|(atoms, _)| !atoms.is_empty());
        let constant = self.terms.iter().filter(|(atoms, _)| atoms.is_empty());
        for (index, (atoms, coefficient)) in terms.chain(constant).enumerate() {
            match (index, *coefficient < 0) {
                (0, true) => f.write_str("-")?,
                (0, false) => {}
                (_, true) => f.write_str(" - ")?,
                (_, false) => f.write_str(" + ")?,
            }
            let size = coefficient.unsigned_abs();
            if atoms.is_empty() || size != 1 {
                write!(f, "{size}")?;
            }
            for (index, atom) in atoms.iter().enumerate() {
                if index > 0 || size != 1 {
                    f.write_str("·")?;
                }
                match atom {
                    Atom::Symbol(symbol) | Atom::Extent(symbol) => f.write_str(symbol)?,
                    Atom::Stacked(parts) => {
                        let parts: Vec<String> = parts.iter().map(Dim::to_string).collect();
                        write!(f, "union({})", parts.join(", "))?;
                    }
                    Atom::FloorDiv(inner, divisor) => {
                        let up = Dim::clone(inner) - Dim::int(divisor - 1);
                        let constant = |dim: &Dim| dim.terms.contains_key(&Vec::new());
                        match (constant(inner), constant(&up)) {
                            (true, false) if up.terms.len() == 1 => write!(f, "⌈{up}/{divisor}⌉")?,
                            (true, false) => write!(f, "⌈({up})/{divisor}⌉")?,
                            _ if inner.terms.len() == 1 => write!(f, "⌊{inner}/{divisor}⌋")?,
                            _ => write!(f, "⌊({inner})/{divisor}⌋")?,
                        }
                    }
                    Atom::EmbedWidth(inner) => write!(f, "embed_width({inner})")?,
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equality_is_proven_refuted_or_left_to_data() {
        let classes = Dim::symbol("classes(a.b)");
        let two = Dim::int(2);
        let left = (classes.clone() + Dim::int(1)) * two.clone();
        assert_eq!(left.equality(&(classes.clone() * two + Dim::int(2))), Equality::Proven);
        assert_eq!(left.equality(&(classes.clone() * Dim::int(2))), Equality::Refuted);
        assert_eq!(left.equality(&classes), Equality::DependsOnData);
        assert_eq!(left.to_string(), "2·classes(a.b) + 2");
    }

    #[test]
    fn the_width_of_an_embedding_follows_its_classes() {
        // fastai's emb_sz_rule, up to the bound.
        for (classes, width) in
            [(0, 2), (1, 2), (2, 2), (3, 3), (10, 6), (100, 21), (458, 49), (459, 50), (100_000, 50)]
        {
            assert_eq!(Dim::int(classes).embed_width(), Dim::int(width), "{classes} classes");
        }
        let classes = Dim::symbol("classes(a.b)");
        assert_eq!(classes.embed_width().to_string(), "embed_width(classes(a.b))");
        assert_eq!(classes.embed_width().equality(&classes.embed_width()), Equality::Proven);
        assert_eq!(classes.embed_width().equality(&Dim::int(3)), Equality::DependsOnData);
        assert_eq!(classes.embed_width().resolve(&Facts::from([("classes(a.b)".into(), 10)])), Dim::int(6));
    }

    #[test]
    fn a_long_sum_is_shown_by_its_beginning() {
        let sum =
            |count: usize| (0..count).fold(Dim::int(2), |sum, index| sum + Dim::symbol(format!("classes(a.{index})")));
        assert_eq!(sum(3).short(), "classes(a.0) + classes(a.1) + classes(a.2) + 2");
        assert_eq!(sum(9).short(), "classes(a.0) + classes(a.1) + … (10 terms)");
    }

    #[test]
    fn floor_division_keeps_what_divides() {
        let height = Dim::symbol("height(photo)");
        assert_eq!((height.clone() * Dim::int(4) + Dim::int(7)).floor_div(4), height.clone() + Dim::int(1));
        let halved = (height.clone() - Dim::int(1)).floor_div(2);
        assert_eq!(halved.resolve(&Facts::from([("height(photo)".into(), 8)])), Dim::int(3));
        assert_eq!(halved.to_string(), "⌈height(photo)/2⌉ - 1");
    }

    #[test]
    fn an_extent_is_itself_and_nothing_else() {
        let (one, other) = (Dim::extent("length(a)"), Dim::extent("length(b)"));
        let facts = Facts::from([("length(a)".into(), 9), ("length(b)".into(), 9)]);
        assert_eq!(one.equality(&one), Equality::Proven);
        for unlike in [other.clone(), Dim::int(9), one.clone() + Dim::int(1), one.ceil_div(2), Dim::symbol("length(a)")]
        {
            assert_eq!(one.equality(&unlike), Equality::Refuted, "{unlike}");
            assert_eq!(one.resolve(&facts).equality(&unlike.resolve(&facts)), Equality::Refuted, "{unlike}");
        }
        assert_eq!(one.at_longest(&facts), Dim::int(9));
        assert!(one.ceil_div(2).varies() && !Dim::symbol("classes(a)").varies());
        let both = Dim::stacked(&[one.clone(), other.clone()]);
        assert_eq!(both.to_string(), "union(length(a), length(b))");
        assert_eq!(both.at_longest(&Facts::from([("length(a)".into(), 9), ("length(b)".into(), 4)])), Dim::int(9));
        assert_eq!(Dim::stacked(&[one.clone(), one.clone()]), one);
        assert_eq!(both.equality(&Dim::stacked(&[other, one])), Equality::Refuted);
    }

    #[test]
    fn places_are_so_many_of_each_row() {
        let (rows, length) = (Dim::rows("a") + Dim::rows("b"), Dim::extent("length(x)"));
        assert_eq!(rows.per_row(), Dim::int(1));
        assert_eq!((rows.clone() * Dim::int(24)).per_row(), Dim::int(24));
        assert_eq!((rows * length.ceil_div(2)).per_row(), length.ceil_div(2));
    }

    #[test]
    fn strides_one_after_the_other_are_one_stride() {
        let length = Dim::extent("length(a)");
        // A window of three with zeros around it, at every second place.
        let strided = |length: &Dim, stride: i64| (length.clone() - Dim::int(1)).floor_div(stride) + Dim::int(1);
        assert_eq!(strided(&length, 2), length.ceil_div(2));
        assert_eq!(strided(&strided(&length, 2), 2), length.ceil_div(4));
        assert_eq!(strided(&strided(&length, 2), 3), strided(&strided(&length, 3), 2));
        assert_ne!(strided(&length, 2), length.floor_div(2));
        assert_eq!(strided(&length, 2).to_string(), "⌈length(a)/2⌉");
        assert_eq!(length.floor_div(2).to_string(), "⌊length(a)/2⌋");
        for count in 0..40 {
            let facts = Facts::from([("length(a)".into(), count)]);
            for (first, second, shift) in [(2, 2, 1), (2, 3, -1), (3, 2, 2), (4, 5, -7)] {
                let term = (length.floor_div(first) + Dim::int(shift)).floor_div(second);
                let expected = (count.div_euclid(first) + shift).div_euclid(second);
                assert_eq!(term.at_longest(&facts), Dim::int(expected), "{count} {first} {second} {shift}");
            }
        }
    }
}
