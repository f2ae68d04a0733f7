//! The keywords: what a declaration declares.

/// What a declaration declares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Keyword {
    /// `data NAME: FORMAT(…) { split { … } columns { … } }`
    Data,
    /// `input NAME from data.column -> step -> layer`
    Input,
    /// `let NAME = expression`: a named value.
    Let,
    /// `instance NAME: block(…)`: one set of weights that may be used in several places.
    Instance,
    /// `shared NAME by STRATEGY(…) from expression -> layer { … }`
    Shared,
    /// `block NAME(params) { … }`
    Block,
    /// `param NAME: type = default`
    Param,
    /// `task NAME: template(…) from expression -> layer { … }`; without `from`, a template.
    Task,
    /// `weights by BALANCER(…) { task: share }`
    Weights,
    /// `train { … }`
    Train,
    /// `evaluate { … }`
    Evaluate,
    /// `transfer { trunk { init: "runs/a/last", freeze: true } }`
    Transfer,
    /// `variant NAME { weights.by: pcgrad, train.epochs: 50 }`
    Variant,
}

impl Keyword {
    pub const ALL: [Keyword; 13] = [
        Keyword::Data,
        Keyword::Input,
        Keyword::Let,
        Keyword::Instance,
        Keyword::Shared,
        Keyword::Block,
        Keyword::Param,
        Keyword::Task,
        Keyword::Weights,
        Keyword::Train,
        Keyword::Evaluate,
        Keyword::Transfer,
        Keyword::Variant,
    ];

    pub const fn text(self) -> &'static str {
        match self {
            Keyword::Data => "data",
            Keyword::Input => "input",
            Keyword::Let => "let",
            Keyword::Instance => "instance",
            Keyword::Shared => "shared",
            Keyword::Block => "block",
            Keyword::Param => "param",
            Keyword::Task => "task",
            Keyword::Weights => "weights",
            Keyword::Train => "train",
            Keyword::Evaluate => "evaluate",
            Keyword::Transfer => "transfer",
            Keyword::Variant => "variant",
        }
    }

    /// True for the keywords whose declaration has a name.
    pub fn named(self) -> bool {
        !matches!(self, Keyword::Weights | Keyword::Train | Keyword::Evaluate | Keyword::Transfer)
    }
}
