//! What a weight starts from in place of draws: files that somebody else has trained. They are read when training begins; the run keeps what
//! became of them.

/// Where the first values of a weight stand.
#[derive(Clone, Debug, PartialEq)]
pub enum Given {
    Vectors(Vectors),
    Tensor(Taken),
}

/// A vector for each token of an input: by its spelling in a file of text, by its number in one of tensors.
#[derive(Clone, Debug, PartialEq)]
pub struct Vectors {
    /// Relative to the folder of the spec.
    pub file: String,
    /// Which tensor, where a file has several.
    pub tensor: Option<String>,
}

impl Vectors {
    /// Whether the file holds tensors, and no text.
    pub fn are_tensors(&self) -> bool {
        self.file.to_ascii_lowercase().ends_with(".safetensors")
    }
}

/// A tensor of a pretrained model.
#[derive(Clone, Debug, PartialEq)]
pub struct Taken {
    /// The folder of the model, relative to that of the spec.
    pub folder: String,
    pub tensor: String,
    /// What may stand before the names of tensors: that of the model in a larger one.
    pub prefix: &'static str,
    pub how: How,
}

/// What of a tensor a weight is.
#[derive(Clone, Debug, PartialEq)]
pub enum How {
    Whole,
    /// A matrix that the file keeps as `[out, in]`.
    Turned,
    /// Some columns of a matrix, or of a row.
    Columns {
        first: usize,
        count: usize,
    },
    /// The rows of tokens, in the order in which the step `tokenizer` numbers them.
    Tokens,
    /// The rows from one on; and the first row of another tensor added to each.
    Rows {
        first: usize,
        with: Option<String>,
    },
}

impl Given {
    /// The file or the folder, as it is written.
    pub fn path(&self) -> &str {
        match self {
            Given::Vectors(vectors) => &vectors.file,
            Given::Tensor(taken) => &taken.folder,
        }
    }
}
