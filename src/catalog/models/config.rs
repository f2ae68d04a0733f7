//! `config.json` of a pretrained model: its keys, and what is wrong with them.

use serde_json::Value;

/// What a `config.json` says.
#[derive(Clone, Debug)]
pub struct Config(Value);

/// Why a `config.json` cannot be used, to complete "`FOLDER/config.json` …".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit(pub String);

impl Config {
    /// # Errors
    /// If the text is no object of JSON.
    pub fn parse(text: &str) -> Result<Self, Misfit> {
        match serde_json::from_str(text) {
            Ok(value @ Value::Object(_)) => Ok(Self(value)),
            Ok(_) => Err(Misfit("is no object".into())),
            Err(error) => Err(Misfit(format!("is no JSON: {error}"))),
        }
    }

    /// `model_type`.
    pub fn model(&self) -> Option<&str> {
        self.0["model_type"].as_str()
    }

    /// A size, which must be there.
    ///
    /// # Errors
    /// If it is not, or is none.
    pub fn size(&self, key: &str) -> Result<usize, Misfit> {
        match self.optional_size(key)? {
            Some(size) => Ok(size),
            None => Err(Misfit(format!("does not say `{key}`"))),
        }
    }

    /// A size that may be left out.
    ///
    /// # Errors
    /// If it is there and none.
    pub fn optional_size(&self, key: &str) -> Result<Option<usize>, Misfit> {
        // More than that is no model that anybody could hold.
        const MOST: u64 = 1 << 31;
        match &self.0[key] {
            Value::Null => Ok(None),
            value => match value.as_u64() {
                Some(size) if (1..=MOST).contains(&size) => Ok(Some(size as usize)),
                _ => Err(Misfit(format!("says that `{key}` is {value}, which is no size"))),
            },
        }
    }

    /// The number of a token, which may be 0.
    pub fn token(&self, key: &str) -> Option<usize> {
        usize::try_from(self.0[key].as_u64()?).ok()
    }

    /// A number above 0, or what holds where none is written.
    ///
    /// # Errors
    /// If it is there and none.
    pub fn number(&self, key: &str, otherwise: f64) -> Result<f64, Misfit> {
        match &self.0[key] {
            Value::Null => Ok(otherwise),
            value => match value.as_f64() {
                Some(number) if number > 0.0 && number.is_finite() => Ok(number),
                _ => Err(Misfit(format!("says that `{key}` is {value}, which is no number above 0"))),
            },
        }
    }

    pub fn word(&self, key: &str) -> Option<&str> {
        self.0[key].as_str()
    }

    pub fn is(&self, key: &str) -> bool {
        self.0[key].as_bool() == Some(true)
    }

    /// What stands below a key, if it is an object.
    pub fn below(&self, key: &str) -> Option<Config> {
        self.0[key].is_object().then(|| Config(self.0[key].clone()))
    }

    /// An error if a key says something else than the one thing that is known here.
    ///
    /// # Errors
    /// If it does.
    pub fn only(&self, key: &str, known: &[Value]) -> Result<(), Misfit> {
        match &self.0[key] {
            Value::Null => Ok(()),
            value if known.contains(value) => Ok(()),
            value => {
                let known: Vec<String> = known.iter().map(|known| format!("`{known}`")).collect();
                Err(Misfit(format!("says that `{key}` is `{value}`, and only {} is known here", known.join(" or "))))
            }
        }
    }
}
