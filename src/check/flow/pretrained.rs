//! Expands a pretrained model into layers, as its `config.json` says, each weight with the tensor that it starts from.

use std::collections::HashMap;
use std::path::Path;

use crate::catalog::given::{Given, How, Taken};
use crate::catalog::layers::LayerDef;
use crate::catalog::layers::add::Add;
use crate::catalog::layers::attend::Attend;
use crate::catalog::layers::dense::Dense;
use crate::catalog::layers::dropout::Dropout;
use crate::catalog::layers::embed::Embed;
use crate::catalog::layers::layer_mix::LayerMix;
use crate::catalog::layers::layer_norm::LayerNorm;
use crate::catalog::layers::multiply::Multiply;
use crate::catalog::layers::positions::Positions;
use crate::catalog::layers::rms_norm::RmsNorm;
use crate::catalog::models::config::{Config, Misfit};
use crate::catalog::models::transformer::{Module, Norm, Transformer};
use crate::catalog::models::{self, CONFIG, ModelDef, Said};
use crate::catalog::steps::StepDef;
use crate::catalog::{Dim, EntryInfo, Kind};
use crate::check::constants::bind::{Bound, CallRef};
use crate::check::flow::chains::{Flow, Place};
use crate::check::resolve::env::Env;
use crate::check::{Checker, codes};
use crate::diag::Diagnostic;
use crate::pipeline::{NodeId, Op};
use crate::source::Span;

/// A model while it becomes layers.
struct Making<'a> {
    model: &'a Transformer,
    said: Said<'a>,
    span: Span,
    env: &'a Env,
}

