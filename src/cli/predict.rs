//! `mtlc predict`: what a finished run says of new rows.

use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::{Map, Value};

use super::Outcome;
use super::args::DeviceArg;
use super::kept::Kept;
use super::output::complain;
use super::stopped::Stopped;
use crate::catalog::decoders::Role;
use crate::check::pipeline::{Part, Task};
use crate::data::Need;
use crate::source;
use crate::train::evaluate::TaskPredictions;
use crate::train::session::Session;

/// Predict with a finished run
#[derive(Args, Debug)]
pub struct PredictArgs {
    /// The run directory
    #[arg(value_name = "RUN")]
    run: PathBuf,
    /// The rows to predict for; labels are not needed (NAME=FILE if there are several data sets)
    #[arg(long, value_name = "FILE", required = true)]
    data: Vec<String>,
    /// Where predictions go: a .csv or .jsonl file
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Replace the file if it exists
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    device: DeviceArg,
}

pub fn run(args: PredictArgs) -> Outcome {
    match predict(&args) {
        Ok(rows) => {
            let s = if rows == 1 { "" } else { "s" };
            complain(&format!("{rows} row{s} predicted, in {}", args.out.display()));
            Outcome::Clean
        }
        Err(stopped) => stopped.outcome(),
    }
}

/// How predictions are written.
#[derive(Clone, Copy)]
enum Form {
    Csv,
    JsonLines,
}

fn form(path: &Path) -> Result<Form, Stopped> {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("csv") => Ok(Form::Csv),
        Some("jsonl") => Ok(Form::JsonLines),
        _ => Err(Stopped::Message(
            format!("`{}` does not say how to write predictions", path.display()),
            Some("end its name in `.csv` or `.jsonl`".into()),
        )),
    }
}

fn predict(args: &PredictArgs) -> Result<usize, Stopped> {
    let form = form(&args.out)?;
    if args.out.exists() && !args.force {
        let message = format!("`{}` exists", args.out.display());
        return Err(Stopped::Message(message, Some("replace it with `--force`, or choose another name".into())));
    }
    let kept = Kept::open(&args.run)?;
    let backend = kept.backend(&args.device)?;
    let overrides = kept.overrides(&args.data)?;
    let (session, _) = kept.session(&overrides, Need::Inputs)?;
    let model = kept.model(&session, backend)?;
    let predictions = session.predictions(&model, Part::Test);
    // Data sets of the run that no file was given for are not asked about.
    let wanted = |data: usize| overrides.files.contains_key(&data);
    let rows = lines(&session, &predictions, &wanted);
    if rows.is_empty() {
        complain(&format!("error: {} has no rows to predict for", args.data.join(", ")));
        return Err(Stopped::Problems);
    }
    let bytes = match form {
        Form::Csv => csv(&rows).map_err(|error| format!("cannot write `{}`: {error}", args.out.display()))?,
        Form::JsonLines => {
            rows.iter().map(|row| Value::Object(row.clone()).to_string() + "\n").collect::<String>().into()
        }
    };
    source::replace(&args.out, &bytes)?;
    Ok(rows.len())
}

/// One object per row of the asked data sets, in the order of the files.
fn lines(
    session: &Session,
    predictions: &[TaskPredictions],
    wanted: &dyn Fn(usize) -> bool,
) -> Vec<Map<String, Value>> {
    let pipeline = &session.pipeline;
    let mut all = Vec::new();
    let asked: Vec<usize> = (0..pipeline.data.len()).filter(|data| wanted(*data)).collect();
    for data in &asked {
        let ids = session.prepared.ids(*data);
        let mut rows: Vec<Map<String, Value>> = (0..session.prepared.rows(*data))
            .map(|row| {
                let mut object = Map::new();
                if asked.len() > 1 {
                    object.insert("data".into(), pipeline.data[*data].name.clone().into());
                }
                match (&ids, pipeline.data[*data].id) {
                    (Some(ids), Some(column)) => {
                        object.insert(pipeline.data[*data].columns[column].name.clone(), ids[row].clone().into())
                    }
                    _ => object.insert("row".into(), (row + 1).into()),
                };
                object
            })
            .collect();
        for (index, (task, predictions)) in pipeline.tasks.iter().zip(predictions).enumerate() {
            let answer = Answer::of(session, index, task, predictions);
            for (position, (of, row)) in predictions.rows.iter().enumerate() {
                if of == data {
                    answer.put(&mut rows[*row], position);
                }
            }
        }
        all.extend(rows);
    }
    all
}

