//! Where rows that stand in an order are cut into batches: every so many rows, or where a batch has as many tokens as it may; and rows of
//! like length side by side, if the spec wants.
//!
//! Rows are brought together within pools of some fifty batches, so that each epoch has other batches, and the batches are shuffled
//! after that: a run does not begin with short texts.

use std::ops::Range;

use crate::lower::Draw;
use crate::pipeline::BatchSize;

/// So many batches are sorted by length at once: of fewer the lengths are less alike, of more the same rows meet in each epoch.
const POOL: usize = 50;

/// Where batches begin and end.
#[derive(Clone, Debug)]
pub enum Cuts {
    /// Each has so many rows.
    Every(usize),
    /// Each ends here, and the next one begins.
    At(Vec<usize>),
}

impl Cuts {
    /// How many batches rows are cut into. A last batch of one row joins the one before: what normalises over a batch needs two.
    pub fn batches(&self, rows: usize) -> usize {
        match self {
            Cuts::Every(size) => {
                let batches = rows.div_ceil(*size);
                batches - usize::from(batches > 1 && *size > 1 && rows % size == 1)
            }
            Cuts::At(ends) => ends.len(),
        }
    }

    /// Where a batch lies among rows.
    pub fn range(&self, rows: usize, number: usize) -> Range<usize> {
        match self {
            Cuts::Every(size) => {
                let start = number * size;
                start..if number + 1 == self.batches(rows) { rows } else { start + size }
            }
            Cuts::At(ends) => number.checked_sub(1).map_or(0, |before| ends[before])..ends[number],
        }
    }
}

/// Cuts rows of these lengths where they stand: no batch is more than so many tokens, padding included, unless one row is.
pub fn in_order(lengths: impl IntoIterator<Item = usize>, tokens: usize) -> Cuts {
    let (mut ends, mut rows, mut longest) = (Vec::new(), 0, 0);
    let mut end = 0;
    for length in lengths {
        if rows > 0 && (rows + 1) * longest.max(length) > tokens {
            ends.push(end);
            (rows, longest) = (0, 0);
        }
        rows += 1;
        end += 1;
        longest = longest.max(length);
    }
    if rows > 0 {
        ends.push(end);
    }
    Cuts::At(ends)
}

/// In which order rows of these lengths are taken, so that those of like length stand together, and where batches end.
pub fn by_length(lengths: &[usize], size: BatchSize, draw: Draw) -> (Vec<usize>, Cuts) {
    let pool = POOL * size.rows(mean(lengths));
    let mut batches: Vec<Vec<usize>> = Vec::new();
    for start in (0..lengths.len()).step_by(pool) {
        let mut places: Vec<usize> = (start..(start + pool).min(lengths.len())).collect();
        // What is equally long stays in the order in which it was drawn.
        places.sort_by_key(|place| lengths[*place]);
        let cuts = match size {
            BatchSize::Rows(rows) => Cuts::Every(rows.max(1)),
            BatchSize::Tokens(tokens) => {
                let mut cuts = in_order(places.iter().map(|place| lengths[*place]), tokens);
                with_company(&mut cuts, |place| lengths[places[place]], tokens);
                cuts
            }
        };
        let count = cuts.batches(places.len());
        batches.extend((0..count).map(|number| places[cuts.range(places.len(), number)].to_vec()));
    }
    draw.shuffle(&mut batches);
    let mut end = 0;
    let ends = batches.iter().map(|batch| {
        end += batch.len();
        end
    });
    let ends = ends.collect();
    (batches.concat(), Cuts::At(ends))
}

/// Gives a row that is alone the one before it for company, if both may be in one batch and that one has company left.
fn with_company(cuts: &mut Cuts, length: impl Fn(usize) -> usize, tokens: usize) {
    let Cuts::At(ends) = cuts else { return };
    for number in 1..ends.len() {
        let start = if number > 1 { ends[number - 2] } else { 0 };
        let before = ends[number - 1] - start;
        if ends[number] - ends[number - 1] == 1 && before > 2 && 2 * length(ends[number] - 1) <= tokens {
            ends[number - 1] -= 1;
        }
    }
}

