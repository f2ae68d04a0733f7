//! A spec of so many lines that has every kind of block, as one that has grown over years would.

use std::fmt::Write;

/// What every spec begins with; each unit below adds its columns here.
const HEAD: &str = r#"//! Many questions about visitors, each with layers of its own on trunks that they share.

use std.tasks.{binary, classification, regression}

param width: int = 32 over [16, 32, 64]
param rate: number = 3e-3 over log(1e-4, 1e-2)

"#;

const TAIL: &str = r#"weights by uncertainty { rest: 1 }

train {
  epochs:    100
  batch:     64
  optimizer: adamw(lr: rate, weight_decay: 1e-2)
  schedule:  warmup(5%) -> cosine
  stop:      early(patience: 15)
  clip:      1.0
  seed:      42
}

evaluate {
  batch:     256
  parts:     [valid, test]
  bootstrap: 200
}

transfer {
  trunk { lr: 0.1x }
}

variant wide { width: 64, train.epochs: 50 }
variant even { weights.by: pcgrad }
"#;

/// Columns of a unit: numbers, categories, a text, times, and what is made of them.
fn columns(text: &mut String, unit: usize) {
    let _ = write!(
        text,
        r#"    // What was asked in year {unit}.
    a{unit}_0 .. a{unit}_7:   number(missing: inherited + ["-9"])
    kind{unit}:       category("low", "mid", "high") map {{ "L", "l": "low", "H": "high" }}
    rank{unit}:       category
    said{unit}:       text as "Said in year {unit}"
    value{unit}:      number
    ratio{unit}:      number = a{unit}_0 / (a{unit}_1 + 1) ^ 2
    grown{unit}:      category = if value{unit} is missing then "no" else if a{unit}_2 > 3 and not a{unit}_3 == 1 then "yes" else "no"
"#
    );
}

/// Inputs, values, blocks and tasks of a unit.
fn unit(text: &mut String, unit: usize) {
    let _ = write!(
        text,
        r#"/// What is measured in year {unit}.
input body{unit} from visits[a{unit}_* except a{unit}_7] -> impute(median) -> standardize
input words{unit} from visits.said{unit} -> words(size: 5000) -> embed(16)
input rank{unit} from visits.rank{unit} -> one_hot

/// Reads a text from both sides.
block reader{unit}(size: int = width, depth: int = 2) {{
  near = in -> conv1d(size, kernel: 3, padding: same) -> relu
  far  = near -> repeat(depth) {{ conv1d(size, kernel: 5, padding: same) -> relu }}
  out: (near + far) -> global_max_pool -> dense(size)
}}

instance same{unit}: reader{unit}(16)
let both{unit} = concat(body{unit}, words{unit} -> same{unit}) -> dense(2 * width) -> relu

task value{unit}: regression from concat(trunk, both{unit})
  -> dense(width) -> gelu -> dropout(0.1)  // its own layers
{{
  label:   visits.value{unit}
  metrics: [rmse, mae]
  select:  rmse
}}

task kind{unit}: classification(smoothing: 0.05) from trunk -> reader_of(width) {{
  label:   visits.kind{unit}
  metrics: inherited + [mcc]
}}

task grown{unit}: binary(positive: "yes") from both{unit} {{ label: visits.grown{unit} }}

"#
    );
}

/// A clean spec of at least `lines` lines.
pub fn spec(lines: usize) -> String {
    let mut units = 1;
    loop {
        let text = of(units);
        if text.lines().count() >= lines {
            return text;
        }
        units += 1;
    }
}

fn of(units: usize) -> String {
    let mut text = HEAD.to_string();
    text += "data visits: csv(\"visits.csv\", missing: inherited + [\"-\"]) {\n  split { train: 70%, valid: 15%, test: 15% }\n  columns {\n    visit: id\n    home:  category\n";
    (0..units).for_each(|index| columns(&mut text, index));
    text += "  }\n  join homes: csv(\"homes.csv\") on home as \"Home\" { people: number, rooms: number }\n}\n\n";
    text += "block reader_of(size: int) { out: in -> dense(size) -> relu }\n\n";
    text += "input home from visits[homes.people, homes.rooms] -> impute -> standardize\n\n";
    let read: Vec<String> = (0..units).map(|index| format!("body{index}, rank{index}")).collect();
    let _ = write!(text, "/// What all questions read.\nshared trunk from concat(home, {})\n", read.join(", "));
    text += "  -> dense(2 * width) -> relu -> dropout(0.1)\n  -> repeat(3) { dense(width) -> layer_norm -> relu }\n\n";
    (0..units).for_each(|index| unit(&mut text, index));
    text + TAIL
}
