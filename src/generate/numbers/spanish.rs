//! Spanish: "mil doscientos treinta y cuatro"; a one before thousand loses its end, "veintiún mil".

const BELOW_THIRTY: [&str; 30] = [
    "cero",
    "uno",
    "dos",
    "tres",
    "cuatro",
    "cinco",
    "seis",
    "siete",
    "ocho",
    "nueve",
    "diez",
    "once",
    "doce",
    "trece",
    "catorce",
    "quince",
    "dieciséis",
    "diecisiete",
    "dieciocho",
    "diecinueve",
    "veinte",
    "veintiuno",
    "veintidós",
    "veintitrés",
    "veinticuatro",
    "veinticinco",
    "veintiséis",
    "veintisiete",
    "veintiocho",
    "veintinueve",
];
const TENS: [&str; 10] = ["", "", "", "treinta", "cuarenta", "cincuenta", "sesenta", "setenta", "ochenta", "noventa"];
const HUNDREDS: [&str; 10] = [
    "",
    "ciento",
    "doscientos",
    "trescientos",
    "cuatrocientos",
    "quinientos",
    "seiscientos",
    "setecientos",
    "ochocientos",
    "novecientos",
];

pub(super) fn say(number: u32) -> String {
    match (number / 1000, number % 1000) {
        (0, rest) => below_thousand(rest),
        (thousands, rest) => {
            let thousands = if thousands == 1 { "mil".into() } else { format!("{} mil", before_thousand(thousands)) };
            if rest == 0 { thousands } else { format!("{thousands} {}", below_thousand(rest)) }
        }
    }
}

fn before_thousand(number: u32) -> String {
    let said = below_thousand(number);
    match (said.strip_suffix("veintiuno"), said.strip_suffix("uno")) {
        (Some(before), _) => format!("{before}veintiún"),
        (None, Some(before)) => format!("{before}un"),
        _ => said,
    }
}

fn below_thousand(number: u32) -> String {
    match (number / 100, number % 100) {
        (0, rest) => below_hundred(rest),
        (1, 0) => "cien".into(),
        (hundreds, 0) => HUNDREDS[hundreds as usize].to_string(),
        (hundreds, rest) => format!("{} {}", HUNDREDS[hundreds as usize], below_hundred(rest)),
    }
}

fn below_hundred(number: u32) -> String {
    match (number / 10, number % 10) {
        (0..3, _) => BELOW_THIRTY[number as usize].to_string(),
        (tens, 0) => TENS[tens as usize].to_string(),
        (tens, ones) => format!("{} y {}", TENS[tens as usize], BELOW_THIRTY[ones as usize]),
    }
}
