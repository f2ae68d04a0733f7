//! Sessions of small specs, trained step by step, for tests of what happens to single weights.

use std::collections::BTreeMap;

use mtlc::data::{Batch, Overrides, open_and_split};
use mtlc::lower::{Backend, Model};
use mtlc::train::engine::{Engine, Moment};
use mtlc::train::fit::{Settings, Watch};
use mtlc::train::session::Session;

use crate::support::{With, check_at, describe, repository};

/// Three tasks on penguins; `rest` may say more of the model.
pub fn penguins(trunk: &str, rest: &str, train: &str) -> String {
    format!(
        "use std.tasks.{{classification, binary, regression}}
         data penguins: csv(\"data/penguins.csv\") {{
           split {{ train: 70%, valid: 15%, test: 15%, stratify: species }}
           columns {{ species: category, island: category, bill_length_mm: number, bill_depth_mm: number
                      flipper_length_mm: number, body_mass_g: number, sex: category(\"female\", \"male\") }}
         }}
         input body from penguins[bill_length_mm, bill_depth_mm, flipper_length_mm] -> impute(median) -> standardize
         input island from penguins.island -> embed(4)
         shared trunk {trunk}
         task species: classification from trunk {{ label: penguins.species }}
         task sex: binary(positive: \"male\") from trunk {{ label: penguins.sex }}
         task mass: regression from trunk {{ label: penguins.body_mass_g }}
         train {{ epochs: 3, batch: 32, optimizer: adamw(lr: 3e-3), seed: 5\n{train}\n }}
         {rest}"
    )
}

pub const TRUNK: &str = "from concat(body, island) -> dense(16) -> relu -> dense(8) -> relu";

/// A session of a text as if it stood among the pipelines.
pub fn session_without(text: &str, without: &[&str]) -> Session {
    let outcome = check_at(&repository("pipelines/test.mtl"), text, &With::default());
    let said = describe(&outcome);
    let pipeline = outcome.pipeline.unwrap_or_else(|| panic!("not clean:\n{text}\n{}", said.join("\n")));
    let (tables, parts) = open_and_split(&pipeline, &Overrides::default()).unwrap_or_else(|all| panic!("{all:?}"));
    let without: Vec<String> = without.iter().map(ToString::to_string).collect();
    Session::fitted(pipeline, &tables, parts, &without).unwrap_or_else(|all| panic!("{all:?}"))
}

pub fn session(text: &str) -> Session {
    session_without(text, &[])
}

pub fn engine(session: &Session) -> Engine<'_> {
    session.engine(session.pipeline.train.seed, &Backend::Flex.device()).unwrap_or_else(|error| panic!("{error}"))
}

/// The weights of a model by path, as bits.
pub fn bits(model: &Model) -> BTreeMap<String, Vec<u32>> {
    let all = model.weights.to_host().into_iter();
    all.map(|(path, _, values)| (path, values.into_iter().map(f32::to_bits).collect())).collect()
}

/// Takes notes at the first step of each epoch.
#[derive(Default)]
pub struct Notes {
    pub starts: Vec<BTreeMap<String, Vec<u32>>>,
    /// How many steps' values were computed before, and whether they lie in a file.
    pub kept: Option<(usize, bool)>,
    pub said: Vec<String>,
}

impl Watch for Notes {
    fn before_step(&mut self, engine: &mut Engine<'_>, _batches: &[Batch], moment: Moment) {
        if self.starts.len() == moment.epoch {
            self.starts.push(bits(&engine.model));
            self.kept = engine.model.kept.as_ref().map(|kept| (kept.steps().count(), kept.is_on_disk()));
        }
    }

    fn note(&mut self, text: &str) {
        self.said.push(text.to_string());
    }
}

/// Trains a session; the model's weights afterwards, and what was noted.
pub fn trained(session: &Session, change: impl FnOnce(&mut Settings)) -> (BTreeMap<String, Vec<u32>>, Notes) {
    let mut engine = engine(session);
    let mut settings = Settings::silent(session.pipeline.train.seed);
    change(&mut settings);
    let mut notes = Notes::default();
    session.train(&mut engine, &settings, &mut notes).unwrap_or_else(|failure| panic!("{failure:?}"));
    notes.starts.push(bits(&engine.model));
    (bits(&engine.model), notes)
}
