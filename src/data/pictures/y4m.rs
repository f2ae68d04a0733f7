//! Y4M: frames as they are, in planes of light and colour, behind a line that says how.

use super::{Channels, Picture};

/// Gives each frame in colour, until no more are wanted.
///
/// # Errors
/// Why the bytes are no such clip.
pub fn read(bytes: &[u8], take: &mut dyn FnMut(Picture) -> Result<bool, String>) -> Result<(), String> {
    let (head, mut rest) = line(bytes).ok_or("its first line does not end")?;
    let mut words = head.split(' ').skip(1);
    let (mut width, mut height, mut form, mut full) = (None, None, "420", false);
    for word in words.by_ref() {
        match word.split_at_checked(1) {
            Some(("W", number)) => width = number.parse::<usize>().ok(),
            Some(("H", number)) => height = number.parse::<usize>().ok(),
            Some(("C", of)) => form = of,
            Some(("X", "COLORRANGE=FULL")) => full = true,
            _ => {}
        }
    }
    let (Some(width), Some(height)) = (width, height) else {
        return Err("its first line has no width and height".into());
    };
    // How many pixels share a value of colour, across and down.
    let (across, down) = match form {
        "444" => (1, 1),
        "422" => (2, 1),
        "mono" => (0, 0),
        form if form.starts_with("420") && !form.contains('p') => (2, 2),
        "420jpeg" | "420paldv" | "420mpeg2" => (2, 2),
        other => {
            return Err(format!("its colours are `C{other}`, and C420, C422, C444 and Cmono of eight bits are read"));
        }
    };
    let light = height.checked_mul(width).ok_or("it is too large")?;
    let colours = if across == 0 { 0 } else { width.div_ceil(across) * height.div_ceil(down) };
    let mut number = 0;
    while !rest.is_empty() {
        number += 1;
        let (head, frame) = line(rest)
            .filter(|(head, _)| head.starts_with("FRAME"))
            .ok_or_else(|| format!("frame {number} does not begin as one"))?;
        debug_assert!(head.starts_with("FRAME"));
        let length = light + 2 * colours;
        let Some((planes, behind)) = frame.split_at_checked(length) else {
            return Err(format!("it is cut short at frame {number}"));
        };
        rest = behind;
        let (light, colour) = planes.split_at(light);
        let (blue, red) = colour.split_at(colours);
        let mut pixels = Vec::with_capacity(3 * light.len());
        for (place, light) in light.iter().enumerate() {
            let (x, y) = (place % width.max(1), place / width.max(1));
            let colour = (across > 0).then(|| (y / down) * width.div_ceil(across) + x / across);
            let of = |plane: &[u8]| colour.map_or(128.0, |place| f64::from(plane[place])) - 128.0;
            pixels.extend(colours_of(f64::from(*light), of(blue), of(red), full));
        }
        if !take(Picture::new(height, width, Channels::Rgb, pixels))? {
            break;
        }
    }
    Ok(())
}

/// Red, green and blue of light and the differences of colour (ITU-R 601), which leave room at both ends unless they say otherwise.
fn colours_of(light: f64, blue: f64, red: f64, full: bool) -> [u8; 3] {
    let (light, stretch) = if full { (light, 1.0) } else { ((light - 16.0) * 255.0 / 219.0, 255.0 / 224.0) };
    let (blue, red) = (blue * stretch, red * stretch);
    [light + 1.402 * red, light - 0.344_136 * blue - 0.714_136 * red, light + 1.772 * blue]
        .map(|value| value.round().clamp(0.0, 255.0) as u8)
}

/// The first line, and what stands behind it.
fn line(bytes: &[u8]) -> Option<(&str, &[u8])> {
    let end = bytes.iter().take(1024).position(|byte| *byte == b'\n')?;
    Some((std::str::from_utf8(&bytes[..end]).ok()?, &bytes[end + 1..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frames(bytes: &[u8]) -> Result<Vec<Picture>, String> {
        let mut all = Vec::new();
        read(bytes, &mut |picture| {
            all.push(picture);
            Ok(true)
        })?;
        Ok(all)
    }

    #[test]
    fn planes_become_colours() {
        // Two pixels of one colour difference: black and white, then pure red (81, 90, 240).
        let mut clip = b"YUV4MPEG2 W2 H1 F25:1 C422\nFRAME\n".to_vec();
        clip.extend([16, 235, 128, 128]);
        clip.extend(b"FRAME Ixyz\n");
        clip.extend([81, 81, 90, 240]);
        let read = frames(&clip).expect("frames");
        assert_eq!((read.len(), read[0].height, read[0].width), (2, 1, 2));
        assert_eq!(read[0].pixels, [0, 0, 0, 255, 255, 255]);
        assert!(
            read[1].pixels.iter().zip([254, 0, 0, 254, 0, 0]).all(|(one, other): (&u8, u8)| one.abs_diff(other) < 2)
        );
        assert_eq!(frames(&clip[..clip.len() - 1]).err(), Some("it is cut short at frame 2".into()));
        let gray = b"YUV4MPEG2 W1 H1 Cmono XCOLORRANGE=FULL\nFRAME\n\x07".to_vec();
        assert_eq!(frames(&gray).expect("a frame")[0].pixels, [7, 7, 7]);
        assert!(frames(b"YUV4MPEG2 W1 H1 C444p10\nFRAME\n").is_err_and(|why| why.contains("`C444p10`")));
    }
}
