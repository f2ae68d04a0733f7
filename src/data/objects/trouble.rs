//! What a store refuses, in words: what was asked for that is not there, who may not ask, where nobody answers.
//!
//! Stores answer with a code (`NoSuchBucket`); what else they say, and what the library says of it, may hold a key or a signed URL, and is not
//! shown.

use std::error::Error as _;

use object_store::Error;

use super::Trouble;
use super::connector::Unreached;
use crate::catalog::addresses::{Address, Store};
use crate::data::fetch::host;

/// What to say of an error; `None` if there is no such object, of which more can be said by whoever knows what else there is.
pub fn of(error: &Error, address: Address<'_>) -> Option<Trouble> {
    let text = all_of(error);
    let code = between(&text, "<Code>", "</Code>");
    if let Some(unreached) = unreached(error) {
        return Some(if unreached.about_machine {
            Trouble::new("the environment says nobody who asks the store").help(credentials(address))
        } else {
            Trouble::new(unreached.why.clone()).help(endpoint(address))
        });
    }
    let bucket = address.bucket;
    let by = code.map_or(String::new(), |code| format!(" ({code})"));
    let forbidden = || {
        let why = format!("the store does not give it to whom the environment names{by}");
        Trouble::new(why).help(credentials(address))
    };
    Some(match code.unwrap_or_default() {
        "AccessDenied" | "AuthorizationPermissionMismatch" => forbidden(),
        "NoSuchBucket" | "ContainerNotFound" => {
            Trouble::new(format!("there is no bucket `{bucket}`")).help(endpoint(address))
        }
        "InvalidAccessKeyId" | "SignatureDoesNotMatch" | "ExpiredToken" | "InvalidToken" | "AuthenticationFailed" => {
            let why = format!("the store does not accept the credentials of the environment{by}");
            Trouble::new(why).help(credentials(address))
        }
        "AuthorizationHeaderMalformed" | "PermanentRedirect" | "IllegalLocationConstraintException" => {
            elsewhere(address, between(&text, "<Region>", "</Region>"))
        }
        _ if text.contains("Received redirect") => elsewhere(address, None),
        _ => match error {
            Error::PermissionDenied { .. } | Error::Unauthenticated { .. } => forbidden(),
            Error::NotFound { .. } => return None,
            Error::Precondition { .. } => changed(),
            Error::InvalidPath { .. } => Trouble::new("there is a key that cannot be a file of this machine"),
            _ => match between(&text, "status code: ", ":") {
                Some(status) => Trouble::new(format!("the store answers with {}{by}", status.trim())),
                None => Trouble::new(format!("the store cannot be asked: {}", scrubbed(&last_of(error)))),
            },
        },
    })
}

/// What is not what it was when the store was asked for its list.
pub fn changed() -> Trouble {
    Trouble::new("it changed while it was fetched; start anew when nothing writes to it")
}

/// Where the environment says who asks.
pub fn credentials(address: Address<'_>) -> String {
    format!("say who asks by {}, or that nobody need to by `{}=true`", address.variables(), address.unsigned())
}

/// Where the environment says what is asked.
fn endpoint(address: Address<'_>) -> String {
    match address.store {
        Store::S3 => {
            let of = |name: &'static str| std::env::var(name).ok().map(|url| (name, url));
            match of("AWS_ENDPOINT_URL_S3").or_else(|| of("AWS_ENDPOINT_URL")).or_else(|| of("AWS_ENDPOINT")) {
                Some((name, url)) => {
                    let host = host(&url).rsplit('@').next().unwrap_or_default();
                    format!("the store that is asked is that of `{name}`, at `{host}`")
                }
                None => "the store that is asked is Amazon's; another is named by `AWS_ENDPOINT_URL`".into(),
            }
        }
        Store::Google => "the store that is asked is Google's".into(),
        Store::Azure => {
            let account = std::env::var("AZURE_STORAGE_ACCOUNT_NAME").unwrap_or_default();
            format!("the account that is asked is that of `AZURE_STORAGE_ACCOUNT_NAME`, `{account}`")
        }
    }
}

fn elsewhere(address: Address<'_>, region: Option<&str>) -> Trouble {
    let here = std::env::var("AWS_REGION").or_else(|_| std::env::var("AWS_DEFAULT_REGION"));
    let here = here.unwrap_or_else(|_| "us-east-1".into());
    let why = format!("the bucket `{}` is in another region than `{here}`", address.bucket);
    Trouble::new(why).help(format!("write `AWS_REGION={}`", region.unwrap_or("…")))
}

fn unreached(error: &Error) -> Option<&Unreached> {
    let mut source = error.source();
    while let Some(inner) = source {
        if let Some(unreached) = inner.downcast_ref() {
            return Some(unreached);
        }
        source = inner.source();
    }
    None
}

/// What an error says, with what it says of its causes.
fn all_of(error: &Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        text.push_str(&format!(" - {inner}"));
        source = inner.source();
    }
    text
}

/// What lies behind all else that an error says; no address of a request stands in it.
fn last_of(error: &Error) -> String {
    let mut last: &dyn std::error::Error = error;
    while let Some(inner) = last.source() {
        last = inner;
    }
    last.to_string()
}

fn between<'a>(text: &'a str, before: &str, behind: &str) -> Option<&'a str> {
    let rest = &text[text.find(before)? + before.len()..];
    Some(&rest[..rest.find(behind)?])
}

/// A text in which no value of the environment stands that nobody should see.
pub fn scrubbed(text: &str) -> String {
    let secret = |name: &str| {
        ["AWS_", "GOOGLE_", "AZURE_"].iter().any(|start| name.starts_with(start))
            && ["KEY", "SECRET", "TOKEN", "SAS", "PASSWORD"].iter().any(|part| name.contains(part))
    };
    let values =
        std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    let secrets = values.filter(|(name, value)| secret(name) && value.len() > 3);
    secrets.fold(text.to_string(), |text, (_, value)| text.replace(&value, "…"))
}
