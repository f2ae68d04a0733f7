//! The segments of a JPEG: whether all of it is there, and whether it has a reasonable number of passes over the picture. Its decoder
//! would fill what is missing with grey, and go over a large picture as often as a small file tells it to.

/// A progressive JPEG has about ten.
const MOST_SCANS: usize = 500;

/// The reason to refuse it, to complete "… cannot be decoded: …".
pub(super) fn refusal(bytes: &[u8]) -> Option<String> {
    let mut at = 2;
    let mut scans = 0;
    loop {
        let Some(found) = bytes.get(at..).and_then(|rest| rest.iter().position(|byte| *byte == 0xff)) else {
            return Some(cut_short());
        };
        at += found;
        let Some(code) = bytes.get(at + 1) else { return Some(cut_short()) };
        match code {
            // A fill byte: what is behind it may be the marker.
            0xff => at += 1,
            // Data, or a marker that stands alone.
            0x00 | 0x01 | 0xd0..=0xd8 => at += 2,
            0xd9 => return None,
            _ => {
                scans += usize::from(*code == 0xda);
                if scans > MOST_SCANS {
                    return Some(format!("it goes over the picture more than {MOST_SCANS} times, as no camera does"));
                }
                let Some([high, low]) = bytes.get(at + 2..at + 4) else { return Some(cut_short()) };
                at += 2 + usize::from(u16::from_be_bytes([*high, *low])).max(2);
            }
        }
    }
}

fn cut_short() -> String {
    "it is a JPEG picture that is cut short: its end is missing".into()
}

#[cfg(test)]
mod tests {
    use super::refusal;

    #[test]
    fn ends_are_found_and_passes_counted() {
        // The thumbnail inside a segment has an end of its own, which is none of the picture's.
        let head = [0xff, 0xd8, 0xff, 0xe1, 0, 6, 0xff, 0xd8, 0xff, 0xd9];
        let scan = [0xff, 0xda, 0, 3, 1, 7, 0xff, 0x00, 9, 0xff, 0xd0];
        assert_eq!(refusal(&[&head[..], &scan, &[0xff, 0xff, 0xd9]].concat()), None);
        assert!(refusal(&[&head[..], &scan].concat()).is_some_and(|reason| reason.contains("cut short")));
        let many = [&head[..], &scan.repeat(501), &[0xff, 0xd9]].concat();
        assert!(refusal(&many).is_some_and(|reason| reason.contains("500 times")));
        for end in 2..head.len() {
            assert!(refusal(&head[..end]).is_some());
        }
    }
}