/// How many tokens a row has on average; one at least.
pub fn mean(lengths: &[usize]) -> f64 {
    (lengths.iter().sum::<usize>() as f64 / lengths.len().max(1) as f64).max(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lengths as texts have them: many short, few long.
    fn lengths() -> Vec<usize> {
        (0..3000).map(|row| 1 + (row * 7919 % 97) + if row % 31 == 0 { row % 300 } else { 0 }).collect()
    }

    fn batches(order: &[usize], cuts: &Cuts) -> Vec<Vec<usize>> {
        (0..cuts.batches(order.len())).map(|number| order[cuts.range(order.len(), number)].to_vec()).collect()
    }

    fn padded(lengths: &[usize], batches: &[Vec<usize>]) -> usize {
        let of = |batch: &Vec<usize>| batch.len() * batch.iter().map(|row| lengths[*row]).max().unwrap_or(0);
        batches.iter().map(of).sum()
    }

    #[test]
    fn every_row_once_and_no_batch_too_large() {
        let lengths = lengths();
        let draw = Draw::new(3, "bucket", "texts");
        let (order, cuts) = by_length(&lengths, BatchSize::Tokens(500), draw);
        let cut = batches(&order, &cuts);
        let mut all = order.clone();
        all.sort_unstable();
        assert_eq!(all, (0..3000).collect::<Vec<_>>());
        for batch in &cut {
            let longest = batch.iter().map(|row| lengths[*row]).max().unwrap_or(0);
            assert!(batch.len() * longest <= 500 || batch.len() == 1, "{} rows of {longest}", batch.len());
            // Only a row of which no three fill a batch may be alone.
            assert!(batch.len() > 1 || 3 * longest > 500, "one row of {longest} alone");
        }
        // Cut as they stand, the same rows are mostly padding.
        let drawn = in_order(lengths.iter().copied(), 500);
        let as_drawn = batches(&(0..3000).collect::<Vec<_>>(), &drawn);
        let real: usize = lengths.iter().sum();
        let waste = |padded: usize| 1.0 - real as f64 / padded as f64;
        assert!(waste(padded(&lengths, &cut)) < 0.12, "{}", waste(padded(&lengths, &cut)));
        assert!(waste(padded(&lengths, &as_drawn)) > 0.3, "{}", waste(padded(&lengths, &as_drawn)));
    }

    #[test]
    fn batches_of_rows_keep_their_size() {
        let lengths = lengths();
        let (order, cuts) = by_length(&lengths, BatchSize::Rows(32), Draw::new(1, "bucket", "").at(4));
        let cut = batches(&order, &cuts);
        let mut sizes: Vec<usize> = cut.iter().map(Vec::len).collect();
        sizes.sort_unstable();
        assert_eq!((sizes.len(), sizes[0], sizes[1], sizes[93]), (94, 24, 32, 32));
        // Another epoch has other batches, the same epoch the same.
        let again = |epoch| by_length(&lengths, BatchSize::Rows(32), Draw::new(1, "bucket", "").at(epoch)).0;
        assert_eq!(again(4), order);
        assert_ne!(again(5), order);
    }

    #[test]
    fn by_hand() {
        // 2·4 = 8 fits, 3·4 does not; 9 is too long for any batch and stands alone.
        let Cuts::At(ends) = in_order([2, 4, 1, 9, 3, 3], 8) else { panic!("cut at places") };
        assert_eq!(ends, [2, 3, 4, 6]);
        let mut cuts = in_order([1, 1, 1, 3], 6);
        with_company(&mut cuts, |place| [1, 1, 1, 3][place], 6);
        assert!(matches!(cuts, Cuts::At(ends) if ends == [2, 4]));
    }
}
