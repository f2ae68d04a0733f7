//! Addresses of objects (`s3://bucket/key`): which store, which bucket, and a key, the beginning of keys, or a pattern of them.

/// A sort of object store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Store {
    /// Amazon S3, and what speaks like it.
    S3,
    /// Google Cloud Storage.
    Google,
    /// Azure Blob Storage.
    Azure,
}

/// Which of them a scheme means, and the name that is written for it.
const SCHEMES: [(&str, Store); 3] = [("s3", Store::S3), ("gs", Store::Google), ("az", Store::Azure)];

/// What other programs call them.
const SYNONYMS: [(&str, &str); 9] = [
    ("abfs", "az"),
    ("abfss", "az"),
    ("adl", "az"),
    ("azure", "az"),
    ("gcs", "gs"),
    ("s3a", "s3"),
    ("s3n", "s3"),
    ("wasb", "az"),
    ("wasbs", "az"),
];

/// The parts of an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Address<'a> {
    pub store: Store,
    /// As it is written: `s3`.
    pub scheme: &'a str,
    pub bucket: &'a str,
    /// What stands behind the bucket; nothing for the whole of it.
    pub key: &'a str,
}

impl<'a> Address<'a> {
    /// `None` for a path that is none.
    pub fn of(path: &'a str) -> Option<Self> {
        let (scheme, rest) = path.split_once("://")?;
        let (_, store) = SCHEMES.into_iter().find(|(known, _)| *known == scheme)?;
        let (bucket, key) = rest.split_once('/').unwrap_or((rest, ""));
        Some(Self { store, scheme, bucket, key })
    }

    /// The address of another key of the bucket.
    pub fn with_key(&self, key: &str) -> String {
        format!("{}://{}/{key}", self.scheme, self.bucket)
    }

    /// What is wrong with it, and what to write.
    pub fn problem(&self) -> Option<(String, String)> {
        let scheme = self.scheme;
        if self.bucket.is_empty() {
            return Some((format!("`{scheme}://` names no bucket"), format!("write `{scheme}://bucket/key`")));
        }
        if self.bucket.contains(['@', ':']) {
            let why = "the name of a bucket has no `@` and no `:`; keys and passwords do not stand in a spec";
            let help =
                format!("write `{scheme}://bucket/key`, and leave the rest to the environment ({})", self.variables());
            return Some((why.into(), help));
        }
        if let Some(odd) =
            self.bucket.chars().find(|letter| !letter.is_ascii_alphanumeric() && !"-._$".contains(*letter))
        {
            let why = format!("the name of a bucket has no `{odd}`");
            return Some((why, format!("a pattern stands in the key: `{scheme}://bucket/parts/*.csv`")));
        }
        let key = self.key.strip_suffix('/').unwrap_or(self.key);
        let odd = |part: &&str| part.is_empty() && !key.is_empty() || [".", ".."].contains(part);
        key.split('/').find(odd).map(|part| {
            let why = match part {
                "" => "a key with `//` cannot be a file of this machine".to_string(),
                part => format!("a key has no `{part}`: nothing stands above a bucket"),
            };
            (why, format!("write the key as the store lists it: `{scheme}://{}/folder/file`", self.bucket))
        })
    }

    /// Which variables of the environment say who asks.
    pub fn variables(&self) -> &'static str {
        match self.store {
            Store::S3 => "`AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`",
            Store::Google => "`GOOGLE_APPLICATION_CREDENTIALS`",
            Store::Azure => "`AZURE_STORAGE_ACCOUNT_NAME` and `AZURE_STORAGE_ACCOUNT_KEY`",
        }
    }

    /// The variable by which a store is asked without saying who asks.
    pub fn unsigned(&self) -> &'static str {
        match self.store {
            Store::S3 => "AWS_SKIP_SIGNATURE",
            Store::Google => "GOOGLE_SKIP_SIGNATURE",
            Store::Azure => "AZURE_SKIP_SIGNATURE",
        }
    }
}

/// Whether a path lies in an object store.
pub fn is_address(path: &str) -> bool {
    Address::of(path).is_some()
}

/// The scheme that is written here for one of another program.
pub fn synonym(scheme: &str) -> Option<&'static str> {
    let lower = scheme.to_lowercase();
    let same = SCHEMES.iter().map(|(known, _)| *known).find(|known| *known == lower && *known != scheme);
    same.or_else(|| SYNONYMS.iter().find(|(other, _)| *other == lower).map(|(_, ours)| *ours))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_have_parts() {
        let of = |path: &'static str| Address::of(path).map(|address| (address.store, address.bucket, address.key));
        assert_eq!(of("s3://b/tables/x.csv"), Some((Store::S3, "b", "tables/x.csv")));
        assert_eq!(of("gs://b"), Some((Store::Google, "b", "")));
        assert_eq!(of("az://c/"), Some((Store::Azure, "c", "")));
        for path in ["tables/x.csv", "https://b/x.csv", "s3a://b/x.csv", "s3:/b/x.csv"] {
            assert_eq!(of(path), None);
        }
        let wrong = |path: &'static str| Address::of(path).and_then(|address| address.problem()).map(|(why, _)| why);
        for path in ["s3://b/tables/*.csv", "s3://b", "s3://b/", "s3://b.c-d/tables/"] {
            assert_eq!(wrong(path), None);
        }
        for path in
            ["s3://", "s3:///x.csv", "s3://key:secret@b/x.csv", "s3://b*/x.csv", "s3://b/a//x.csv", "s3://b/../x.csv"]
        {
            assert!(wrong(path).is_some(), "{path}");
        }
        assert_eq!(
            (synonym("s3a"), synonym("S3"), synonym("s3"), synonym("ftp")),
            (Some("s3"), Some("s3"), None, None)
        );
    }
}