/// How a task's predictions are put into a row.
struct Answer<'a> {
    name: &'a str,
    classes: Vec<String>,
    /// Names of a vector's components.
    components: Vec<String>,
    yes_or_no: Option<String>,
    predictions: &'a TaskPredictions,
}

impl<'a> Answer<'a> {
    fn of(session: &Session, index: usize, task: &'a Task, predictions: &'a TaskPredictions) -> Self {
        let columns = &task.label.columns;
        let components = match predictions.decoded.width {
            width if width == columns.len() => {
                columns.iter().map(|column| session.pipeline.column(*column).name.clone()).collect()
            }
            width => (1..=width).map(|place| place.to_string()).collect(),
        };
        let classes = session.prepared.classes(index).map(<[String]>::to_vec).unwrap_or_default();
        // The class that a yes-or-no task asks for.
        let positive = task.target.iter().find_map(|step| {
            step.def.to_args().values.iter().find_map(|(_, value)| match value {
                crate::catalog::ArgValue::Text(text) if classes.contains(text) => Some(text.clone()),
                _ => None,
            })
        });
        let yes_or_no = if predictions.decoded.width == 1 { positive } else { None };
        Self { name: &task.name, classes, components, yes_or_no, predictions }
    }

    fn put(&self, row: &mut Map<String, Value>, position: usize) {
        let decoded = &self.predictions.decoded;
        let values = &decoded.values[position * decoded.width..][..decoded.width];
        let name = self.name;
        match decoded.role {
            Role::Distribution => {
                let best =
                    (0..values.len()).fold(0, |best, class| if values[class] > values[best] { class } else { best });
                row.insert(name.into(), self.class(best));
                for (class, value) in self.classes.iter().zip(values) {
                    row.insert(format!("{name}.{class}"), (*value).into());
                }
            }
            Role::Probabilities => match &self.yes_or_no {
                Some(positive) => {
                    let other =
                        self.classes.iter().find(|class| *class != positive).filter(|_| self.classes.len() == 2);
                    let answer = match (values[0] >= 0.5, other) {
                        (true, _) => Value::from(positive.clone()),
                        (false, Some(other)) => Value::from(other.clone()),
                        (false, None) => Value::from(format!("not {positive}")),
                    };
                    row.insert(name.into(), answer);
                    row.insert(format!("{name}.{positive}"), values[0].into());
                }
                None => {
                    let chosen: Vec<&str> = self
                        .classes
                        .iter()
                        .zip(values)
                        .filter(|(_, value)| **value >= 0.5)
                        .map(|(class, _)| class.as_str())
                        .collect();
                    row.insert(name.into(), chosen.join("|").into());
                    for (class, value) in self.classes.iter().zip(values) {
                        row.insert(format!("{name}.{class}"), (*value).into());
                    }
                }
            },
            Role::Classes if decoded.width == 1 => {
                row.insert(name.into(), self.class(values[0] as usize));
            }
            Role::Classes => {
                for (class, value) in self.classes.iter().zip(values) {
                    row.insert(format!("{name}.{class}"), (*value == 1.0).into());
                }
            }
            Role::Raw | Role::Numbers if decoded.width == 1 => {
                row.insert(name.into(), values[0].into());
            }
            Role::Raw | Role::Numbers => {
                for (component, value) in self.components.iter().zip(values) {
                    row.insert(format!("{name}.{component}"), (*value).into());
                }
            }
        }
    }

    fn class(&self, class: usize) -> Value {
        self.classes.get(class).map_or(Value::Null, |class| class.clone().into())
    }
}

fn csv(rows: &[Map<String, Value>]) -> Result<Vec<u8>, csv::Error> {
    let mut header: Vec<&String> = Vec::new();
    let mut known = std::collections::HashSet::new();
    for key in rows.iter().flat_map(Map::keys) {
        if known.insert(key) {
            header.push(key);
        }
    }
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(&header)?;
    for row in rows {
        writer.write_record(header.iter().map(|key| match row.get(*key) {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
        }))?;
    }
    writer.into_inner().map_err(|error| error.into_error().into())
}
