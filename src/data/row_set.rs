//! Some rows of a table, one bit for each row of it: those of a part, those that have a label. Twenty million take two and a half
//! megabytes, and any of them is found by its place.

use std::ops::Range;

/// Row numbers, ascending.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RowSet {
    /// Without zeros at the end.
    words: Vec<u64>,
    /// Of every block of words, how many rows there are before it.
    before: Vec<u32>,
    len: usize,
}

const WORD: usize = u64::BITS as usize;
/// Words in a block.
const BLOCK: usize = 8;

impl RowSet {
    fn of_words(mut words: Vec<u64>) -> Self {
        while words.last() == Some(&0) {
            words.pop();
        }
        words.shrink_to_fit();
        let mut len = 0;
        let before = words.chunks(BLOCK).map(|block| {
            let before = len as u32;
            len += block.iter().map(|word| word.count_ones() as usize).sum::<usize>();
            before
        });
        Self { before: before.collect(), words, len }
    }

    /// All of so many rows.
    pub fn all(rows: usize) -> Self {
        let mut words = vec![u64::MAX; rows / WORD];
        if !rows.is_multiple_of(WORD) {
            words.push((1 << (rows % WORD)) - 1);
        }
        Self::of_words(words)
    }

    /// The rows of which it is said.
    pub fn of_flags(flags: impl IntoIterator<Item = bool>) -> Self {
        flags.into_iter().enumerate().filter(|(_, flag)| *flag).map(|(row, _)| row).collect()
    }

    /// The rows that have a byte.
    pub fn of_bytes(bytes: &[u8], wanted: u8) -> Self {
        let word = |bytes: &[u8]| {
            bytes.iter().enumerate().fold(0, |word, (place, byte)| word | u64::from(*byte == wanted) << place)
        };
        Self::of_words(bytes.chunks(WORD).map(word).collect())
    }

    pub fn len(&self) -> usize {
        self.len
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    pub fn contains(&self, row: usize) -> bool {
        self.words.get(row / WORD).is_some_and(|word| word >> (row % WORD) & 1 == 1)
    }

    pub fn iter(&self) -> Rows<'_> {
        self.between(0..self.words.len() * WORD)
    }

    /// Those of some rows that follow one another.
    pub fn between(&self, rows: Range<usize>) -> Rows<'_> {
        let end = rows.end.min(self.words.len() * WORD).max(rows.start);
        let first = rows.start / WORD;
        let word = self.words.get(first).map_or(0, |word| word & (u64::MAX << (rows.start % WORD)));
        Rows { words: &self.words, at: first, word, end }
    }

    pub fn first(&self) -> Option<usize> {
        self.iter().next()
    }

    /// How many there are before a row.
    fn rank(&self, row: usize) -> usize {
        let word = row / WORD;
        let Some(last) = self.words.get(word) else { return self.len };
        let block = word / BLOCK;
        let between = self.words[block * BLOCK..word].iter().map(|word| word.count_ones() as usize).sum::<usize>();
        self.before[block] as usize + between + (last & !(u64::MAX << (row % WORD))).count_ones() as usize
    }

    /// The place of a row among them, if it is one of them.
    pub fn place(&self, row: usize) -> Option<usize> {
        self.contains(row).then(|| self.rank(row))
    }

    /// The row at a place.
    pub fn at(&self, place: usize) -> Option<usize> {
        if place >= self.len {
            return None;
        }
        let block = self.before.partition_point(|before| *before as usize <= place) - 1;
        let start = block * BLOCK * WORD;
        self.between(start..self.words.len() * WORD).nth(place - self.before[block] as usize)
    }

    /// The rows at some places that follow one another.
    pub fn at_places(&self, places: Range<usize>) -> Vec<usize> {
        match self.at(places.start) {
            Some(first) => self.between(first..self.words.len() * WORD).take(places.len()).collect(),
            None => Vec::new(),
        }
    }

    /// All of them, so many at a time.
    pub fn chunks(&self, size: usize) -> impl Iterator<Item = Vec<usize>> {
        let (mut rows, size) = (self.iter(), size.max(1));
        std::iter::from_fn(move || {
            let chunk: Vec<usize> = rows.by_ref().take(size).collect();
            (!chunk.is_empty()).then_some(chunk)
        })
    }

    /// Those that are in another one too.
    pub fn both(&self, other: &RowSet) -> Self {
        Self::of_words(self.words.iter().zip(&other.words).map(|(one, other)| one & other).collect())
    }

    /// Those that are here, in another one, or in both.
    pub fn either(&self, other: &RowSet) -> Self {
        let (long, short) = if self.words.len() < other.words.len() { (other, self) } else { (self, other) };
        let mut words = long.words.clone();
        words.iter_mut().zip(&short.words).for_each(|(word, other)| *word |= other);
        Self::of_words(words)
    }

    pub fn to_vec(&self) -> Vec<usize> {
        self.iter().collect()
    }
}

