//! What a data format names: arguments that cannot be, and files of the network, which must say what they hold.

use crate::catalog::addresses::{Address, synonym};
use crate::catalog::formats::{FormatDef, is_url};
use crate::check::{Checker, codes};
use crate::diag::Diagnostic;
use crate::source::Span;

/// Bytes of a SHA-256 in hexadecimal.
const DIGITS: usize = 64;

impl Checker<'_> {
    /// Reports what cannot be in the arguments of a format; `span_of` is where an argument stands.
    pub(super) fn format_problems(&mut self, format: &FormatDef, span_of: &dyn Fn(&str) -> Span) {
        if let Some((param, message)) = format.problem() {
            self.sink.push(Diagnostic::new(&codes::ARGUMENT_RANGE, span_of(param), message).here("cannot be"));
        }
        for path in format.paths() {
            if let Some(problem) = file_problem(format, path, span_of) {
                self.sink.push(problem);
            }
        }
    }

    /// Reports a URL where no SHA-256 can stand, and addresses that cannot be.
    pub(super) fn file_of_split(&mut self, path: &str, span: Span) {
        let wrong = Address::of(path).map_or_else(|| unknown_scheme(path), |address| address.problem());
        if let Some((message, help)) = wrong.filter(|_| !is_url(path)) {
            self.sink.push(Diagnostic::new(&codes::ARGUMENT_RANGE, span, message).here("cannot be").help(help));
        }
        if is_url(path) {
            self.sink.push(
                Diagnostic::new(
                    &codes::URL_WITHOUT_SHA256,
                    span,
                    "a split names files of this machine, and this is a URL",
                )
                .here("nothing says what it must hold")
                .help(format!("`mtlc fetch {path}` fetches it and says where it lies: name that file")),
            );
        }
    }
}

fn file_problem(format: &FormatDef, path: &str, span_of: &dyn Fn(&str) -> Span) -> Option<Diagnostic> {
    let at = |param: &str, message: String| {
        Diagnostic::new(&codes::ARGUMENT_RANGE, span_of(param), message).here("cannot be")
    };
    if let Some(sum) = format.sha256()
        && (sum.len() != DIGITS || !sum.bytes().all(|byte| byte.is_ascii_hexdigit()))
    {
        let message = format!("a SHA-256 has {DIGITS} hexadecimal digits, and this has {}", what_of(sum));
        return Some(at("sha256", message).help("`sha256sum FILE` prints it, and `mtlc fetch URL` that of a URL"));
    }
    if !is_url(path) {
        let wrong = Address::of(path).map_or_else(|| unknown_scheme(path), |address| address.problem());
        return wrong.map(|(message, help)| at("path", message).help(help));
    }
    if format.is_of_folders() {
        let help = "fetch it, unpack it beside the spec, and name the folder";
        return Some(
            at("path", format!("`{}` reads a folder of this machine, and this is a URL", format.name())).help(help),
        );
    }
    format.sha256().is_none().then(|| {
        Diagnostic::new(&codes::URL_WITHOUT_SHA256, span_of("path"), "nothing says what the file of this URL must hold")
            .here("needs its SHA-256")
            .help(format!("`mtlc fetch {path}` fetches it and prints what to write: `sha256: \"…\"`"))
    })
}

/// What is wrong with a path that begins like an address of a kind which is not known here, and what to write.
fn unknown_scheme(path: &str) -> Option<(String, String)> {
    let (scheme, rest) = path.split_once("://")?;
    let known = scheme.chars().all(|letter| letter.is_ascii_alphanumeric() || "+-.".contains(letter));
    let help = match (scheme, synonym(scheme)) {
        ("file", _) => format!("write the path: `{rest}`"),
        (_, Some("az")) => {
            let container = rest.split(['@', '/']).next().unwrap_or(rest);
            format!("write `az://{container}/…`; the account is that of `AZURE_STORAGE_ACCOUNT_NAME`")
        }
        (_, Some(ours)) => format!("write `{ours}://{rest}`"),
        _ => "files are fetched by `https://` and `http://`, and from object stores by `s3://`, `gs://` and `az://`; fetch this one by its \
              own program, and name it here"
            .into(),
    };
    known.then(|| (format!("`{scheme}://` cannot be fetched"), help))
}

fn what_of(sum: &str) -> String {
    match sum.chars().find(|letter| !letter.is_ascii_hexdigit()) {
        Some(letter) => format!("the character `{letter}`"),
        None => sum.len().to_string(),
    }
}
