//! Which row of the data each row of a file of predictions is about: by the id, by the number of the row, or by order.

use std::collections::HashMap;

use super::layout::Layout;
use super::{Unfit, Unpaired};
use crate::data::{AnswerFile, Prepared};
use crate::diag::suggest;
use crate::pipeline::{Part, Pipeline};

/// What is asked of the rows.
#[derive(Clone, Debug, Default)]
pub struct Rows {
    /// The parts that are judged; `None` for those that the spec reports, as far as the file has rows of them.
    pub parts: Option<Vec<Part>>,
    /// The data sets that the file may be about; all of them if it is empty.
    pub sets: Vec<usize>,
    /// Whether rows of a part may be left without an answer.
    pub incomplete: bool,
}

/// A row of the file, and the row of the data that it answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Pair {
    pub data: usize,
    pub row: usize,
    pub in_file: usize,
}

/// The rows that are judged, part by part, each in the order of the data.
pub(super) struct Paired {
    pub parts: Vec<(Part, Vec<Pair>)>,
    /// Rows of the file that are of other parts.
    pub beside: usize,
}

pub(super) struct Pairing<'a> {
    pub pipeline: &'a Pipeline,
    pub prepared: &'a Prepared,
    pub layout: &'a Layout,
    pub file: &'a AnswerFile,
    /// The tasks that the file answers.
    pub tasks: &'a [usize],
    pub rows: &'a Rows,
}