impl Checker<'_> {
    /// One turn of a pretrained model in a chain.
    pub(in crate::check) fn pretrained(
        &mut self,
        info: &'static EntryInfo<ModelDef>,
        call: CallRef<'_>,
        value: Flow,
        env: &Env,
        place: &mut Place,
    ) -> Flow {
        let setting = format!("{}.{}", place.prefix, place.coming(info.name, &self.flowing.paths));
        let bound = self.bind(info, call, env, &setting)?;
        let at = bound.spans.get("folder").copied().unwrap_or(call.span);
        let model = self.described(&bound, at, env)?;
        let value = value?;
        self.reads_fitting_tokens(value, &bound.def, &model, call.span, env)?;
        let mut inside = place.turn(info.name);
        let making = Making { model: &model, said: bound.def.said(), span: call.span, env };
        self.layers_of(&making, value, &mut inside)
    }

    /// What the `config.json` in the folder says.
    fn described(&mut self, bound: &Bound<ModelDef>, at: Span, env: &Env) -> Option<Transformer> {
        let folder = bound.def.said().folder;
        let root = self.names.program.modules[0].file;
        let beside = self.sources.get(root).path.as_deref().and_then(Path::parent).map(Path::to_path_buf);
        let path = beside.unwrap_or_default().join(folder).join(CONFIG);
        let shown = Path::new(folder).join(CONFIG).display().to_string();
        let text = match self.config_of(&path) {
            Ok(text) => text,
            Err(reason) => {
                let diagnostic =
                    Diagnostic::new(&codes::WRONG_ARGUMENT, at, format!("cannot read `{shown}`: {reason}"))
                        .here("no model there")
                        .help("name the folder of a model as the Hugging Face hub has it: `config.json`, `model.safetensors`, `tokenizer.json`");
                self.report(diagnostic, env);
                return None;
            }
        };
        let wrong = |Misfit(why): Misfit| {
            Diagnostic::new(&codes::WRONG_ARGUMENT, at, format!("`{shown}` {why}")).here("cannot be used")
        };
        let config = match Config::parse(&text) {
            Ok(config) => config,
            Err(misfit) => {
                self.report(wrong(misfit), env);
                return None;
            }
        };
        let types = bound.def.types();
        if let Some(ty) = config.model().filter(|ty| !types.contains(ty)) {
            let diagnostic = wrong(Misfit(format!("is of a model of type `{ty}`, and not of `{}`", bound.def.name())));
            let of_type = |entry: &&EntryInfo<ModelDef>| {
                let args = bound.def.to_args();
                (entry.from_args)(&args).is_some_and(|def| def.types().contains(&ty))
            };
            let diagnostic = match models::ENTRIES.iter().find(of_type) {
                Some(entry) => diagnostic.help(format!("write `{}({folder:?})`", entry.name)),
                None => {
                    let known: Vec<&str> = models::ENTRIES.iter().map(|entry| entry.name).collect();
                    diagnostic.help(format!("models that can be read are those of {}", known.join(", ")))
                }
            };
            self.report(diagnostic, env);
            return None;
        }
        match bound.def.described(&config) {
            Ok(model) => Some(model),
            Err(misfit) => {
                self.report(wrong(misfit), env);
                None
            }
        }
    }

    /// The text of a `config.json`, which is kept among the sources as what the spec imports.
    fn config_of(&mut self, path: &Path) -> Result<String, String> {
        if let Some((_, source)) = self.sources.iter().find(|(_, source)| source.path.as_deref() == Some(path)) {
            return Ok(source.text.to_string());
        }
        let text = self.loader.read(path).map_err(|error| error.reason)?;
        self.sources.add(path.display().to_string(), Some(path), text.clone());
        Ok(text)
    }

    /// Whether what flows in are tokens of the step `tokenizer`, no more of them than the model has places for.
    fn reads_fitting_tokens(
        &mut self,
        value: NodeId,
        def: &ModelDef,
        model: &Transformer,
        span: Span,
        env: &Env,
    ) -> Option<()> {
        let (name, folder) = (def.name(), def.said().folder);
        let node = self.node(value);
        let (ty, from) = (node.ty.clone(), node.span);
        let write = format!(
            "write `-> tokenizer(\"{folder}/tokenizer.json\", max: {}) -> {name}({folder:?})`",
            model.places.min(256)
        );
        if !matches!(ty.kind, Kind::Tokens { .. }) {
            let message = format!("`{name}` needs tokens, and gets {}", ty.kind.words());
            let diagnostic = Diagnostic::new(&codes::SHAPE, span, message).here("does not fit").help(write);
            self.report(diagnostic.also(from, format!("this is {ty}")), env);
            return None;
        }
        let Some(steps) = self.flowing.steps.get(&value).cloned() else {
            let message = format!("`{name}` reads the tokens of an input, and something stands between them");
            let diagnostic = Diagnostic::new(&codes::SHAPE, span, message).here("does not fit");
            self.report(diagnostic.also(from, "not an input").help(write), env);
            return None;
        };
        let tokens = steps.iter().position(|step| matches!(step, StepDef::Tokenizer(_)));
        let Some(at) = tokens else {
            let message =
                format!("`{name}` knows the tokens of its own tokenizer, and `{}` makes others", made_by(&steps));
            let diagnostic = Diagnostic::new(&codes::SHAPE, span, message).here("does not fit");
            self.report(diagnostic.also(from, "of these tokens").help(write), env);
            return None;
        };
        let most = steps[at..].iter().fold(usize::MAX, |most, step| match step {
            StepDef::Tokenizer(tokenizer) => most.min(tokenizer.max),
            StepDef::Truncate(truncate) => most.min(truncate.length),
            StepDef::Special(special) => most + usize::from(special.start) + usize::from(special.end),
            _ => most,
        });
        if most > model.places {
            let places = model.places;
            let message = format!("texts may have {most} tokens, and `{name}` has positions for {places}");
            let diagnostic = Diagnostic::new(&codes::SHAPE, span, message).here("too few positions");
            let help = format!("write `tokenizer(…, max: {places})`");
            self.report(diagnostic.also(from, "of these tokens").help(help), env);
            return None;
        }
        Some(())
    }

    fn layers_of(&mut self, making: &Making<'_>, tokens: NodeId, place: &mut Place) -> Flow {
        let Making { model, said, .. } = making;
        let names = &model.names;
        let width = Dim::int(model.width as i64);
        let mut part = place.inside("tokens");
        let embed = Embed { width: Some(width), vectors: None, tensor: None };
        let mut x = self.making(making, LayerDef::Embed(embed), vec![tokens], &mut part)?;
        self.starts(making, x, &[(names.tokens.to_string(), How::Tokens)]);
        if let Some(positions) = &names.positions {
            let mut part = place.inside("positions");
            let learnt = LayerDef::Positions(Positions { max: Some(model.places) });
            x = self.making(making, learnt, vec![x], &mut part)?;
            let how = How::Rows { first: positions.first, with: positions.with.map(str::to_string) };
            self.starts(making, x, &[(positions.name.to_string(), how)]);
        }
        if let Some(norm) = names.embedding_norm {
            x = self.normed(making, x, norm.to_string(), place)?;
        }
        x = self.dropped(making, x, place)?;
        let mut all = vec![x];
        for layer in 0..model.layers {
            x = self.one_layer(making, x, layer, &place.inside(&format!("layer.{}", layer + 1)))?;
            all.push(x);
        }
        if let Some(norm) = names.final_norm {
            x = self.normed(making, x, norm.to_string(), place)?;
            all.pop();
            all.push(x);
        }
        if said.mix {
            x = self.making(making, LayerDef::LayerMix(LayerMix {}), all, place)?;
        }
        Some(x)
    }

    /// Attention and the network of each place, each beside what flows past it.
    fn one_layer(&mut self, making: &Making<'_>, x: NodeId, layer: usize, place: &Place) -> Flow {
        let Making { model, .. } = making;
        let names = &model.names;
        let of_layer = |name: &str| name.replace("{}", &layer.to_string());
        let dense = |checker: &mut Self, module: &Module, part: &str, units: usize, from: NodeId| {
            let def = Dense { units: Dim::int(units as i64), bias: module.bias };
            let node = checker.making(making, LayerDef::Dense(def), vec![from], &mut place.inside(part))?;
            checker.starts(making, node, &of_module(module, &of_layer(module.name)));
            Some(node)
        };
        let mut place = place.clone();
        let place = &mut place;
        let norm = of_layer(names.attention_norm);
        let read = if model.norm_first { self.normed(making, x, norm.clone(), place)? } else { x };
        let (asking, answering) = (model.heads * model.head_width, model.key_heads * model.head_width);
        let queries = dense(self, &names.query, "query", asking, read)?;
        let keys = dense(self, &names.key, "key", answering, read)?;
        let values = dense(self, &names.value, "value", answering, read)?;
        let attend = Attend {
            heads: model.heads,
            key_heads: (model.key_heads != model.heads).then_some(model.key_heads),
            causal: model.causal,
            rotary: model.rotary,
        };
        let seen = self.making(making, LayerDef::Attend(attend), vec![queries, keys, values], place)?;
        let mixed = dense(self, &names.mixed, "mixed", model.width, seen)?;
        let mixed = self.dropped(making, mixed, place)?;
        let mut x = self.making(making, LayerDef::Add(Add {}), vec![x, mixed], place)?;
        if !model.norm_first {
            x = self.normed(making, x, norm, place)?;
        }
        let norm = of_layer(names.network_norm);
        let read = if model.norm_first { self.normed(making, x, norm.clone(), place)? } else { x };
        let mut wide = dense(self, &names.up, "up", model.inner, read)?;
        match &names.gate {
            Some(gate) => {
                let gate = dense(self, gate, "gate", model.inner, read)?;
                let gate = self.making(making, model.curve.layer(), vec![gate], place)?;
                wide = self.making(making, LayerDef::Multiply(Multiply {}), vec![gate, wide], place)?;
            }
            None => wide = self.making(making, model.curve.layer(), vec![wide], place)?,
        }
        let narrow = dense(self, &names.down, "down", model.width, wide)?;
        let narrow = self.dropped(making, narrow, place)?;
        let x = self.making(making, LayerDef::Add(Add {}), vec![x, narrow], place)?;
        if model.norm_first { Some(x) } else { self.normed(making, x, norm, place) }
    }

    fn normed(&mut self, making: &Making<'_>, x: NodeId, name: String, place: &mut Place) -> Flow {
        let epsilon = making.model.epsilon;
        let def = match making.model.norm {
            Norm::Layer => LayerDef::LayerNorm(LayerNorm { epsilon }),
            Norm::Rms => LayerDef::RmsNorm(RmsNorm { epsilon }),
        };
        let node = self.making(making, def, vec![x], place)?;
        let tensors = ["weight", "bias"].map(|part| (format!("{name}.{part}"), How::Whole));
        self.starts(making, node, if making.model.norm == Norm::Rms { &tensors[..1] } else { &tensors });
        Some(node)
    }

    fn dropped(&mut self, making: &Making<'_>, x: NodeId, place: &mut Place) -> Flow {
        match making.said.dropout {
            0.0 => Some(x),
            rate => self.making(making, LayerDef::Dropout(Dropout { rate }), vec![x], place),
        }
    }

    fn making(&mut self, making: &Making<'_>, def: LayerDef, inputs: Vec<NodeId>, place: &mut Place) -> Flow {
        self.layer_node(def, inputs, making.span, &HashMap::new(), making.env, place)
    }

    /// Says from which tensors the weights of a node start, in their order.
    fn starts(&mut self, making: &Making<'_>, node: NodeId, tensors: &[(String, How)]) {
        let Op::Layer { weights, .. } = &mut self.flowing.nodes[node.0].op else { return };
        for (weight, (tensor, how)) in weights.iter_mut().zip(tensors) {
            *weight = weight.clone().given(Given::Tensor(Taken {
                folder: making.said.folder.to_string(),
                tensor: tensor.clone(),
                prefix: making.model.names.prefix,
                how: how.clone(),
            }));
        }
    }
}

/// The tensors of a dense layer.
fn of_module(module: &Module, name: &str) -> Vec<(String, How)> {
    let how = match (module.columns, module.turned) {
        (Some((first, count)), _) => How::Columns { first, count },
        (None, true) => How::Turned,
        (None, false) => How::Whole,
    };
    let bias = match &how {
        How::Turned => How::Whole,
        other => other.clone(),
    };
    let mut tensors = vec![(format!("{name}.weight"), how)];
    if module.bias {
        tensors.push((format!("{name}.bias"), bias));
    }
    tensors
}

/// The step that makes the tokens, for a message.
fn made_by(steps: &[StepDef]) -> &'static str {
    steps.iter().rev().map(StepDef::name).find(|name| !matches!(*name, "truncate" | "special")).unwrap_or("the data")
}
