//! What other programs read of answers that are found in pictures, beside the table in its folder: a file of COCO for all rows, or a text file of MOTChallenge for each.

use std::collections::HashSet;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use super::files::{cannot, safe, spelled};
use crate::answers::{Cell, Exchange, Written};
use crate::cli::stopped::Stopped;
use crate::score::judge::TaskAnswers;
use crate::source::{self, Replacing};

/// The files of all tasks.
pub struct Beside {
    tasks: Vec<Option<Task>>,
}

struct Task {
    /// The file, or the folder of the files.
    path: PathBuf,
    exchange: Exchange,
    /// Begun with the first rows.
    coco: Option<Coco>,
    /// Ids may be given twice, and two may be one file name.
    used: HashSet<PathBuf>,
}

/// Annotations, and the pictures that they are of.
struct Coco {
    /// A line for each annotation: the place of its picture, then what is found. The number of a picture is known when all rows have come.
    lines: BufWriter<Replacing>,
    path: PathBuf,
    annotations: usize,
    pictures: Vec<Picture>,
}

struct Picture {
    file: String,
    /// What tells its row apart.
    id: String,
    /// Height and width, as its file has it.
    size: Option<(usize, usize)>,
}

impl Beside {
    /// Nothing beside a table that has no folder.
    pub fn none() -> Self {
        Self { tasks: Vec::new() }
    }

    /// Of each task its name, and what is written of it if that is found in pictures.
    pub fn new<'t>(folder: &Path, tasks: impl Iterator<Item = (&'t str, Option<&'t dyn Written>)>) -> Self {
        let of = |(name, written): (&str, Option<&dyn Written>)| {
            let exchange = written?.exchange()?;
            let name = match exchange {
                Exchange::Coco(_) | Exchange::CocoPoints(_) => format!("{}.json", safe(name)),
                Exchange::Mot => safe(name),
            };
            Some(Task { path: folder.join(name), exchange, coco: None, used: HashSet::new() })
        };
        Self { tasks: tasks.map(of).collect() }
    }

    /// Writes what the tasks answer for some rows; `keys` tells the rows apart, `data` is the name of their data set if there are several.
    ///
    /// # Errors
    /// If a file cannot be written.
    pub fn put<'w>(
        &mut self,
        (keys, data): (&[Cell], Option<&str>),
        answered: &[TaskAnswers],
        written: impl Fn(usize) -> &'w dyn Written,
    ) -> Result<(), Stopped> {
        for TaskAnswers { task, answers, pictures, .. } in answered {
            let Some(Some(of)) = self.tasks.get_mut(*task) else { continue };
            let written = written(*task);
            for (row, key) in keys.iter().enumerate() {
                match of.exchange {
                    Exchange::Coco(_) | Exchange::CocoPoints(_) => {
                        let annotations = written.annotations(answers.as_ref(), row);
                        of.coco((key, data), pictures.get(row).copied(), annotations)
                            .map_err(|error| cannot(&of.path, &error))?;
                    }
                    Exchange::Mot => of.text((key, data), &written.text(answers.as_ref(), row))?,
                }
            }
        }
        Ok(())
    }

    /// All rows have come; what is to be known of the files is returned.
    ///
    /// # Errors
    /// If a file cannot be written.
    pub fn finish(self) -> Result<Vec<String>, Stopped> {
        let mut remarks = Vec::new();
        for task in self.tasks.into_iter().flatten() {
            let Task { path, exchange, coco: Some(coco), .. } = task else { continue };
            remarks.extend(coco.finish(&categories(&exchange)).map_err(|error| cannot(&path, &error))?);
        }
        Ok(remarks)
    }
}

impl Task {
    fn coco(
        &mut self,
        (key, data): (&Cell, Option<&str>),
        size: Option<(usize, usize)>,
        found: Vec<Map<String, Value>>,
    ) -> std::io::Result<()> {
        let coco = match &mut self.coco {
            Some(coco) => coco,
            none => none.insert(Coco::begin(&self.path)?),
        };
        let id = match key {
            Cell::Text(id) => id.clone(),
            other => spelled(other),
        };
        let file = data.map_or_else(|| id.clone(), |data| format!("{data}/{id}"));
        coco.pictures.push(Picture { file, id, size });
        coco.annotations += found.len();
        for annotation in found {
            writeln!(coco.lines, "{} {}", coco.pictures.len() - 1, Value::Object(annotation))?;
        }
        Ok(())
    }

    fn text(&mut self, (key, data): (&Cell, Option<&str>), text: &str) -> Result<(), Stopped> {
        let folder = data.map_or_else(|| self.path.clone(), |data| self.path.join(safe(data)));
        std::fs::create_dir_all(&folder).map_err(|error| cannot(&folder, &error))?;
        let plain = spelled(key);
        let path = |count: usize| match count {
            0 if !plain.is_empty() => folder.join(format!("{plain}.txt")),
            count => folder.join(format!("{plain}.{}.txt", count + 1)),
        };
        let free = (0..).map(path).find(|path| !self.used.contains(path)).unwrap_or_default();
        source::replace(&free, text.as_bytes())?;
        self.used.insert(free);
        Ok(())
    }
}