/// Rows in any order; one that comes twice is there once.
impl FromIterator<usize> for RowSet {
    fn from_iter<I: IntoIterator<Item = usize>>(rows: I) -> Self {
        let mut words: Vec<u64> = Vec::new();
        for row in rows {
            if row / WORD >= words.len() {
                words.resize(row / WORD + 1, 0);
            }
            words[row / WORD] |= 1 << (row % WORD);
        }
        Self::of_words(words)
    }
}

/// Goes through rows, ascending.
#[derive(Clone, Debug)]
pub struct Rows<'a> {
    words: &'a [u64],
    /// Where we are, and what is left of that word.
    at: usize,
    word: u64,
    end: usize,
}

impl Iterator for Rows<'_> {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        while self.word == 0 {
            self.at += 1;
            if self.at * WORD >= self.end {
                return None;
            }
            self.word = self.words[self.at];
        }
        let row = self.at * WORD + self.word.trailing_zeros() as usize;
        self.word &= self.word - 1;
        (row < self.end).then_some(row)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (0, Some(self.end.saturating_sub(self.at * WORD)))
    }
}

impl<'a> IntoIterator for &'a RowSet {
    type Item = usize;
    type IntoIter = Rows<'a>;

    fn into_iter(self) -> Rows<'a> {
        self.iter()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_set_is_what_a_sorted_list_is(
            mut rows in prop::collection::vec(0usize..3000, 0..400), start in 0usize..3100, length in 0usize..700, size in 1usize..90,
        ) {
            let set: RowSet = rows.iter().copied().collect();
            rows.sort_unstable();
            rows.dedup();
            prop_assert_eq!(set.to_vec(), rows.clone());
            prop_assert_eq!(set.len(), rows.len());
            prop_assert_eq!(set.first(), rows.first().copied());
            let inside = |row: &&usize| (start..start + length).contains(*row);
            let between: Vec<usize> = rows.iter().filter(inside).copied().collect();
            prop_assert_eq!(set.between(start..start + length).collect::<Vec<_>>(), between);
            for (place, row) in rows.iter().enumerate() {
                prop_assert_eq!((set.at(place), set.place(*row)), (Some(*row), Some(place)));
            }
            prop_assert_eq!(set.at(rows.len()), None);
            prop_assert_eq!(set.place(start), rows.binary_search(&start).ok());
            prop_assert_eq!(set.chunks(size).collect::<Vec<_>>(), rows.chunks(size).map(<[usize]>::to_vec).collect::<Vec<_>>());
            let last = (start + length).min(rows.len());
            prop_assert_eq!(set.at_places(start..start + length), rows.get(start..last).unwrap_or_default().to_vec());
        }

        #[test]
        fn sets_meet_and_join(one in prop::collection::btree_set(0usize..300, 0..90), other in prop::collection::btree_set(0usize..200, 0..90)) {
            let (of_one, of_other): (RowSet, RowSet) = (one.iter().copied().collect(), other.iter().copied().collect());
            prop_assert_eq!(of_one.both(&of_other), one.intersection(&other).copied().collect::<RowSet>());
            prop_assert_eq!(of_one.either(&of_other), one.union(&other).copied().collect::<RowSet>());
            prop_assert_eq!(of_other.either(&of_one), of_one.either(&of_other));
        }

        #[test]
        fn all_is_every_row(rows in 0usize..300) {
            prop_assert_eq!(RowSet::all(rows), (0..rows).collect::<RowSet>());
            let bytes: Vec<u8> = (0..rows).map(|row| (row % 3) as u8).collect();
            prop_assert_eq!(RowSet::of_bytes(&bytes, 1), RowSet::of_flags(bytes.iter().map(|byte| *byte == 1)));
            prop_assert_eq!(RowSet::of_flags((0..rows).map(|row| row % 3 == 1)), (0..rows).filter(|row| row % 3 == 1).collect::<RowSet>());
        }
    }
}
