//! An example of a block: what it takes, gives and costs.

use crate::catalog::{Dim, Facts, Type};
use crate::check::{self, Options};
use crate::diag::Sink;
use crate::graph::parameters::{self, show};
use crate::graph::{self, GraphOp};
use crate::pipeline::{Op, Owner};
use crate::source::{MemoryLoader, Sources};

pub(super) const HEAD: &str =
    "| example | takes | gives | parameters | multiply-adds per row |\n| --- | --- | --- | --- | --- |\n";

/// A chain that begins in arrays, as it was measured.
#[derive(Clone, Debug)]
pub struct Example {
    chain: String,
    pub takes: Vec<String>,
    pub gives: String,
    pub parameters: Dim,
    pub operations: Dim,
}

impl Example {
    /// Measures a chain in which a block of the embedded library is used and arrays, `number[3, 224, 224]`, stand for what flows.
    pub fn of(block: &str, chain: &str) -> Result<Self, String> {
        let (arrays, chain_of_names) = arrays(chain);
        if arrays.is_empty() {
            return Err("it begins in no array, such as `number[3, 224, 224]`".into());
        }
        let mut spec = format!("use std.blocks.{{{block}}}\nuse std.tasks.{{regression}}\n\n");
        let columns: Vec<String> =
            arrays.iter().enumerate().map(|(index, array)| format!("a{index}: {array}")).collect();
        spec += &format!("data d: jsonl(\"d.jsonl\") {{ columns {{ {}, y: number }} }}\n\n", columns.join(", "));
        (0..arrays.len()).for_each(|index| spec += &format!("input a{index} from d.a{index}\n"));
        spec += &format!(
            "\nshared read from {chain_of_names}\n\ntask y: regression from read -> flatten {{ label: d.y }}\n"
        );
        let (mut sources, mut sink) = (Sources::default(), Sink::default());
        let file = sources.add("example.mtl", None, spec);
        let analysis = check::check(file, &mut sources, &MemoryLoader::default(), &Options::default(), &mut sink);
        let Some(pipeline) = analysis.pipeline() else {
            let problems = sink.finish();
            let first = problems.iter().find(|problem| problem.is_error());
            return Err(first.map_or("it has an error".into(), |problem| problem.message.clone()));
        };
        let inputs = pipeline.nodes.iter().filter(|node| matches!(node.op, Op::Input(_)));
        let takes = inputs.map(|node| shown(&node.ty)).collect();
        let out = pipeline.shared.first().and_then(|shared| shared.outputs.first());
        let gives = out.map(|(_, out)| shown(&pipeline.node(*out).ty)).ok_or("it gives nothing")?;
        let graph = graph::build(pipeline);
        let counted = parameters::count(&graph, &Facts::default());
        let mut operations = Dim::int(0);
        for node in graph.graph.node_indices().filter(|node| graph.graph[*node].owner == Owner::Shared(0)) {
            let ty = &graph.graph[node].ty;
            if let GraphOp::Layer { def, .. } = &graph.graph[node].op {
                let inputs: Vec<Type> =
                    graph.inputs_of(node).iter().map(|input| graph.graph[*input].ty.clone()).collect();
                operations = operations + def.operations(&inputs, ty) * ty.rows().size.per_row();
            }
        }
        let parameters = counted.of_owner(Owner::Shared(0)).trainable;
        Ok(Self { chain: chain.to_string(), takes, gives, parameters, operations })
    }

    /// As a row of a table.
    pub(super) fn row(&self) -> String {
        let takes: Vec<String> = self.takes.iter().map(|ty| format!("`{ty}`")).collect();
        format!(
            "| `{}` | {} | `{}` | {} | {} |\n",
            self.chain,
            takes.join(" and "),
            self.gives,
            show(&self.parameters),
            show(&self.operations)
        )
    }
}

/// A type whose rows are those of no data set.
fn shown(ty: &Type) -> String {
    ty.to_string().replace("rows(d)", "rows")
}

/// The arrays of a chain, and the chain with a name in the place of each.
fn arrays(chain: &str) -> (Vec<&str>, String) {
    let (mut found, mut rest, mut text) = (Vec::new(), chain, String::new());
    while let Some(start) = rest.find("number[") {
        let Some(length) = rest[start..].find(']') else { break };
        text += &format!("{}a{}", &rest[..start], found.len());
        found.push(&rest[start..=start + length]);
        rest = &rest[start + length + 1..];
    }
    (found, text + rest)
}
