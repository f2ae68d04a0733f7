//! `mtlc graph`: the model as a picture or as data.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde_json::json;

use super::Outcome;
use super::args::{LevelArgs, SetArgs};
use super::output::{complain, fail, print, stderr_style};
use super::spec;
use crate::catalog::Facts;
use crate::diag::render;
use crate::graph::export::{self, Format};
use crate::graph::passes::{self, PASSES, PassReport};
use crate::graph::{ModelGraph, build};
use crate::pipeline::Pipeline;
use crate::project::spec::facts_beside;
use crate::source::DiskLoader;

/// Show the model as a graph: layers, shapes, parameters, and what is shared by whom
#[derive(Args, Debug)]
#[command(after_help = passes_help())]
pub struct GraphArgs {
    /// The spec
    #[arg(value_name = "SPEC")]
    path: PathBuf,
    /// How to write it
    #[arg(long, value_enum, default_value_t)]
    format: GraphFormat,
    /// Show the graph before and after every pass that changes it, and what the pass did
    #[arg(long)]
    passes: bool,
    /// Leave a pass out; may be given several times
    #[arg(long, value_name = "NAME")]
    no_pass: Vec<String>,
    #[command(flatten)]
    levels: LevelArgs,
    #[command(flatten)]
    set: SetArgs,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum GraphFormat {
    /// For Graphviz: `mtlc graph SPEC | dot -Tsvg > model.svg`
    #[default]
    Dot,
    /// For Markdown pages
    Mermaid,
    /// For programs
    Json,
}

impl From<GraphFormat> for Format {
    fn from(format: GraphFormat) -> Self {
        match format {
            GraphFormat::Dot => Format::Dot,
            GraphFormat::Mermaid => Format::Mermaid,
            GraphFormat::Json => Format::Json,
        }
    }
}

fn passes_help() -> String {
    let width = PASSES.iter().map(|pass| pass.name().len()).max().unwrap_or(0);
    let lines: Vec<String> = PASSES.iter().map(|pass| format!("  {:width$}  {}", pass.name(), pass.doc())).collect();
    format!("Passes, in order:\n{}", lines.join("\n"))
}

pub fn run(args: GraphArgs) -> Outcome {
    if let Err(message) = passes::check_names(&args.no_pass) {
        fail(&message, None);
        return Outcome::CouldNotRun;
    }
    let spec = match spec::load(&args.path, &args.set, &args.levels) {
        Ok(spec) => spec,
        Err(not_a_spec) => {
            fail(&not_a_spec.to_string(), None);
            return Outcome::CouldNotRun;
        }
    };
    let Some(pipeline) = &spec.pipeline else {
        let problems: &[_] = &spec.diagnostics;
        complain(render::render(render::Format::Human, &[(problems, &spec.sources)], stderr_style()).trim_end());
        if !spec.has_errors() {
            fail("there is no model to show: the spec has no task", None);
        }
        return Outcome::Problems;
    };
    let facts = facts_beside(&args.path, &DiskLoader::default()).unwrap_or_default();
    let format: Format = args.format.into();
    if args.passes {
        print(&before_and_after(pipeline, format, &args.no_pass, &facts));
    } else {
        let mut graph = build(pipeline);
        passes::optimize(&mut graph, &args.no_pass);
        print(&export::render(format, &export::draw(pipeline, &graph, &facts)));
    }
    Outcome::Clean
}

/// The graph as built, then each pass's report, with the graph after it if it changed something.
fn before_and_after(pipeline: &Pipeline, format: Format, without: &[String], facts: &Facts) -> String {
    let mut graph = build(pipeline);
    let before = export::draw(pipeline, &graph, facts);
    let mut after = Vec::new();
    let observe = |report: &PassReport, graph: &ModelGraph| {
        let changed = !report.changes.is_empty();
        after.push((report.clone(), changed.then(|| export::draw(pipeline, graph, facts))));
    };
    passes::optimize_observed(&mut graph, without, observe);
    if format == Format::Json {
        let passes: Vec<_> =
            after.iter().map(|(report, drawing)| json!({ "report": report, "graph": drawing })).collect();
        let document = json!({ "before": before, "passes": passes });
        return serde_json::to_string_pretty(&document).map(|text| text + "\n").unwrap_or_default();
    }
    // A DOT file may hold several graphs, with comments between; Mermaid needs a page around each.
    let page = format == Format::Mermaid;
    let mut text = String::new();
    let mut section = |title: String, lines: &[String], drawing: Option<&export::Drawing>| {
        if page {
            text += &format!("## {title}\n\n");
            lines.iter().for_each(|line| text += &format!("- {line}\n"));
            text += if lines.is_empty() { "" } else { "\n" };
        } else {
            text += &format!("// {title}\n");
            lines.iter().for_each(|line| text += &format!("//   {line}\n"));
        }
        if let Some(drawing) = drawing {
            let drawn = export::render(format, drawing);
            text += &if page { format!("```mermaid\n{drawn}```\n\n") } else { format!("{drawn}\n") };
        }
    };
    section(format!("before: {} nodes", before.nodes.len()), &[], Some(&before));
    for (report, drawing) in &after {
        let lines: Vec<String> =
            report.changes.iter().map(|change| format!("{}: {}", change.node, change.what)).collect();
        let title = match drawing {
            Some(_) => format!("{}: {} nodes, then {}", report.pass, report.nodes_before, report.nodes_after),
            None => format!("{}: changes nothing", report.pass),
        };
        section(title, &lines, drawing.as_ref());
    }
    format!("{}\n", text.trim_end())
}