impl Pairing<'_> {
    /// # Errors
    /// If a row of the file is about no row of the data, or two are about one, or a row of a part has no answer.
    pub fn pair(&self) -> Result<Paired, Unfit> {
        let of_data = self.data_sets()?;
        let mut pairs: Vec<Pair> = Vec::with_capacity(self.file.rows());
        for data in 0..self.pipeline.data.len() {
            let rows: Vec<usize> = (0..self.file.rows()).filter(|row| of_data[*row] == data).collect();
            if !rows.is_empty() {
                pairs.extend(self.of_data_set(data, &rows)?);
            }
        }
        pairs.sort_unstable();
        let parts_of: Vec<Vec<Option<Part>>> = (0..self.pipeline.data.len()).map(|data| self.parts_of(data)).collect();
        let part_of = |pair: &Pair| parts_of[pair.data][pair.row];
        let parts = self.parts(&|part| pairs.iter().any(|pair| part_of(pair) == Some(part)));
        let of_part = |part: &Part| -> (Part, Vec<Pair>) {
            (*part, pairs.iter().filter(|pair| part_of(pair) == Some(*part)).copied().collect())
        };
        let parts: Vec<(Part, Vec<Pair>)> = parts.iter().map(of_part).collect();
        for (part, pairs) in &parts {
            self.all_answered(*part, pairs)?;
        }
        let judged: usize = parts.iter().map(|(_, pairs)| pairs.len()).sum();
        Ok(Paired { beside: self.file.rows() - judged, parts })
    }

    /// The data set of each row of the file.
    fn data_sets(&self) -> Result<Vec<usize>, Unfit> {
        let names: Vec<&str> = self.pipeline.data.iter().map(|set| set.name.as_str()).collect();
        let one = match (self.rows.sets.as_slice(), names.len()) {
            ([one], _) => Some(*one),
            (_, 1) => Some(0),
            _ => None,
        };
        if let Some(one) = one.filter(|_| names.len() == 1 || !self.file.has(&self.layout.data)) {
            return Ok(vec![one; self.file.rows()]);
        }
        if self.file.has(&self.layout.data) {
            let named = |row: usize| {
                let name = self.file.text(&self.layout.data, row).unwrap_or_default();
                names.iter().position(|other| *other == name.trim()).ok_or_else(|| {
                    self.unpaired(Unpaired::OfNoDataSet {
                        place: self.file.place(row),
                        column: self.layout.data.clone(),
                        name,
                        known: names.iter().map(|name| name.to_string()).collect(),
                    })
                })
            };
            return (0..self.file.rows()).map(named).collect();
        }
        // Rows can be about the data set of the labels alone, if there is one.
        let mut sets: Vec<usize> = self.tasks.iter().map(|task| self.pipeline.tasks[*task].label.data).collect();
        sets.sort_unstable();
        sets.dedup();
        match sets.as_slice() {
            [one] => Ok(vec![*one; self.file.rows()]),
            _ => Err(self.unpaired(Unpaired::DataSetsUnsaid {
                column: self.layout.data.clone(),
                known: names.iter().map(|name| name.to_string()).collect(),
            })),
        }
    }

    fn of_data_set(&self, data: usize, rows: &[usize]) -> Result<Vec<Pair>, Unfit> {
        let id = self.layout.ids[data].as_deref().filter(|id| self.file.has(id));
        match (id, self.prepared.ids(data)) {
            (Some(id), Some(ids)) => {
                let ids: Vec<String> = (0..self.prepared.rows(data)).map(|row| ids.of(row)).collect();
                self.by_id(data, rows, id, &ids)
            }
            _ if self.file.has(&self.layout.row) => self.by_number(data, rows),
            _ => self.by_order(data, rows),
        }
    }

    /// Rows of one id are told apart by their order.
    fn by_id(&self, data: usize, rows: &[usize], id: &str, ids: &[String]) -> Result<Vec<Pair>, Unfit> {
        let mut places: HashMap<&str, Vec<usize>> = HashMap::new();
        for (row, id) in ids.iter().enumerate() {
            places.entry(id.as_str()).or_default().push(row);
        }
        let mut used: HashMap<&str, Vec<usize>> = HashMap::new();
        let (mut pairs, mut unknown) = (Vec::with_capacity(rows.len()), Vec::new());
        for in_file in rows.iter().copied() {
            let given = self.file.text(id, in_file).unwrap_or_default();
            let found = places.get_key_value(given.as_str()).or_else(|| places.get_key_value(given.trim()));
            let Some((name, of_id)) = found else {
                unknown.push((in_file, given));
                continue;
            };
            let before = used.entry(name).or_default();
            let Some(row) = of_id.get(before.len()).copied() else {
                let first = before.first().copied().unwrap_or_default();
                return Err(self.unpaired(Unpaired::Twice {
                    place: self.file.place(in_file),
                    first: self.file.short_place(first),
                    what: format!("the {id} `{given}`"),
                }));
            };
            before.push(in_file);
            pairs.push(Pair { data, row, in_file });
        }
        let Some((first, given)) = unknown.first() else { return Ok(pairs) };
        let close = suggest::closest(given, ids.iter().map(String::as_str)).map(str::to_string);
        Err(self.unpaired(Unpaired::Unknown {
            place: self.file.place(*first),
            what: if given.is_empty() { format!("no {id}") } else { format!("the {id} `{given}`") },
            data: self.pipeline.data[data].name.clone(),
            more: unknown.iter().skip(1).take(Unpaired::SHOWN).map(|(row, _)| self.file.short_place(*row)).collect(),
            count: unknown.len(),
            close,
        }))
    }

    /// By the number of the row in the data, from 1 on.
    fn by_number(&self, data: usize, rows: &[usize]) -> Result<Vec<Pair>, Unfit> {
        let column = &self.layout.row;
        let count = self.prepared.rows(data);
        let mut used: Vec<Option<usize>> = vec![None; count];
        let mut pair = |in_file: usize| {
            let given = self.file.number(column, in_file);
            let row = given.filter(|number| number.fract() == 0.0 && (1.0..=count as f64).contains(number));
            let Some(row) = row.map(|number| number as usize - 1) else {
                return Err(self.unpaired(Unpaired::NoRow {
                    place: self.file.place(in_file),
                    column: column.clone(),
                    given: given.map_or("nothing".into(), |number| number.to_string()),
                    data: self.pipeline.data[data].name.clone(),
                    rows: count,
                }));
            };
            if let Some(first) = used[row].replace(in_file) {
                return Err(self.unpaired(Unpaired::Twice {
                    place: self.file.place(in_file),
                    first: self.file.short_place(first),
                    what: format!("row {}", row + 1),
                }));
            }
            Ok(Pair { data, row, in_file })
        };
        rows.iter().map(|row| pair(*row)).collect()
    }

    /// One after the other, as they stand in the data.
    fn by_order(&self, data: usize, rows: &[usize]) -> Result<Vec<Pair>, Unfit> {
        let parts = &self.prepared.parts().0[data];
        let sizes = || Part::ALL.map(|part| (part, parts.of(part).len()));
        let key = || match &self.layout.ids[data] {
            Some(id) => id.clone(),
            None => self.layout.row.clone(),
        };
        let Some(asked) = &self.rows.parts else {
            return Err(self.unpaired(Unpaired::OrderOfWhat { key: key(), rows: rows.len(), sizes: sizes() }));
        };
        let mut wanted: Vec<usize> = asked.iter().flat_map(|part| parts.of(*part).iter()).collect();
        wanted.sort_unstable();
        if wanted.len() != rows.len() {
            return Err(self.unpaired(Unpaired::OtherCount {
                key: key(),
                rows: rows.len(),
                wanted: wanted.len(),
                parts: asked.clone(),
                sizes: sizes(),
            }));
        }
        Ok(rows.iter().zip(wanted).map(|(in_file, row)| Pair { data, row, in_file: *in_file }).collect())
    }

    /// The part of each row of a data set.
    fn parts_of(&self, data: usize) -> Vec<Option<Part>> {
        let mut of_row = vec![None; self.prepared.rows(data)];
        for part in Part::ALL {
            self.prepared.parts().0[data].of(part).iter().for_each(|row| of_row[row] = Some(part));
        }
        of_row
    }

    /// The parts that are judged.
    fn parts(&self, has: &dyn Fn(Part) -> bool) -> Vec<Part> {
        match self.rows.parts.as_deref() {
            // Asked for by its name, it is judged or missed.
            Some([one]) => return vec![*one],
            Some(several) => return several.iter().copied().filter(|part| has(*part)).collect(),
            None => {}
        }
        let of = |parts: &[Part]| parts.iter().copied().filter(|part| has(*part)).collect::<Vec<_>>();
        let reported = of(&self.pipeline.evaluate.parts);
        if reported.is_empty() { of(&Part::ALL) } else { reported }
    }

    /// An error if a row of the part that some task would be judged on has no answer.
    fn all_answered(&self, part: Part, pairs: &[Pair]) -> Result<(), Unfit> {
        if self.rows.incomplete && !pairs.is_empty() {
            return Ok(());
        }
        let asked = self.rows.parts.as_ref().is_some_and(|parts| parts.len() == 1);
        for data in 0..self.pipeline.data.len() {
            let tasks: Vec<usize> =
                self.tasks.iter().copied().filter(|task| self.pipeline.tasks[*task].label.data == data).collect();
            let answered: std::collections::HashSet<usize> =
                pairs.iter().filter(|pair| pair.data == data).map(|pair| pair.row).collect();
            let judged = |row: &usize| tasks.iter().any(|task| self.prepared.takes_part(*task).contains(*row));
            let wanted: Vec<usize> = self.prepared.parts().0[data].of(part).iter().filter(judged).collect();
            let missing: Vec<usize> = wanted.iter().copied().filter(|row| !answered.contains(row)).collect();
            if !missing.is_empty() && (!answered.is_empty() || asked) {
                let names = missing.iter().take(Unpaired::SHOWN).map(|row| self.prepared.row_name(data, *row));
                return Err(self.unpaired(Unpaired::Unanswered {
                    data: self.pipeline.data[data].name.clone(),
                    part,
                    missing: missing.len(),
                    wanted: wanted.len(),
                    examples: names.collect(),
                }));
            }
        }
        Ok(())
    }

    fn unpaired(&self, why: Unpaired) -> Unfit {
        Unfit::Unpaired { file: self.file.name.clone(), why: Box::new(why) }
    }
}
