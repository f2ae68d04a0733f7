//! How loud each code is: `mtlc.toml` of the spec's folder or one above it, the command line, and
//! `// mtlc: allow(CODE) reason` in the file itself.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use super::codes::settings as codes;
use super::fixes::Safety;
use super::{Code, Diagnostic, Edit, Level, Severity, Sink};
use crate::source::{FileId, Loader, Sources, Span};

/// The name of the settings file.
pub const FILE: &str = "mtlc.toml";

/// What a spec's surroundings say.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    levels: BTreeMap<String, Level>,
    /// `--deny warnings`.
    deny_warnings: bool,
    /// `std = "folder"`: templates that replace the embedded ones.
    pub std_folder: Option<PathBuf>,
    /// True once the data has been looked at: only then can an allow of one of its codes be said to allow nothing.
    pub data_opened: bool,
    /// Part of what the spec says is put aside (by `--set`, `--variant`), and with it what an allow may be for.
    pub overridden: bool,
}

/// A `//` comment, as suppression needs it.
#[derive(Clone, Debug)]
pub struct Remark {
    /// Marker included.
    pub text: String,
    pub span: Span,
    /// True if nothing but space stands before it on its line.
    pub own_line: bool,
}

impl Settings {
    /// The settings of a spec: from `mtlc.toml` in its folder or the nearest one above, then the command line.
    /// What is wrong with either is reported.
    pub fn find(
        spec: &Path,
        command_line: &[(String, Level)],
        loader: &dyn Loader,
        sources: &mut Sources,
        registry: &[&'static Code],
        sink: &mut Sink,
    ) -> Self {
        let mut settings = Self::default();
        let absolute = loader.canonical(spec);
        for folder in absolute.ancestors().skip(1) {
            let path = folder.join(FILE);
            if let Ok(text) = loader.read(&path) {
                let file = sources.add(path.display().to_string(), Some(&path), text.as_str());
                settings.read(&text, file, folder, registry, sink);
                break;
            }
            // A repository is a world of its own.
            if loader.is_folder(&folder.join(".git")) {
                break;
            }
        }
        for (name, level) in command_line {
            if name == "warnings" {
                settings.deny_warnings = *level == Level::Deny;
                continue;
            }
            if let Some(problem) = problem_with(name, *level, registry) {
                let file = sources.add("command line", None, name.as_str());
                sink.push(problem(Span::new(file, 0, name.len())));
            } else {
                settings.levels.insert(name.clone(), *level);
            }
        }
        settings
    }

    fn read(&mut self, text: &str, file: FileId, folder: &Path, registry: &[&'static Code], sink: &mut Sink) {
        let table = match toml::de::DeTable::parse(text) {
            Ok(table) => table.into_inner(),
            Err(error) => {
                let range = error.span().unwrap_or(0..0);
                sink.push(
                    Diagnostic::new(
                        &codes::BAD_SETTINGS,
                        Span::new(file, range.start, range.end),
                        format!("this `{FILE}` is not TOML: {}", error.message()),
                    )
                    .here("not understood"),
                );
                return;
            }
        };
        let span_of = |range: std::ops::Range<usize>| Span::new(file, range.start, range.end);
        for (key, value) in table.iter() {
            match (key.get_ref().as_ref(), value.get_ref()) {
                ("std", toml::de::DeValue::String(path)) => self.std_folder = Some(folder.join(path.as_ref())),
                ("lints", toml::de::DeValue::Table(lints)) => {
                    for (name, level) in lints.iter() {
                        let word = level.get_ref().as_str().unwrap_or("");
                        let parsed = match word {
                            "allow" => Level::Allow,
                            "warn" => Level::Warn,
                            "deny" => Level::Deny,
                            _ => {
                                sink.push(
                                    Diagnostic::new(
                                        &codes::BAD_SETTINGS,
                                        span_of(level.span()),
                                        format!("the level of `{}` is \"allow\", \"warn\" or \"deny\"", name.get_ref()),
                                    )
                                    .here("none of these"),
                                );
                                continue;
                            }
                        };
                        match problem_with(name.get_ref(), parsed, registry) {
                            Some(problem) => sink.push(problem(span_of(name.span()))),
                            None => {
                                self.levels.insert(name.get_ref().to_string(), parsed);
                            }
                        }
                    }
                }
                (name @ ("std" | "lints"), _) => {
                    let wanted = if name == "std" { "a folder: std = \"my-tasks\"" } else { "a table: [lints]" };
                    sink.push(
                        Diagnostic::new(&codes::BAD_SETTINGS, span_of(value.span()), format!("`{name}` is {wanted}"))
                            .here("of another type"),
                    );
                }
                (name, _) => sink.push(
                    Diagnostic::new(&codes::BAD_SETTINGS, span_of(key.span()), format!("`{FILE}` has no key `{name}`"))
                        .here("unknown key")
                        .note("the keys are `lints` and `std`")
                        .did_you_mean(name, ["lints", "std"]),
                ),
            }
        }
    }

    /// Sets the levels, drops what is allowed, and reports allows that are wrong or allow nothing.
    pub fn apply(
        &self,
        diagnostics: Vec<Diagnostic>,
        remarks: &[(FileId, Vec<Remark>)],
        registry: &[&'static Code],
        sources: &Sources,
    ) -> Vec<Diagnostic> {
        let mut allows = Vec::new();
        let mut kept = Vec::new();
        for (file, remarks) in remarks {
            // Comments in a row speak of one line.
            let mut row = 0..0;
            for remark in remarks {
                if let Some(found) = read_allow(remark, *file, registry, sources, &mut row, &mut kept) {
                    allows.push(found);
                }
            }
        }
        let mut by_line: HashMap<(FileId, usize), Vec<usize>> = HashMap::new();
        for (index, allow) in allows.iter().enumerate() {
            by_line.entry((allow.file, allow.line)).or_default().push(index);
        }
        for mut diagnostic in diagnostics {
            let level = self.level_of(diagnostic.code);
            let at = sources.get(diagnostic.span.file).lines.line(diagnostic.span.start as usize);
            let here = by_line.get(&(diagnostic.span.file, at)).into_iter().flatten();
            let allow = here.copied().find(|index| allows[*index].code == diagnostic.code.name);
            if let Some(index) = allow.filter(|_| !diagnostic.code.fixed) {
                allows[index].used = true;
                continue;
            }
            match level {
                Level::Allow => continue,
                Level::Warn => diagnostic.severity = Severity::Warning,
                Level::Deny => diagnostic.severity = Severity::Error,
            }
            kept.push(diagnostic);
        }
        let of_data = super::codes::is_of_data;
        let raised = |allow: &&Allow| !self.overridden && (self.data_opened || !of_data(&allow.code));
        for allow in allows.iter().filter(|allow| !allow.used).filter(raised) {
            kept.push(
                Diagnostic::new(
                    &codes::UNUSED_ALLOW,
                    allow.span,
                    format!("this allows nothing: there is no `{}` here", allow.code),
                )
                .here("allows nothing")
                .help("take it out")
                .change("take it out", Safety::Safe, vec![Edit::removal(allow.span)]),
            );
        }
        let mut kept: Vec<Diagnostic> =
            kept.into_iter().filter(|one| self.levels.get(one.code.name) != Some(&Level::Allow)).collect();
        if self.deny_warnings {
            for diagnostic in &mut kept {
                diagnostic.severity = Severity::Error;
            }
        }
        kept.sort_by_key(|diagnostic| diagnostic.span);
        kept
    }

    fn level_of(&self, code: &Code) -> Level {
        if code.fixed {
            return code.level;
        }
        self.levels.get(code.name).copied().unwrap_or(code.level)
    }
}

/// An `allow` comment and the line it speaks of.
struct Allow {
    code: String,
    file: FileId,
    /// 0-based.
    line: usize,
    span: Span,
    used: bool,
}

/// Why a level cannot be set, as a diagnostic to place; `None` if it can.
fn problem_with(name: &str, level: Level, registry: &[&'static Code]) -> Option<impl Fn(Span) -> Diagnostic + use<>> {
    let code = registry.iter().find(|code| code.name == name);
    let (message, close) = match code {
        Some(code) if code.fixed && level != Level::Deny => {
            (format!("`{name}` cannot be silenced: without it the file cannot be understood"), None)
        }
        Some(_) => return None,
        None => {
            let close = super::suggest::closest(name, registry.iter().map(|code| code.name));
            (format!("there is no code `{name}`"), close.map(str::to_string))
        }
    };
    Some(move |span| {
        let diagnostic = Diagnostic::new(&codes::BAD_SETTINGS, span, message.clone()).here("not a code to set");
        match &close {
            Some(close) => {
                diagnostic.help(format!("did you mean `{close}`?")).fix(format!("write `{close}`"), span, close)
            }
            None => diagnostic.note("`mtlc explain --list` shows all codes"),
        }
    })
}

/// Reads `// mtlc: allow(CODE) reason`; what is wrong with it goes to `problems`. `row` remembers the lines before the one
/// that the last such comment speaks of.
fn read_allow(
    remark: &Remark,
    file: FileId,
    registry: &[&'static Code],
    sources: &Sources,
    row: &mut std::ops::Range<usize>,
    problems: &mut Vec<Diagnostic>,
) -> Option<Allow> {
    let body = remark.text.trim_start_matches('/').trim_start();
    let rest = body.strip_prefix("mtlc:")?.trim_start();
    let mut bad = |message: String, help: &str| {
        problems.push(Diagnostic::new(&codes::BAD_ALLOW, remark.span, message).here("not understood").help(help));
    };
    let form = "write `// mtlc: allow(CODE) why`";
    let Some((code, reason)) = rest
        .strip_prefix("allow")
        .and_then(|rest| rest.trim_start().strip_prefix('('))
        .and_then(|rest| rest.split_once(')'))
    else {
        bad("this is no `allow` that `mtlc` understands".into(), form);
        return None;
    };
    let code = code.trim();
    let Some(known) = registry.iter().find(|known| known.name == code) else {
        let close = super::suggest::closest(code, registry.iter().map(|known| known.name));
        let help = close.map_or(form.to_string(), |close| format!("did you mean `{close}`?"));
        bad(format!("there is no code `{code}` to allow"), &help);
        let place = remark.text.find('(').and_then(|open| Some(open + remark.text[open..].find(code)?));
        if let (Some(close), Some(place), Some(problem), false) = (close, place, problems.last_mut(), code.is_empty()) {
            let start = remark.span.start as usize + place;
            let edit = Edit::new(Span::new(file, start, start + code.len()), close);
            *problem = problem.clone().change(format!("write `{close}`"), Safety::Safe, vec![edit]);
        }
        return None;
    };
    if known.fixed {
        bad(format!("`{code}` cannot be silenced: without it the file cannot be understood"), "solve it instead");
        return None;
    }
    if reason.trim().is_empty() {
        bad(
            format!("the allow of `{code}` gives no reason"),
            "say why, after the parenthesis, for whoever reads it next",
        );
    }
    let source = sources.get(file);
    let mut line = source.lines.line(remark.span.start as usize);
    if remark.own_line && row.contains(&line) {
        // Behind the last line there is nothing to speak of.
        line = if row.end < source.lines.count() { row.end } else { line };
    } else if remark.own_line {
        let own = line;
        // It speaks of the next line that holds something but a comment.
        let found = (line + 1..source.lines.count()).find(|line| {
            let start = source.lines.start(*line);
            let end = source.lines.start(*line + 1).min(source.text.len());
            let text = source.text.get(start..end).unwrap_or("").trim();
            !text.is_empty() && !text.starts_with("//")
        });
        line = found.unwrap_or(own);
        *row = own..found.unwrap_or(source.lines.count());
    }
    Some(Allow { code: code.to_string(), file, line, span: remark.span, used: false })
}
