//! German: one word, the ones before the tens: "eintausendzweihundertvierunddreißig".

const BELOW_TWENTY: [&str; 20] = [
    "null",
    "ein",
    "zwei",
    "drei",
    "vier",
    "fünf",
    "sechs",
    "sieben",
    "acht",
    "neun",
    "zehn",
    "elf",
    "zwölf",
    "dreizehn",
    "vierzehn",
    "fünfzehn",
    "sechzehn",
    "siebzehn",
    "achtzehn",
    "neunzehn",
];
const TENS: [&str; 10] =
    ["", "", "zwanzig", "dreißig", "vierzig", "fünfzig", "sechzig", "siebzig", "achtzig", "neunzig"];

pub(super) fn say(number: u32) -> String {
    // A one at the end has an s, and nowhere else.
    let end = if number % 100 == 1 { "s" } else { "" };
    let said = match (number / 1000, number % 1000) {
        (0, rest) => below_thousand(rest),
        (thousands, 0) => format!("{}tausend", below_thousand(thousands)),
        (thousands, rest) => format!("{}tausend{}", below_thousand(thousands), below_thousand(rest)),
    };
    said + end
}

fn below_thousand(number: u32) -> String {
    match (number / 100, number % 100) {
        (0, rest) => below_hundred(rest),
        (hundreds, 0) => format!("{}hundert", BELOW_TWENTY[hundreds as usize]),
        (hundreds, rest) => format!("{}hundert{}", BELOW_TWENTY[hundreds as usize], below_hundred(rest)),
    }
}

fn below_hundred(number: u32) -> String {
    match (number / 10, number % 10) {
        (0 | 1, _) => BELOW_TWENTY[number as usize].to_string(),
        (tens, 0) => TENS[tens as usize].to_string(),
        (tens, ones) => format!("{}und{}", BELOW_TWENTY[ones as usize], TENS[tens as usize]),
    }
}
