//! Labels shuffled among the training rows: what remains of a task when its labels say nothing (Caruana 1997).

use super::prepare::Prepared;

impl Prepared {
    /// Deals the labels of a task out anew among its training rows; `shuffle` permutes. Valid and test keep theirs.
    pub fn shuffle_labels(&mut self, task: usize, shuffle: &mut dyn FnMut(&mut [usize])) {
        let task = &mut self.tasks[task];
        let train = &self.parts.0[task.data].train;
        let mut dealt = train.clone();
        shuffle(&mut dealt);
        let mut order: Vec<usize> = (0..task.present.len()).collect();
        for (row, from) in train.iter().zip(dealt) {
            order[*row] = from;
        }
        // Twice shuffled is shuffled too.
        let before = task.dealt.take();
        let from = |row: &usize| before.as_ref().map_or(*row as u32, |before| before[*row]);
        task.dealt = Some(order.iter().map(from).collect());
        task.present = order.iter().map(|row| task.present[*row]).collect();
        if !task.row_weights.is_empty() {
            task.row_weights = order.iter().map(|row| task.row_weights[*row]).collect();
        }
    }

    /// Whether each row of a task's data set takes part: it has the label and meets the task's `where`.
    pub fn takes_part(&self, task: usize) -> &[bool] {
        &self.tasks[task].present
    }
}
