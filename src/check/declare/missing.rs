//! Inputs that a row may lack: `{ missing: learned }` behind the chain of an `input`.

use crate::catalog::layers::LayerDef;
use crate::catalog::layers::substitute::{Missing, Substitute};
use crate::catalog::{Dim, Kind, ParamValue, Type};
use crate::check::flow::chains::{Flow, Place};
use crate::check::resolve::env::Env;
use crate::check::{Checker, codes};
use crate::diag::Diagnostic;
use crate::pipeline::{ColumnRef, Node, NodeId, Op, Origin, StepUse};
use crate::source::Span;
use crate::syntax::tree::Decl;

/// What the block of an `input` may say.
pub(in crate::check) const FIELDS: [&str; 1] = ["missing"];

/// What stands in for an input in rows that lack it, and where that is written.
#[derive(Clone, Copy, Debug)]
pub(in crate::check) struct Lacking {
    pub by: Missing,
    span: Span,
}

impl Checker<'_> {
    /// What the block of an `input` says, if it has one.
    pub(in crate::check) fn lacking(&mut self, decl: &Decl, known_by: &str, env: &Env) -> Option<Lacking> {
        let block = decl.block.as_ref()?;
        self.validate_fields(block, "an `input`", &FIELDS, env);
        let field = block.field("missing")?;
        let value = self.field_value(field, env)?;
        let by = Missing::from_arg(&self.constant(value, &Missing::kind(), env, "`missing`")?)?;
        self.setting(format!("{known_by}.missing"), by.word(), false);
        Some(Lacking { by, span: value.span })
    }

    /// Reports a step that takes an input away from rows, where nothing is to stand in for it.
    pub(in crate::check) fn dropped_for_nothing(&mut self, decl: &Decl, steps: &[StepUse], env: &Env) {
        let said = decl.block.as_ref().is_some_and(|block| block.field("missing").is_some());
        let Some(step) = steps.iter().find(|step| step.def.drops().is_some()).filter(|_| !said) else { return };
        if self.broken_within(decl.span) {
            return;
        }
        let message = format!("`{}` leaves rows without the input, and nothing stands in for it", step.def.name());
        let mut diagnostic = Diagnostic::new(&codes::MISSING_PART, step.span, message)
            .here("needs something in its place")
            .help("write `{ missing: learned }` or `{ missing: zero }` behind the chain of the input");
        if let Some(name) = &decl.name {
            diagnostic = diagnostic.also(name.span, "this input");
        }
        self.report(diagnostic, env);
    }

    /// Reports an input that no row lacks, though something is to stand in for it: the path of a file that is there.
    pub(in crate::check) fn never_lacking(&mut self, lacking: Lacking, columns: &[ColumnRef], env: &Env) -> bool {
        let of_folder = |reference: &ColumnRef| {
            let set = &self.declared.data[reference.data];
            let column = &set.columns[reference.column];
            set.format.is_of_folders() && column.origin == Origin::File && column.source == "path"
        };
        let Some(first) = columns.first().filter(|_| columns.iter().all(of_folder)).copied() else { return false };
        let set = &self.declared.data[first.data];
        let column = &set.columns[first.column];
        let message =
            format!("`{}.{}` is the path of a file that is there, and no row lacks it", set.name, column.name);
        let diagnostic = Diagnostic::new(&codes::WRONG_ARGUMENT, lacking.span, message)
            .here("never stands in")
            .also(column.span, "every row of a `folder` has a `path`")
            .help("leave `missing` out");
        self.report(diagnostic, env);
        true
    }

    /// What an input gives: its chain's value, from the node of its prepared values on, or what stands in for it.
    pub(in crate::check) fn or_substitute(
        &mut self,
        value: NodeId,
        start: NodeId,
        lacking: Lacking,
        env: &Env,
        place: &mut Place,
    ) -> Flow {
        let Op::Input(index) = self.node(start).op else { return Some(value) };
        let name = self.declared.inputs[index].name.clone();
        let own = (start.0..=value.0).map(NodeId).map(|id| self.node(id)).filter(|node| node.owner == place.owner);
        let mixing = own.clone().find_map(|node| match &node.op {
            Op::Layer { def, .. } if def.capabilities().mixes_rows => Some((def.name(), node.span)),
            _ => None,
        });
        if let Some((layer, span)) = mixing {
            let message =
                format!("`{layer}` lets the rows of a batch count for each other, and some lack input `{name}`");
            let diagnostic = Diagnostic::new(&codes::WRONG_ARGUMENT, lacking.span, message)
                .here("stands in for rows that would be counted before")
                .also(span, "counts all rows")
                .help(format!("end the chain of `{name}` before it, and go on in a `shared` or a `let`: `shared NAME from {name} -> …`"));
            self.report(diagnostic, env);
            return None;
        }
        let input = self.node(start);
        let present = Node {
            path: format!("{}.present", input.path),
            op: Op::Present(index),
            inputs: Vec::new(),
            ty: Type::new(Kind::Category { classes: Dim::int(2) }, vec![input.ty.rows().clone()]),
            rows: input.rows.clone(),
            owner: input.owner,
            span: lacking.span,
        };
        let present = self.add_node(present);
        let def = LayerDef::Substitute(Substitute { by: lacking.by });
        self.layer_node(def, vec![value, present], lacking.span, &Default::default(), env, place)
    }
}
