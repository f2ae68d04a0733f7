//! Labels shuffled among the training rows: what remains of a task when its labels say nothing (Caruana 1997).

use super::prepare::Prepared;
use super::row_set::RowSet;

impl Prepared {
    /// Deals the labels of a task out anew among its training rows; `shuffle` permutes. Valid and test keep theirs.
    pub fn shuffle_labels(&mut self, task: usize, shuffle: &mut dyn FnMut(&mut [usize])) {
        let task = &mut self.tasks[task];
        let train = &self.parts.0[task.data].train;
        let mut dealt = train.to_vec();
        shuffle(&mut dealt);
        let mut order: Vec<u32> = (0..self.rows[task.data] as u32).collect();
        for (row, from) in train.iter().zip(dealt) {
            order[row] = from as u32;
        }
        // Twice shuffled is shuffled too.
        let before = task.dealt.take();
        let from = |row: &u32| before.as_ref().map_or(*row, |before| before[*row as usize]);
        task.dealt = Some(order.iter().map(from).collect());
        task.present = RowSet::of_flags(order.iter().map(|row| task.present.contains(*row as usize)));
        if !task.row_weights.is_empty() {
            task.row_weights = order.iter().map(|row| task.row_weights[*row as usize]).collect();
        }
    }

    /// The rows of a task's data set that take part: they have the label and meet the task's `where`.
    pub fn takes_part(&self, task: usize) -> &RowSet {
        &self.tasks[task].present
    }
}