impl Coco {
    fn begin(path: &Path) -> std::io::Result<Self> {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        // Never finished, and so gone when this is.
        let lines = BufWriter::new(Replacing::begin(&path.with_file_name(format!("{name}.lines")))?);
        Ok(Self { lines, path: path.to_path_buf(), annotations: 0, pictures: Vec::new() })
    }

    fn finish(mut self, categories: &[Value]) -> std::io::Result<Option<String>> {
        self.lines.flush()?;
        let (numbers, remark) = numbers(&self.pictures, &self.path);
        let mut file = BufWriter::new(Replacing::begin(&self.path)?);
        write!(file, "{{\"annotations\": [")?;
        for (number, line) in BufReader::new(self.lines.get_ref().again()?).lines().enumerate() {
            let line = line?;
            let (place, found) = line.split_once(' ').unwrap_or_default();
            let picture = place.parse().ok().and_then(|place: usize| numbers.get(place)).copied().unwrap_or_default();
            let comma = if number == 0 { "" } else { "," };
            // What is found is an object that is not empty, and goes on behind these two.
            let others = found.strip_prefix('{').unwrap_or(found);
            write!(file, "{comma}\n{{\"id\":{},\"image_id\":{picture},{others}", number + 1)?;
        }
        let images = self.pictures.iter().zip(&numbers).map(|(picture, number)| picture.image(*number));
        let images = json!(images.collect::<Vec<_>>());
        write!(file, "\n],\n\"images\": {images},\n\"categories\": {}}}\n", json!(categories))?;
        file.into_inner().map_err(std::io::IntoInnerError::into_error)?.finish()?;
        Ok(remark)
    }
}

impl Picture {
    /// What a file of COCO says of it.
    fn image(&self, number: u64) -> Value {
        let mut image = json!({ "id": number, "file_name": self.file });
        if let Some((height, width)) = self.size {
            image["height"] = height.into();
            image["width"] = width.into();
        }
        image
    }
}

/// The number of each picture, by which annotations name it: the id of its row, where all are numbers and none is given twice; else the place of the row, counted from 1. Some of both would
/// let a number be taken for the id of another row. What is said of it, if ids that are numbers are not these.
fn numbers(pictures: &[Picture], path: &Path) -> (Vec<u64>, Option<String>) {
    let own: Vec<Option<u64>> = pictures.iter().map(|picture| picture.id.parse().ok()).collect();
    let mut seen = HashSet::new();
    let twice = own.iter().flatten().find(|number| !seen.insert(**number));
    if let (None, Some(own)) = (twice, own.iter().copied().collect::<Option<Vec<u64>>>()) {
        return (own, None);
    }
    let why = match (twice, own.iter().position(Option::is_none)) {
        (Some(twice), _) => Some(format!("more than one row has the id {twice}")),
        (None, Some(other)) if own.iter().any(Option::is_some) => {
            Some(format!("the id `{}` is no number, as those of other rows are", pictures[other].id))
        }
        _ => None,
    };
    let remark = why
        .map(|why| format!("in `{}` pictures are numbered in the order of their rows, from 1: {why}", path.display()));
    ((1..).take(pictures.len()).collect(), remark)
}

/// What a file of COCO says of the classes, which are counted from 1.
fn categories(exchange: &Exchange) -> Vec<Value> {
    match exchange {
        Exchange::Coco(classes) => {
            let category = |(place, name): (usize, &String)| json!({ "id": place + 1, "name": name });
            classes.iter().enumerate().map(category).collect()
        }
        Exchange::CocoPoints(points) => vec![json!({ "id": 1, "name": "thing", "keypoints": points, "skeleton": [] })],
        Exchange::Mot => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_have_their_own_numbers_or_all_those_of_their_rows() {
        let of = |ids: &[&str]| {
            let picture = |id: &&str| Picture { file: format!("{id}.png"), id: id.to_string(), size: None };
            let pictures: Vec<_> = ids.iter().map(picture).collect();
            numbers(&pictures, Path::new("found/things.json"))
        };
        assert_eq!(of(&["7", "102", "8"]), (vec![7, 102, 8], None));
        assert_eq!(of(&["a", "b"]), (vec![1, 2], None));
        // The second 7 must not become an 8, which another row is.
        let (numbers, remark) = of(&["7", "7", "8"]);
        let why = "more than one row has the id 7";
        let all = "in `found/things.json` pictures are numbered in the order of their rows, from 1: ";
        assert_eq!((numbers, remark), (vec![1, 2, 3], Some(format!("{all}{why}"))));
        let why = "the id `b` is no number, as those of other rows are";
        assert_eq!(of(&["7", "b"]), (vec![1, 2], Some(format!("{all}{why}"))));
    }
}
