//! Arguments that several subcommands share.

use clap::{Args, ValueEnum};

use crate::diag::Level;
use crate::diag::render::Format;
#[cfg(feature = "run")]
use crate::lower::{Backend, NoBackend};
#[cfg(feature = "data")]
use crate::pipeline::Part;
use crate::project::spec::Given;

/// Levels of codes for this call; they win over `mtlc.toml`.
#[derive(Args, Clone, Debug, Default)]
pub struct LevelArgs {
    /// Make a code an error (`--deny warnings` for all warnings)
    #[arg(long, value_name = "CODE")]
    pub deny: Vec<String>,
    /// Make a code a warning
    #[arg(long, value_name = "CODE")]
    pub warn: Vec<String>,
    /// Silence a code
    #[arg(long, value_name = "CODE")]
    pub allow: Vec<String>,
}

impl LevelArgs {
    /// In the order allow, warn, deny: the loudest wins.
    pub fn list(&self) -> Vec<(String, Level)> {
        let of = |names: &[String], level| names.iter().map(move |name| (name.clone(), level)).collect::<Vec<_>>();
        [of(&self.allow, Level::Allow), of(&self.warn, Level::Warn), of(&self.deny, Level::Deny)].concat()
    }
}

/// `--set name=value`.
#[derive(Args, Clone, Debug, Default)]
pub struct SetArgs {
    /// Override a param, a weight, a strategy or a field of `train`: `--set width=64 --set weights.by=pcgrad`
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = pair)]
    pub set: Vec<(String, String)>,
    /// Take the spec as one of its variants has it
    #[arg(long, value_name = "NAME")]
    pub variant: Option<String>,
}

impl SetArgs {
    /// What is said of a spec, but levels.
    pub fn given(&self) -> Given<'_> {
        Given { set: &self.set, variant: self.variant.as_deref(), ..Given::default() }
    }
}

fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() && !value.trim().is_empty() => {
            Ok((name.trim().to_string(), value.trim().to_string()))
        }
        _ => Err("write NAME=VALUE, for example `--set width=64`".into()),
    }
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub enum FormatArg {
    /// Drawn for people
    #[default]
    Human,
    /// One line per problem
    Short,
    Json,
    /// SARIF 2.1.0
    Sarif,
    /// GitHub workflow annotations
    Github,
    Junit,
}

impl From<FormatArg> for Format {
    fn from(format: FormatArg) -> Self {
        match format {
            FormatArg::Human => Format::Human,
            FormatArg::Short => Format::Short,
            FormatArg::Json => Format::Json,
            FormatArg::Sarif => Format::Sarif,
            FormatArg::Github => Format::Github,
            FormatArg::Junit => Format::Junit,
        }
    }
}

/// `--device`.
#[cfg(feature = "run")]
#[derive(Args, Clone, Debug, Default)]
pub struct DeviceArg {
    /// auto, flex, libtorch or libtorch-cuda:N [default: auto]
    #[arg(long, value_name = "DEVICE")]
    device: Option<String>,
}

#[cfg(feature = "run")]
impl From<Option<String>> for DeviceArg {
    fn from(device: Option<String>) -> Self {
        Self { device }
    }
}

#[cfg(feature = "run")]
impl DeviceArg {
    pub fn given(&self) -> Option<&str> {
        self.device.as_deref()
    }

    /// The same, or where a run was trained unless another is given: there the numbers are the same to the last bit.
    ///
    /// # Errors
    /// If what is given cannot be had.
    pub fn backend_or(&self, trained_on: Option<Backend>) -> Result<Backend, NoBackend> {
        match trained_on {
            Some(backend) if self.device.is_none() => Ok(backend),
            _ => self.backend(),
        }
    }

    /// The backend, if this build and machine have it.
    ///
    /// # Errors
    /// If there is none; it says what to do.
    pub fn backend(&self) -> Result<Backend, NoBackend> {
        let backend: Backend = self.device.as_deref().unwrap_or("auto").parse()?;
        backend.check()?;
        Ok(backend)
    }
}

/// Rows of a run's own split.
#[cfg(feature = "data")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PartArg {
    Train,
    Valid,
    Test,
    /// All three
    All,
}

#[cfg(feature = "data")]
impl PartArg {
    pub fn parts(self) -> &'static [Part] {
        match self {
            PartArg::Train => &[Part::Train],
            PartArg::Valid => &[Part::Valid],
            PartArg::Test => &[Part::Test],
            PartArg::All => &Part::ALL,
        }
    }
}
