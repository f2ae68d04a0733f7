//! What a batch holds: so many rows or so many tokens, and whether rows of like length.

use crate::catalog::{Kind, Range};
use crate::check::constants::choices::choices;
use crate::check::resolve::env::Env;
use crate::check::{Checker, codes};
use crate::diag::Diagnostic;
use crate::pipeline::{BatchSize, Epoch, Pipeline};
use crate::source::Span;
use crate::syntax::tree::{Block, ExprKind};

crate::entry! {
    /// As many rows as have so many tokens together, padding included.
    pub struct Tokens = "tokens" {
        /// How many.
        pos tokens: usize, in Range::AT_LEAST_ONE;
    }
}

choices! {
    /// What `batch:` may be beside a number of rows.
    SIZES: SizeDef { Tokens }
}

/// How many rows a batch has where nothing is said.
const ROWS: i64 = 32;

impl Checker<'_> {
    pub(super) fn batch_size(&mut self, block: Option<&Block>, env: &Env) -> BatchSize {
        let written = self.train_field(block, "batch", env);
        let Some(expr) = written.filter(|expr| matches!(expr.bare().kind, ExprKind::Call(_))) else {
            return BatchSize::Rows(self.count(block, "batch", 1, ROWS, env) as usize);
        };
        let Some(bound) = self.bind_in(SIZES, "size of a batch", &expr, env, "") else {
            return BatchSize::Rows(ROWS as usize);
        };
        self.setting("train.batch", self.source_text(expr.span), false);
        let SizeDef::Tokens(Tokens { tokens }) = bound.def;
        BatchSize::Tokens(tokens)
    }

    /// Whether rows of like length go together: if it is written, else where batches are of so many tokens.
    pub(super) fn bucket(&mut self, block: Option<&Block>, size: BatchSize, env: &Env) -> bool {
        if block.is_none_or(|block| block.field("bucket").is_none()) && matches!(size, BatchSize::Tokens(_)) {
            self.setting("train.bucket", "length", true);
            return true;
        }
        self.train_word(block, "bucket", &["none", "length"], env) == "length"
    }

    /// Refuses batches by tokens where nothing is tokens, or where an epoch is so many steps.
    pub(in crate::check) fn batch_of_tokens(&mut self, pipeline: &Pipeline) {
        let train = &pipeline.train;
        let by_tokens = matches!(train.batch, BatchSize::Tokens(_));
        if !by_tokens && !train.bucket {
            return;
        }
        let span = |checker: &Self, name: &str| -> Option<Span> {
            let decl = checker.root_decl(crate::syntax::tree::Keyword::Train)?;
            let field = decl.block.as_ref()?.field(name)?;
            Some(field.value.as_ref().map_or(field.name.span, |value| value.span))
        };
        let env = Env::of_module(0);
        let is_tokens = |kind: &Kind| matches!(kind, Kind::Tokens { .. });
        let targets = pipeline.tasks.iter().flat_map(|task| &task.targets);
        let has_frames = |kind: &Kind| matches!(kind, Kind::Sound { .. });
        let any = pipeline.inputs.iter().any(|input| is_tokens(&input.ty.kind) || has_frames(&input.raw.kind))
            || targets.into_iter().any(|target| is_tokens(&target.ty.kind));
        let (name, what) = if by_tokens {
            ("batch", "a batch is cut by tokens")
        } else {
            ("bucket", "rows are put together by length")
        };
        let place = span(self, name).or(train.span);
        if let (false, Some(place)) = (any, place) {
            let diagnostic = Diagnostic::new(
                &codes::WRONG_ARGUMENT,
                place,
                format!("{what}, and no input or target of this spec is tokens"),
            )
            .here("counts tokens")
            .help("write how many rows a batch has: `batch: 32`");
            self.report(diagnostic, &env);
        }
        if let (true, Epoch::Steps(_), Some(place)) = (by_tokens, train.epoch, span(self, "epoch").or(train.span)) {
            let diagnostic = Diagnostic::new(
                &codes::WRONG_ARGUMENT,
                place,
                "an epoch of so many steps needs batches of so many rows, and these are cut by tokens",
            )
            .here("how many rows these are is not known before they are drawn")
            .help("write `epoch: longest`, or a number of rows for `batch`");
            self.report(diagnostic, &env);
        }
    }
}
