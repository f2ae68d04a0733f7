//! `instances`: lists of objects with outlines, or pictures whose pixels are numbers of things. A row is kept as text: `[["cat", OUTLINE], …]`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, StringArray};
use serde_json::Value;

use super::objects::{Members, Objects, member, passed_over};
use super::{Cells, KindHalf, Spelling, describe_classes, hash_texts, text_at};
use crate::answers::{Outline, Runs};
use crate::catalog::kinds::Reading;
use crate::catalog::kinds::instances::Instances;
use crate::data::instances::{self, KeptThing};
use crate::data::labels::LabelColumn;
use crate::data::masks::numbered;
use crate::data::pictures::{MOST_PIXELS, file_bytes};
use crate::data::problems::{count, shown};
use crate::data::values::Values;

struct InstanceCells {
    kind: Instances,
    objects: Objects,
    folder: PathBuf,
    texts: Vec<Option<String>>,
}

impl Cells for InstanceCells {
    fn folder(&mut self, folder: &Path) {
        self.folder = folder.to_path_buf();
    }

    fn push(&mut self, cell: &str) -> Result<(), String> {
        let row = match serde_json::from_str::<Value>(cell) {
            Ok(value @ (Value::Array(_) | Value::Object(_))) => self
                .objects
                .each(value, |members| self.thing(members))
                .map_err(|why| format!("no list of things: {why}")),
            _ => self.picture(cell.trim()).map_err(|why| format!("no picture of numbered things: {why}")),
        };
        self.texts.push(row.as_ref().ok().map(|row| instances::written(row)));
        row.map(|_| ())
    }

    fn push_missing(&mut self) {
        self.texts.push(None);
    }

    fn finish(&mut self) -> ArrayRef {
        Arc::new(StringArray::from(std::mem::take(&mut self.texts)))
    }
}

impl InstanceCells {
    fn thing(&self, members: &Members) -> Result<KeptThing, String> {
        let at = &self.kind.at;
        let outline = match member(members, at)? {
            Value::Array(polygons) => Outline::Polygons(polygons_of(polygons, at)?),
            Value::Object(packed) => Outline::Runs(runs_of(packed, at)?),
            other => return Err(format!("has `{}` in `{at}`, which is no outline", shown(&other.to_string()))),
        };
        if outline.edges().is_none_or(|[left, top, right, bottom]| left >= right || top >= bottom) {
            return Err(format!("has no pixels in its `{at}`"));
        }
        Ok(KeptThing { class: self.objects.class(members)?, outline, passed_over: passed_over(members)? })
    }

    /// The things of a picture whose pixels are their numbers.
    fn picture(&self, cell: &str) -> Result<Vec<KeptThing>, String> {
        let bytes = file_bytes(&self.folder.join(cell)).map_err(|why| format!("`{}`: {why}", shown(cell)))?;
        let (height, width, map) = numbered(&bytes)?;
        let classes = &self.kind.classes;
        if classes.is_empty() || (self.kind.each.is_none() && classes.len() > 1) {
            return Err("its pixels have no names: declare the one class that all are of, or `each: 1000`".into());
        }
        let numbers: BTreeSet<u16> = map.iter().copied().filter(|number| *number > 0).collect();
        let thing = |number: u16| {
            let class = self.kind.each.map_or(1, |each| usize::from(number) / each);
            let Some(name) = class.checked_sub(1).and_then(|class| classes.get(class)) else {
                let (each, last) = (self.kind.each.unwrap_or(1), classes.len());
                return Err(format!(
                    "a pixel is {number}, which is of class {class} by `each: {each}`, and the last class that is declared is {last}"
                ));
            };
            let own: Vec<bool> = map.iter().map(|other| *other == number).collect();
            let outline = Outline::Runs(Runs::of(&own, (height, width)));
            Ok(KeptThing { class: name.clone(), outline, passed_over: false })
        };
        numbers.into_iter().map(thing).collect()
    }
}

