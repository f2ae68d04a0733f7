//! French as it is said in France: seventy is sixty and ten, eighty four twenties: "mille deux cent quatre-vingt-treize".

const BELOW_TWENTY: [&str; 20] = [
    "zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze", "treize",
    "quatorze", "quinze", "seize", "dix-sept", "dix-huit", "dix-neuf",
];
const TENS: [&str; 7] = ["", "", "vingt", "trente", "quarante", "cinquante", "soixante"];

pub(super) fn say(number: u32) -> String {
    match (number / 1000, number % 1000) {
        (0, rest) => below_thousand(rest, true),
        (1, 0) => "mille".into(),
        (1, rest) => format!("mille {}", below_thousand(rest, true)),
        // Hundreds and twenties have a plural only where nothing follows.
        (thousands, 0) => format!("{} mille", below_thousand(thousands, false)),
        (thousands, rest) => format!("{} mille {}", below_thousand(thousands, false), below_thousand(rest, true)),
    }
}

/// `last`: whether nothing follows.
fn below_thousand(number: u32, last: bool) -> String {
    match (number / 100, number % 100) {
        (0, rest) => below_hundred(rest, last),
        (1, 0) => "cent".into(),
        (1, rest) => format!("cent {}", below_hundred(rest, last)),
        (hundreds, 0) => format!("{} cent{}", BELOW_TWENTY[hundreds as usize], if last { "s" } else { "" }),
        (hundreds, rest) => format!("{} cent {}", BELOW_TWENTY[hundreds as usize], below_hundred(rest, last)),
    }
}

fn below_hundred(number: u32, last: bool) -> String {
    match number {
        0..20 => BELOW_TWENTY[number as usize].to_string(),
        80 => if last { "quatre-vingts" } else { "quatre-vingt" }.to_string(),
        81..100 => format!("quatre-vingt-{}", BELOW_TWENTY[number as usize - 80]),
        60..80 => beside("soixante", number - 60),
        _ => beside(TENS[number as usize / 10], number % 10),
    }
}

fn beside(tens: &str, rest: u32) -> String {
    match rest {
        0 => tens.to_string(),
        1 | 11 => format!("{tens} et {}", BELOW_TWENTY[rest as usize]),
        rest => format!("{tens}-{}", BELOW_TWENTY[rest as usize]),
    }
}
