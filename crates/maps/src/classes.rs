//! The likeliest class of each place of a map, which lies class by class. No probability is needed for that: the largest number has the largest one.

/// Places that are looked at together, class after class.
const SIDE: usize = 256;

/// Of each place its likeliest class, the first of equals, in a byte each; what lies beyond a byte is its largest number.
pub fn in_bytes(map: &[f32], classes: usize) -> Vec<u8> {
    let places = map.len() / classes.max(1);
    let mut found = Vec::with_capacity(places);
    let (mut best, mut most) = ([0_u32; SIDE], [0.0_f32; SIDE]);
    for start in (0..places).step_by(SIDE) {
        let count = SIDE.min(places - start);
        let (best, most) = (&mut best[..count], &mut most[..count]);
        best.fill(0);
        most.copy_from_slice(&map[start..][..count]);
        for class in 1..classes {
            let numbers = &map[class * places + start..][..count];
            for ((best, most), number) in best.iter_mut().zip(most.iter_mut()).zip(numbers) {
                let larger = *number > *most;
                *best = if larger { class as u32 } else { *best };
                *most = if larger { *number } else { *most };
            }
        }
        found.extend(best.iter().map(|class| (*class).min(255) as u8));
    }
    found
}

/// The largest number of each place, whichever class it is of; the least that there is where none is a number.
pub fn largest(map: &[f32], classes: usize) -> Vec<f32> {
    let places = (map.len() / classes.max(1)).max(1);
    let mut most = vec![f32::MIN; if classes > 0 { places } else { 0 }];
    for numbers in map.chunks_exact(places) {
        most.iter_mut().zip(numbers).for_each(|(most, number)| *most = most.max(*number));
    }
    most
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::numbers;

    #[test]
    fn each_place_has_the_first_of_its_largest_classes() {
        for (classes, places) in [(1, 1), (2, 5), (11, 300), (300, 257), (3, 512)] {
            let mut map = numbers(classes, classes * places);
            // Equal numbers, and some that are none.
            map.iter_mut().for_each(|number| *number = (*number * 4.0).round());
            if classes > 2 {
                map[places + 1] = f32::NAN;
            }
            let bytes = in_bytes(&map, classes);
            let most = largest(&map, classes);
            for (place, most) in most.iter().enumerate() {
                let at = |class: usize| map[class * places + place];
                let best = (1..classes).fold(0, |best, class| if at(class) > at(best) { class } else { best });
                assert_eq!(usize::from(bytes[place]), best.min(255), "{place}");
                assert_eq!(*most, at(best));
            }
        }
        assert_eq!((in_bytes(&[], 0).len(), largest(&[], 0).len()), (0, 0));
    }
}