/// Polygons of which each is a list of x and y in turn.
fn polygons_of(polygons: &[Value], at: &str) -> Result<Vec<Vec<[f32; 2]>>, String> {
    let of = |polygon: &Value| -> Option<Vec<[f32; 2]>> {
        let numbers: Vec<f32> =
            polygon.as_array()?.iter().map(|one| Some(one.as_f64()? as f32)).collect::<Option<_>>()?;
        let (corners, rest) = numbers.as_chunks::<2>();
        let whole = rest.is_empty() && corners.len() > 2 && numbers.iter().all(|number| number.is_finite());
        whole.then(|| corners.to_vec())
    };
    let all: Option<Vec<_>> = polygons.iter().map(of).collect();
    all.ok_or_else(|| format!("has a polygon in `{at}` that is no list of three corners or more, `[x, y, x, y, x, y]`"))
}

fn runs_of(packed: &Members, at: &str) -> Result<Runs, String> {
    let form =
        || format!("has no `size` and `counts` in `{at}`, such as `{{\"size\": [4, 6], \"counts\": [5, 3, 16]}}`");
    let size = packed.get("size").and_then(Value::as_array).filter(|size| size.len() == 2).ok_or_else(form)?;
    let side = |place: usize| size[place].as_u64().map(|side| side as usize);
    let (height, width) = side(0).zip(side(1)).ok_or_else(form)?;
    if height.saturating_mul(width) as u64 > MOST_PIXELS {
        return Err(format!("has {height} × {width} pixels in `{at}`, which is too many"));
    }
    let runs = match packed.get("counts").ok_or_else(form)? {
        Value::String(text) => Runs::unpacked(text, (height, width)),
        Value::Array(counts) => {
            let counts: Option<Vec<u32>> = counts.iter().map(|one| u32::try_from(one.as_u64()?).ok()).collect();
            counts.map(|counts| Runs { height, width, counts }).filter(Runs::is_whole)
        }
        _ => return Err(form()),
    };
    runs.ok_or_else(|| format!("has runs in `{at}` that are not {height} × {width} pixels together"))
}

impl KindHalf for Instances {
    fn cells(&self, _spelling: Spelling, _shape: &[usize]) -> Box<dyn Cells> {
        let objects = Objects::new(&self.classes, &self.class);
        Box::new(InstanceCells { kind: self.clone(), objects, folder: PathBuf::new(), texts: Vec::new() })
    }

    fn has_classes(&self) -> bool {
        true
    }

    fn classes_seen(&self, column: &ArrayRef, rows: &mut dyn Iterator<Item = usize>, seen: &mut BTreeSet<String>) {
        for row in rows {
            let kept = text_at(column, row).map(instances::read).unwrap_or_default();
            seen.extend(kept.into_iter().map(|one| one.class));
        }
    }

    fn values(&self, columns: &[&ArrayRef], _shape: &[usize], _reading: Reading, classes: &[String]) -> Values {
        let rows = columns.first().map_or(0, |column| column.len());
        let all = instances::column((0..rows).map(|row| text_at(columns[0], row)), classes);
        Values::Instances(instances::Placed::without_pixels(classes.len(), &all))
    }

    fn label(&self, columns: &[&ArrayRef], classes: &[String]) -> LabelColumn {
        let [column] = columns else { return LabelColumn::without_values(columns) };
        let texts = column.as_string_opt::<i32>();
        let present = (0..column.len()).map(|row| texts.is_some_and(|texts| texts.is_valid(row))).collect();
        LabelColumn::new(present, instances::column((0..column.len()).map(|row| text_at(column, row)), classes))
    }

    fn text(&self, column: &ArrayRef, row: usize) -> Option<String> {
        text_at(column, row).map(str::to_string)
    }

    fn hash_rows(&self, column: &ArrayRef, first: usize, hashes: &mut [u64]) {
        hash_texts(column, first, hashes);
    }

    fn describe(&self, column: &ArrayRef, classes: &[String]) -> String {
        let of_row = |row| text_at(column, row).map_or(0, |text| instances::read(text).len());
        let all: usize = (0..column.len()).map(of_row).sum();
        format!("{}: {}", count(all, "thing"), describe_classes(classes))
    }
}
