//! Other files than those that a run was made of: which they are, and how they are written.

use std::path::{Path, PathBuf};

use clap::Args;

use super::output::complain;
use crate::catalog::formats::{FormatDef, told_by_endings};
use crate::catalog::written;
use crate::data::Overrides;
use crate::pipeline::{DataSet, Pipeline};

#[derive(Args, Clone, Debug, Default)]
pub struct Others {
    /// Rows to read instead of the run's own: a file, a folder, a pattern in quotes, or - for standard input; given again,
    /// more of one table (NAME=FILE if the run has several data sets, or for a table that is joined to one)
    #[arg(long, value_name = "FILE")]
    pub data: Vec<String>,
    /// How these files are written, where it is not as the spec says: --format 'csv(delimiter: ";", decimal: ",")'
    #[arg(long, value_name = "FORMAT", requires = "data")]
    pub format: Vec<String>,
}

/// After what is wrong with other files: how they were read, and how to say that they are written otherwise.
pub fn explain(overrides: &Overrides, pipeline: &Pipeline) {
    let said = |name: &str, own: &FormatDef, given: Option<&FormatDef>, option: &str, files: &[PathBuf]| {
        let (format, whose) = match given {
            Some(format) if told_by_endings(own, files) == Some(format.name()) => (format, "as their names end"),
            Some(format) => (format, "as `--format` says"),
            None => (own, "as the spec of the run says"),
        };
        let example = format!("; files that are written otherwise: --format '{option}csv(delimiter: \";\")'");
        complain(&format!("  The files of `{name}` were read {whose}: {}{example}", shown(format)));
    };
    let several = pipeline.data.len() > 1;
    for data in overrides.files.keys() {
        let set = &pipeline.data[*data];
        if let Some(picture) = overrides.files[data].iter().find_map(|file| lies_beside_a_table(set, file)) {
            complain(&format!("  {picture}"));
        }
        let option = if several { format!("{}=", set.name) } else { String::new() };
        said(&set.name, &set.format, overrides.formats.get(data), &option, &overrides.files[data]);
    }
    for ((data, join), files) in &overrides.joined {
        let (set, table) = (&pipeline.data[*data], &pipeline.data[*data].joins[*join].table);
        let name = format!("{}.{}", set.name, table.name);
        said(&name, &table.format, overrides.joined_formats.get(&(*data, *join)), &format!("{name}="), files);
    }
}

/// How files end that rows name, and that are no rows themselves.
const MEDIA: [&str; 17] = [
    "png", "jpg", "jpeg", "bmp", "gif", "webp", "tif", "tiff", "ppm", "pgm", "pnm", "wav", "flac", "mp3", "ogg", "mp4",
    "avi",
];

/// What to do about a picture or a sound that was given in the place of a table which names some.
fn lies_beside_a_table(set: &DataSet, file: &Path) -> Option<String> {
    let column = set.columns.iter().find(|column| column.kind.media().is_some())?;
    let ending = file.extension()?.to_str()?.to_lowercase();
    if !MEDIA.contains(&ending.as_str()) {
        return None;
    }
    let (shown, source) = (file.display(), &column.source);
    let folder = match source == "path" {
        true => ", or the folder that it is in: --data FOLDER --format folder",
        false => "",
    };
    Some(format!("`{shown}` is no table: give one that has its path in the column `{source}`: --data rows.csv{folder}"))
}

/// A format as it is written, without the path and what is usual.
fn shown(format: &FormatDef) -> String {
    written(format.name(), format.unusual().iter().filter(|(name, _)| *name != "path"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::spec::Spec;

    const SPEC: &str = "use std.tasks.{regression}\n\
        data d: FORMAT { columns { photo: image(gray) as \"SOURCE\", y: number } }\n\
        input x from d.photo -> resize(8, 8) -> normalize\ntask y: regression from x -> flatten { label: d.y }\n";

    #[test]
    fn a_picture_in_the_place_of_a_table_is_said_to_belong_into_one() {
        let said = |format: &str, source: &str, given: &str| {
            let text = SPEC.replace("FORMAT", format).replace("SOURCE", source);
            let folder = tempfile::tempdir().expect("a folder");
            let file = folder.path().join("d.mtl");
            std::fs::write(&file, &text).expect("it can be written");
            let spec = Spec::of_text(&file, &text).ok();
            let spec = spec.expect("a spec");
            let pipeline = spec.pipeline.as_ref().unwrap_or_else(|| panic!("{:?}", spec.diagnostics));
            lies_beside_a_table(&pipeline.data[0], Path::new(given)).unwrap_or_default()
        };
        let table = said("csv(\"d.csv\")", "file", "new/photo.PNG");
        assert!(table.contains("`new/photo.PNG` is no table") && table.ends_with("`file`: --data rows.csv"), "{table}");
        let folder = said("csv(\"d.csv\")", "path", "photo.png");
        assert!(folder.contains("--format folder"), "{folder}");
        assert!(said("jsonl(\"d.jsonl\")", "file", "a.jpg").ends_with("--data rows.csv"));
        assert_eq!(said("csv(\"d.csv\")", "file", "rows.csv"), "");
    }
}
