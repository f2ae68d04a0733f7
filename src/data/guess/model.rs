//! The model of a first spec: how each input is prepared, what tasks share, how it is trained. It sees what was found in the
//! table, not the table: what a column holds is decided elsewhere.

use super::recipe::{self, Recipe};

/// What a first spec is written from.
pub struct Found {
    /// The name of the data set.
    pub data: String,
    pub rows: usize,
    pub inputs: Vec<Read>,
    pub questions: Vec<Question>,
    /// Names and templates of further columns that could be tasks.
    pub others: Vec<(String, String)>,
    /// Whether the split has a part that chooses the model.
    pub validated: bool,
}

/// Columns of one sort that are read together.
pub struct Read {
    /// Of the input.
    pub name: String,
    /// As they are written: a name, or a range of names.
    pub columns: Vec<String>,
    pub sort: Sort,
}

/// How an input's columns are read.
pub enum Sort {
    /// Plain numbers, one per column; some are missing if there are gaps.
    Numbers {
        columns: usize,
        gaps: bool,
    },
    /// One measurement along so many neighbouring columns, as a spectrum is.
    Spectrum {
        columns: usize,
        gaps: bool,
    },
    /// One column of an array per row; some numbers are missing if there are gaps.
    Array {
        gaps: bool,
    },
    /// Each with classes of its own; few of them, or more than are read as a number each.
    Categories {
        few: bool,
    },
    Labels,
    Pictures,
    Sounds,
    Text,
    /// Dates; with the time of day if there is a clock.
    Time {
        clock: bool,
        gaps: bool,
    },
}

/// A task that is written out.
pub struct Question {
    pub name: String,
    /// `classification`, `binary(positive: "yes")`, …
    pub template: String,
    /// The label's column.
    pub label: String,
}

/// Names that the model part declares, and nobody else may.
pub const NAMES: [&str; 5] = [NUMBERS, SPECTRUM, FEW, MANY, "trunk"];
/// The input of all plain numbers.
pub const NUMBERS: &str = "numbers";
/// The input of a spectrum.
pub const SPECTRUM: &str = "spectrum";
/// The inputs of several categories, of few and of many classes.
pub const FEW: &str = "few_classes";
pub const MANY: &str = "many_classes";

/// Principal components of a spectrum, at most.
const MOST_COMPONENTS: usize = 16;

/// Two convolutions: a first look at what is small beside the picture.
const PICTURES: &str = "resize(32) -> normalize\n  -> conv2d(16, padding: same) -> relu -> max_pool(2)\n  -> conv2d(32, padding: same) -> relu -> max_pool(2) -> flatten";

/// Two convolutions along time, and the mean of all frames.
const SOUNDS: &str = "log_mel(64) -> standardize\n  -> conv1d(32, kernel: 5, padding: same, stride: 2) -> relu\n  -> conv1d(32, kernel: 5, padding: same, stride: 2) -> relu -> mean_pool";

/// From the inputs to the end of the spec.
pub fn write(found: &Found) -> String {
    let recipe = recipe::of(found);
    let mut text: String = found.inputs.iter().map(|read| input(read, found, recipe)).collect();
    let mut values: Vec<String> = Vec::new();
    for read in &found.inputs {
        values.push(read.name.clone());
        if let (Sort::Numbers { .. }, Some(beside)) = (&read.sort, recipe.beside) {
            values.push(format!("{} -> {beside}", read.name));
        }
    }
    let from = match values.as_slice() {
        [only] => only.to_string(),
        several => format!("concat({})", several.join(", ")),
    };
    text += &format!("\nshared trunk from {from}\n  -> {}\n\n", recipe.trunk);
    let own = recipe.own.map_or(String::new(), |own| format!(" -> {own}"));
    let data = &found.data;
    for Question { name, template, label } in &found.questions {
        text += &format!("task {name}: {template} from trunk{own} {{ label: {data}.{label} }}\n");
    }
    if !found.others.is_empty() {
        text += "\n// Other columns that could be tasks, if they are taken out of the inputs:\n";
        for (name, template) in &found.others {
            text += &format!("// task {name}: {template} from trunk{own} {{ label: {data}.{name} }}\n");
        }
    }
    if found.questions.len() > 1 {
        let share = |question: &Question| format!("{}: 1/{}", question.name, found.questions.len());
        let weights: Vec<String> = found.questions.iter().map(share).collect();
        text += &format!("\nweights {{ {} }}\n", weights.join(", "));
    }
    text + &recipe.train(found.rows, found.validated)
}

/// Steps that take out what all wavelengths share, and leave a few directions for the rest.
fn spectrum(columns: usize, gaps: bool, rows: usize) -> String {
    let impute = if gaps { "impute(median) -> " } else { "" };
    // No more directions than a tenth of the training rows can show.
    let components = (rows / 14).clamp(1, MOST_COMPONENTS).min(columns);
    format!("{impute}snv -> savitzky_golay(11, derivative: 1) -> pca({components}) -> standardize")
}

fn input(read: &Read, found: &Found, recipe: &Recipe) -> String {
    let chain = match &read.sort {
        Sort::Numbers { gaps: true, .. } => format!("impute(median) -> {}", recipe.numbers),
        Sort::Numbers { .. } => recipe.numbers.to_string(),
        Sort::Spectrum { columns, gaps } => spectrum(*columns, *gaps, found.rows),
        Sort::Array { gaps: true } => "impute(median) -> standardize -> flatten".to_string(),
        Sort::Array { .. } => "standardize -> flatten".to_string(),
        Sort::Categories { few: true } => "one_hot".to_string(),
        Sort::Categories { .. } => "embed".to_string(),
        Sort::Time { clock, gaps } => {
            let clock = if *clock { ", hour" } else { "" };
            let impute = if *gaps { " -> impute(median)" } else { "" };
            format!("calendar(year, month, weekday{clock}){impute} -> standardize")
        }
        Sort::Labels => "multi_hot".to_string(),
        Sort::Pictures => PICTURES.to_string(),
        Sort::Sounds => SOUNDS.to_string(),
        Sort::Text => "lowercase -> hash(16384) -> embed_bag(32)".to_string(),
    };
    let columns = match (&read.sort, read.columns.as_slice()) {
        (Sort::Numbers { .. } | Sort::Spectrum { .. }, columns) => format!("[{}]", columns.join(", ")),
        (_, [only]) => format!(".{only}"),
        (_, several) => format!("[{}]", several.join(", ")),
    };
    let before = if matches!(read.sort, Sort::Pictures | Sort::Sounds) { "\n  " } else { " " };
    format!("input {} from {}{columns}{before}-> {chain}\n", read.name, found.data)
}
