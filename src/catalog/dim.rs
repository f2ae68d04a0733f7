//! Symbolic sizes: a dimension is a term over integers and rigid symbols such as
//! `classes(penguins.island)`, kept in a normal form so that equality can be decided.

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
        // Multiples of the divisor leave the floor: ⌊(4x + 3) / 4⌋ is x + ⌊3 / 4⌋.
        let (mut whole, mut rest) = (Dim::default(), Dim::default());
        for (atoms, coefficient) in &self.terms {
            if coefficient % divisor == 0 {
                whole.add_term(atoms.clone(), coefficient / divisor);
            } else {
                rest.add_term(atoms.clone(), *coefficient);
            }
        }
        match rest.value() {
            Some(value) => whole + Dim::int(value.div_euclid(divisor)),
            None => {
                whole.add_term(vec![Atom::FloorDiv(Box::new(rest), divisor)], 1);
                whole
            }
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
        match (self.clone() - other.clone()).value() {
            Some(0) => Equality::Proven,
            Some(_) => Equality::Refuted,
            None => Equality::DependsOnData,
        }
    }

    /// Replaces every symbol that `facts` knows.
    pub fn resolve(&self, facts: &Facts) -> Dim {
        let mut result = Dim::default();
        for (atoms, coefficient) in &self.terms {
            let product = atoms.iter().fold(Dim::int(*coefficient), |product, atom| {
                product
                    * match atom {
                        Atom::Symbol(symbol) => match facts.get(symbol) {
                            Some(value) => Dim::int(*value),
                            None => Dim::symbol(symbol.clone()),
                        },
                        Atom::FloorDiv(inner, divisor) => inner.resolve(facts).floor_div(*divisor),
                        Atom::EmbedWidth(inner) => inner.resolve(facts).embed_width(),
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
                Atom::Symbol(symbol) => found.push(symbol.clone()),
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
                    Atom::Symbol(symbol) => f.write_str(symbol)?,
                    Atom::FloorDiv(inner, divisor) => write!(f, "⌊({inner})/{divisor}⌋")?,
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
        assert_eq!(halved.to_string(), "⌊(height(photo) - 1)/2⌋");
    }
}
