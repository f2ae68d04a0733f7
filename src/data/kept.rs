//! Pictures after the steps that draw nothing, kept from batch to batch as far as memory is set aside for them. What is kept is what would
//! be computed anew, so that nothing depends on it but time.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use super::pictures::Picture;

/// So many bytes of pixels.
const MOST: usize = 512 << 20;

#[derive(Debug)]
pub(super) struct Kept {
    /// By stacked data set, by row.
    sets: Vec<Vec<OnceLock<Arc<Picture>>>>,
    bytes: AtomicUsize,
    most: usize,
}

impl Kept {
    /// Nothing yet, of data sets of so many rows.
    pub fn new(rows: impl Iterator<Item = usize>) -> Self {
        let sets = rows.map(|rows| (0..rows).map(|_| OnceLock::new()).collect()).collect();
        Self { sets, bytes: AtomicUsize::new(0), most: MOST }
    }

    pub fn get(&self, set: usize, row: usize) -> Option<Arc<Picture>> {
        self.sets.get(set)?.get(row)?.get().cloned()
    }

    /// Keeps a picture, if there is room.
    pub fn put(&self, set: usize, row: usize, picture: &Arc<Picture>) {
        let Some(place) = self.sets.get(set).and_then(|rows| rows.get(row)) else { return };
        let size = picture.pixels.len();
        if self.bytes.fetch_add(size, Ordering::Relaxed) + size > self.most || place.set(picture.clone()).is_err() {
            self.bytes.fetch_sub(size, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::pictures::Channels;

    #[test]
    fn no_more_is_kept_than_there_is_room_for() {
        let kept = Kept { most: 10, ..Kept::new([2, 3].into_iter()) };
        let picture = |value| Arc::new(Picture::new(2, 2, Channels::Gray, vec![value; 4]));
        kept.put(0, 1, &picture(1));
        kept.put(0, 1, &picture(2));
        kept.put(1, 2, &picture(3));
        kept.put(1, 0, &picture(4));
        let values = |set, row| kept.get(set, row).map(|picture| picture.pixels[0]);
        assert_eq!(
            [values(0, 1), values(1, 2), values(1, 0), values(0, 0), values(7, 7)],
            [Some(1), Some(3), None, None, None]
        );
    }
}
