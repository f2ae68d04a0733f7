//! `mtlc talk`: a conversation with a model that answers with texts, line by line.

use std::io::{BufRead, IsTerminal};
use std::path::PathBuf;

use clap::Args;

use super::Outcome;
use super::args::DeviceArg;
use super::output::{complain, print};
use super::spec::show;
use super::stopped::Stopped;
use crate::answers::Texts;
use crate::catalog::kinds::KindDef;
use crate::diag::Diagnostic;
use crate::pipeline::Pipeline;
use crate::project::kept::Kept;
use crate::project::opened::Opened;

/// Talk with a model that answers with texts: a line is asked, a line is answered, until the input ends
#[derive(Args, Debug)]
pub struct TalkArgs {
    /// The run directory
    #[arg(value_name = "RUN")]
    run: PathBuf,
    /// The task that answers, if several do
    #[arg(long, value_name = "NAME")]
    task: Option<String>,
    #[command(flatten)]
    device: DeviceArg,
}

pub fn run(args: TalkArgs) -> Outcome {
    match talk(&args) {
        Ok(()) => Outcome::Clean,
        Err(stopped) => stopped.outcome(),
    }
}

/// What of a model takes part in a conversation.
struct Speaker {
    model: Opened,
    task: usize,
    data: usize,
    /// The names of the columns: that of what was said before, if the model reads one, and that of what is said.
    before: Option<String>,
    says: String,
}

fn talk(args: &TalkArgs) -> Result<(), Stopped> {
    let kept = Kept::open(&args.run)?;
    let task = speaking(&kept.pipeline, args.task.as_deref())?;
    let (data, before, says) = columns(&kept.pipeline, task)?;
    let backend = args.device.backend_or(kept.trained_on())?;
    let mut speaker = Speaker { model: Opened::open(kept, backend)?, task, data, before, says };
    let typed = std::io::stdin().is_terminal();
    if typed {
        complain("Write a line; the end of the input (Ctrl-D) ends the conversation.");
    }
    let mut turns: Vec<String> = Vec::new();
    for line in std::io::stdin().lock().split(b'\n') {
        let line = line.map_err(|error| format!("cannot read the next line: {error}"))?;
        // What is no text is one nobody can answer otherwise.
        let line = String::from_utf8_lossy(&line).trim().to_string();
        if line.is_empty() {
            continue;
        }
        let answer = speaker.answer(&mut turns, &line)?;
        // An answer is one line, so that who reads a pipe knows where it ends.
        print(&format!("{}\n", answer.split_whitespace().collect::<Vec<_>>().join(" ")));
        turns.extend([line, answer]);
    }
    Ok(())
}

/// The task that answers.
fn speaking(pipeline: &Pipeline, named: Option<&str>) -> Result<usize, Stopped> {
    let texts =
        || (0..pipeline.tasks.len()).filter(|task| pipeline.tasks[*task].label.ty.kind == crate::catalog::Kind::Text);
    let names = || texts().map(|task| format!("`{}`", pipeline.tasks[task].name)).collect::<Vec<_>>().join(", ");
    let found = match named {
        Some(name) => texts().find(|task| pipeline.tasks[*task].name == name),
        None => texts().next(),
    };
    found.ok_or_else(|| match (named, names().as_str()) {
        (_, "") => Stopped::Message(
            "the run has no task that answers with a text".into(),
            Some("train one: `task reply: retrieval from … { label: talk.reply }`".into()),
        ),
        (named, names) => Stopped::Message(
            format!("the run has no task `{}` that answers with a text", named.unwrap_or_default()),
            Some(format!("those that do are {names}")),
        ),
    })
}

/// The data set in whose place a line is put, and the columns of what was said before and of the line.
fn columns(pipeline: &Pipeline, task: usize) -> Result<(usize, Option<String>, String), Stopped> {
    let data = pipeline.tasks[task].label.data;
    let set = &pipeline.data[data];
    let read = pipeline.inputs.iter().map(|input| {
        let own = input.columns.iter().filter(|column| column.data == data).map(|column| column.column);
        own.collect::<Vec<usize>>()
    });
    // All inputs together read one text, or two of which the first is what was said before.
    let longest = read.clone().max_by_key(Vec::len).unwrap_or_default();
    let same = read.flatten().all(|column| longest.contains(&column));
    let texts = longest.iter().all(|column| matches!(set.columns[*column].kind, KindDef::Text(_)));
    let name = |column: usize| set.columns[column].source.clone();
    match longest.as_slice() {
        [says] if texts && same => Ok((data, None, name(*says))),
        [before, says] if texts && same => Ok((data, Some(name(*before)), name(*says))),
        _ => Err(Stopped::Message(
            "a conversation is one text, and the model reads something else of a row".into(),
            Some(
                "train a model that reads what is said, `input says from talk.says -> …`, or what was said before as well, `talk[before, says]`"
                    .into(),
            ),
        )),
    }
}

impl Speaker {
    /// What the model says to a line, knowing as much of what was said before as it reads; what it has no room for is forgotten.
    fn answer(&mut self, turns: &mut Vec<String>, line: &str) -> Result<String, Stopped> {
        loop {
            let mut row = serde_json::Map::new();
            if let Some(before) = &self.before {
                row.insert(before.clone(), turns.join("\n").into());
            }
            row.insert(self.says.clone(), line.into());
            let asked = self.model.ask(self.data, &[row.into()]).map_err(|wrong| self.refused(&wrong))?;
            let inputs = 0..self.model.pipeline().inputs.len();
            let cut = inputs.filter_map(|input| asked.prepared.tokens_seen(input)).any(|seen| seen.cut() > 0);
            if cut && self.before.is_some() && !turns.is_empty() {
                turns.remove(0);
                continue;
            }
            let mut said = String::new();
            self.model.tasks(&asked, |answered| {
                if answered.task == self.task
                    && let Some(text) = answered.answers.of::<Texts>().and_then(|texts| texts.values.first())
                {
                    said.clone_from(text);
                }
            });
            return Ok(said);
        }
    }

    fn refused(&self, wrong: &[Diagnostic]) -> Stopped {
        show(wrong, &self.model.kept().spec);
        Stopped::Problems
    }
}
