//! What other programs read of answers that are found in pictures, beside the table in its folder: a file of COCO for all rows, or a text file of MOTChallenge for each.

use std::collections::HashSet;
use std::io::{BufWriter, Write};
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

/// Annotations that have been written, and the pictures that they are of.
struct Coco {
    file: BufWriter<Replacing>,
    annotations: usize,
    images: Vec<Value>,
    numbers: HashSet<u64>,
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
        for TaskAnswers { task, answers, .. } in answered {
            let Some(Some(of)) = self.tasks.get_mut(*task) else { continue };
            let written = written(*task);
            for (row, key) in keys.iter().enumerate() {
                match of.exchange {
                    Exchange::Coco(_) | Exchange::CocoPoints(_) => {
                        let annotations = written.annotations(answers.as_ref(), row);
                        of.coco((key, data), annotations).map_err(|error| cannot(&of.path, &error))?;
                    }
                    Exchange::Mot => of.text((key, data), &written.text(answers.as_ref(), row))?,
                }
            }
        }
        Ok(())
    }

    /// All rows have come.
    ///
    /// # Errors
    /// If a file cannot be written.
    pub fn finish(self) -> Result<(), Stopped> {
        for task in self.tasks.into_iter().flatten() {
            let Task { path, exchange, coco: Some(coco), .. } = task else { continue };
            coco.finish(&categories(&exchange)).map_err(|error| cannot(&path, &error))?;
        }
        Ok(())
    }
}

impl Task {
    fn coco(&mut self, (key, data): (&Cell, Option<&str>), found: Vec<Map<String, Value>>) -> std::io::Result<()> {
        let coco = match &mut self.coco {
            Some(coco) => coco,
            none => none.insert(Coco::begin(&self.path)?),
        };
        let name = match key {
            Cell::Text(id) => id.clone(),
            other => spelled(other),
        };
        // The picture's own number, if it has one that no other has.
        let own = name.parse::<u64>().ok().filter(|number| !coco.numbers.contains(number));
        let next = || coco.numbers.iter().max().map_or(1, |most| most.saturating_add(1));
        let id = own.unwrap_or_else(next);
        coco.numbers.insert(id);
        let name = data.map_or_else(|| name.clone(), |data| format!("{data}/{name}"));
        coco.images.push(json!({ "id": id, "file_name": name }));
        for mut annotation in found {
            let comma = if coco.annotations == 0 { "" } else { "," };
            coco.annotations += 1;
            annotation.insert("id".into(), coco.annotations.into());
            annotation.insert("image_id".into(), id.into());
            write!(coco.file, "{comma}\n{}", Value::Object(annotation))?;
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
        let mut file = BufWriter::new(Replacing::begin(path)?);
        write!(file, "{{\"annotations\": [")?;
        Ok(Self { file, annotations: 0, images: Vec::new(), numbers: HashSet::new() })
    }

    fn finish(mut self, categories: &[Value]) -> std::io::Result<()> {
        let (images, categories) = (json!(self.images), json!(categories));
        write!(self.file, "\n],\n\"images\": {images},\n\"categories\": {categories}}}\n")?;
        self.file.into_inner().map_err(std::io::IntoInnerError::into_error)?.finish()
    }
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
