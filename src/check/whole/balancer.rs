//! Checks that a balancer can work with what is written: enough tasks, equal weights where others mean nothing, a
//! place where it may compare gradients, the moments of a schedule.

use crate::catalog::balancers::{BalancerDef, Lambda};
use crate::check::constants::bind::Bound;
use crate::check::resolve::env::Env;
use crate::check::whole::weights::TOLERANCE;
use crate::check::{Checker, codes};
use crate::diag::Diagnostic;
use crate::syntax::tree::{Decl, Expr, ExprKind};

impl Checker<'_> {
    pub(in crate::check) fn balancer(&mut self, bound: &Bound<BalancerDef>, decl: &Decl, lambda: &[f64]) {
        let (name, def) = (bound.def.name(), &bound.def);
        let call = decl.by.as_ref().map_or(decl.span, |call| call.span);
        let block = decl.block.as_ref().map(|block| block.span);
        if def.lambda() == Lambda::Refused && lambda.iter().any(|value| (value - lambda[0]).abs() > TOLERANCE) {
            self.sink.push(
                Diagnostic::new(
                    &codes::UNEQUAL_WEIGHTS,
                    block.unwrap_or(call),
                    format!("`{name}` sets the weights itself, and unequal ones mean nothing to it"),
                )
                .here("unequal weights")
                .help("leave the block out, or use a balancer that takes weights, such as `cagrad` or `aligned_mtl`"),
            );
        }
        let tasks = self.declared_tasks().len();
        if tasks > 0 && tasks < def.minimum_tasks() {
            self.sink.push(
                Diagnostic::new(
                    &codes::TOO_FEW_TASKS,
                    call,
                    format!(
                        "`{name}` compares the gradients of at least {} tasks, and there is one",
                        def.minimum_tasks()
                    ),
                )
                .here("nothing to compare")
                .help("leave `weights` out: with one task its weight is 1"),
            );
        }
        if let Some(on) = def.on()
            && !def.places().contains(&on)
        {
            let allowed: Vec<String> = def.places().iter().map(|place| format!("`on: {}`", place.word())).collect();
            self.sink.push(
                Diagnostic::new(
                    &codes::NOT_COMPARABLE_THERE,
                    bound.spans.get("on").copied().unwrap_or(call),
                    format!("`{name}` cannot compare gradients at `{}`: {}", on.word(), def.why_not_elsewhere()),
                )
                .here("not there")
                .help(format!("write {}, or leave `on` out", allowed.join(" or "))),
            );
        }
        if let Some(at) = def.moments() {
            let place = bound.spans.get("at").copied().unwrap_or(call);
            if at.is_empty() || at.windows(2).any(|pair| pair[0] >= pair[1]) {
                self.sink.push(
                    Diagnostic::new(
                        &codes::WRONG_ARGUMENT,
                        place,
                        format!("`at` of `{name}` must be epochs in ascending order"),
                    )
                    .here("not ascending")
                    .help("such as `at: [0, 10, 30]`"),
                );
            }
            if block.is_none() {
                self.sink.push(
                    Diagnostic::new(&codes::MISSING_PART, call, format!("`{name}` has no weights to move between"))
                        .here("no block")
                        .help("give each task one weight per epoch of `at`: `{ a: [0.8, 0.5], b: [0.2, 0.5] }`"),
                );
            }
        }
    }

    /// The weight of a task at each moment of a schedule, or the one that it has; `None` if it cannot be known, which
    /// has been reported. One number holds for all moments.
    pub(in crate::check) fn weight_at_moments(
        &mut self,
        value: &Expr,
        at: &[usize],
        name: &str,
        env: &Env,
    ) -> Option<Vec<f64>> {
        let what = format!("the weight of `{name}`");
        if at.is_empty() {
            return self.part_of_one(value, env, &what).map(|number| vec![number]);
        }
        let members = match &value.bare().kind {
            ExprKind::List(members) => members.as_slice(),
            _ => std::slice::from_ref(value.bare()),
        };
        let numbers: Vec<Option<f64>> = members.iter().map(|member| self.part_of_one(member, env, &what)).collect();
        let numbers: Vec<f64> = numbers.into_iter().collect::<Option<_>>()?;
        match numbers.as_slice() {
            [one] => Some(vec![*one; at.len()]),
            _ if numbers.len() == at.len() => Some(numbers),
            _ => {
                self.sink.push(
                    Diagnostic::new(
                        &codes::WRONG_ARGUMENT,
                        value.span,
                        format!("`{name}` has {} weights, and `at` names {} epochs", numbers.len(), at.len()),
                    )
                    .here(format!("{} weights", numbers.len()))
                    .help("give one weight per epoch of `at`, or one number for all of them"),
                );
                None
            }
        }
    }
}
