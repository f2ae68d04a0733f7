//! TensorBoard event files: the records of a run as `events.out.tfevents.…`.
//!
//! Written by hand, since it is little: a TFRecord frame (length, its checksum, the bytes, their checksum) around a
//! protocol-buffers `Event` with the fields `wall_time = 1`, `step = 2`, `file_version = 3`, `summary = 5`; a `Summary` holds
//! `value = 1`, each with `tag = 1` and `simple_value = 2`. (TensorFlow: `core/lib/io/record_writer.h`, `core/util/event.proto`,
//! `core/framework/summary.proto`.)

use super::scalars::scalars;
use crate::train::records::{Record, Records};

/// The name of an event file: TensorBoard finds it by `tfevents` in it and sorts by the time.
pub fn file_name(unix_seconds: u64) -> String {
    format!("events.out.tfevents.{unix_seconds:010}.mtlc")
}

/// What an event file starts with.
pub fn header(wall_time: f64) -> Vec<u8> {
    let mut event = Vec::new();
    double(&mut event, 1, wall_time);
    bytes(&mut event, 3, b"brain.Event:2");
    frame(&event)
}

/// A record as an event; the step is the epoch, so that tasks and runs with other batches can be compared.
/// Empty for a record without figures.
pub fn event(wall_time: f64, record: &Record) -> Vec<u8> {
    let scalars = scalars(record);
    let mut summary = Vec::new();
    for (tag, number) in scalars.iter().filter_map(|(tag, value)| Some((tag, value.filter(|value| value.is_finite())?)))
    {
        let mut value = Vec::new();
        bytes(&mut value, 1, tag.as_bytes());
        float(&mut value, 2, number as f32);
        bytes(&mut summary, 1, &value);
    }
    if summary.is_empty() {
        return Vec::new();
    }
    let mut event = Vec::new();
    double(&mut event, 1, wall_time);
    whole(&mut event, 2, record.epoch() as u64);
    bytes(&mut event, 5, &summary);
    frame(&event)
}

/// A whole event file. `started` is when the run began, in seconds since 1970; records are placed after it by the seconds
/// that their epoch says.
pub fn events(started: f64, records: &Records) -> Vec<u8> {
    let mut file = header(started);
    let when = |epoch: usize| {
        let seconds = records.epochs.iter().find(|record| record.epoch == epoch).map_or(0.0, |record| record.seconds);
        started + seconds
    };
    for record in &records.tasks {
        file.extend(event(when(record.epoch), &Record::Task(record.clone())));
    }
    for record in &records.epochs {
        file.extend(event(started + record.seconds, &Record::Epoch(record.clone())));
    }
    file
}

// ------------------------------------------------------------------------------------ protocol buffers

fn varint(to: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        to.push(value as u8 | 0x80);
        value >>= 7;
    }
    to.push(value as u8);
}

fn whole(to: &mut Vec<u8>, field: u64, value: u64) {
    varint(to, field << 3);
    varint(to, value);
}

fn double(to: &mut Vec<u8>, field: u64, value: f64) {
    varint(to, field << 3 | 1);
    to.extend(value.to_le_bytes());
}

fn bytes(to: &mut Vec<u8>, field: u64, value: &[u8]) {
    varint(to, field << 3 | 2);
    varint(to, value.len() as u64);
    to.extend(value);
}

fn float(to: &mut Vec<u8>, field: u64, value: f32) {
    varint(to, field << 3 | 5);
    to.extend(value.to_le_bytes());
}

// ------------------------------------------------------------------------------------------- TFRecord

fn frame(data: &[u8]) -> Vec<u8> {
    let length = (data.len() as u64).to_le_bytes();
    let mut framed = Vec::with_capacity(data.len() + 16);
    framed.extend(length);
    framed.extend(masked(crc32c(&length)).to_le_bytes());
    framed.extend(data);
    framed.extend(masked(crc32c(data)).to_le_bytes());
    framed
}

/// As TFRecord stores a checksum, so that one of data that holds checksums is safe.
fn masked(crc: u32) -> u32 {
    crc.rotate_right(15).wrapping_add(0xa282_ead8)
}

/// The Castagnoli checksum, bit by bit: event files are small.
fn crc32c(data: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in data {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { crc >> 1 ^ 0x82f6_3b78 } else { crc >> 1 };
        }
    }
    !crc
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::records::{EpochRecord, TaskRecord};

    #[test]
    fn the_checksum_is_castagnoli() {
        // RFC 3720, B.4: 32 bytes of zeros, of ones, and ascending; and the check value of the CRC catalogue.
        assert_eq!(crc32c(&[0; 32]), 0x8a91_36aa);
        assert_eq!(crc32c(&[0xff; 32]), 0x62a8_ab43);
        assert_eq!(crc32c(&(0..32).collect::<Vec<u8>>()), 0x46dd_794e);
        assert_eq!(crc32c(b"123456789"), 0xe306_9283);
    }

    #[test]
    fn an_event_has_these_bytes() {
        let record = Record::Task(TaskRecord {
            epoch: 300,
            task: "a".into(),
            part: "valid".into(),
            loss: Some(0.5),
            metrics: [("r2".to_string(), None)].into_iter().collect(),
            ..TaskRecord::default()
        });
        let data: Vec<u8> = [
            &[0x09][..],
            &2.0_f64.to_le_bytes(),
            &[0x10, 0xac, 0x02],       // step 300
            &[0x2a, 0x15, 0x0a, 0x13], // summary of 21 bytes, its value of 19
            &[0x0a, 0x0c],             // tag of 12 bytes
            b"a/loss/valid",
            &[0x15],
            &0.5_f32.to_le_bytes(),
        ]
        .concat();
        let event = event(2.0, &record);
        assert_eq!(event[..8], (data.len() as u64).to_le_bytes());
        assert_eq!(event[12..12 + data.len()], data);
        assert_eq!(event.len(), data.len() + 16);
        assert_eq!(event[8..12], masked(crc32c(&event[..8])).to_le_bytes());
    }

    #[test]
    fn a_record_without_figures_is_no_event() {
        let record = Record::Task(TaskRecord { loss: Some(f64::NAN), ..TaskRecord::default() });
        assert!(event(0.0, &record).is_empty());
    }

    #[test]
    fn a_file_is_frames_with_right_checksums() {
        let task = |epoch| TaskRecord {
            epoch,
            task: "mass".into(),
            part: "valid".into(),
            loss: Some(1.0 / epoch as f64),
            metrics: [("r2".to_string(), Some(0.5)), ("mae".to_string(), None)].into_iter().collect(),
            ..TaskRecord::default()
        };
        let epoch = |epoch| EpochRecord {
            epoch,
            seconds: epoch as f64,
            lr: 1e-3,
            score: Some(0.25),
            weights: [("mass".to_string(), 1.0)].into_iter().collect(),
            ..EpochRecord::default()
        };
        let records = Records { tasks: vec![task(1), task(2)], epochs: vec![epoch(1), epoch(2)], unread: 0 };
        let file = events(1.7e9, &records);
        if let Some(path) = std::env::var_os("MTLC_EVENTS_SAMPLE") {
            std::fs::write(path, &file).expect("the sample can be written");
        }
        let (mut rest, mut count) = (&file[..], 0);
        while !rest.is_empty() {
            let length = u64::from_le_bytes(rest[..8].try_into().expect("eight bytes")) as usize;
            let sum = |at: usize| u32::from_le_bytes(rest[at..at + 4].try_into().expect("four bytes"));
            assert_eq!(sum(8), masked(crc32c(&rest[..8])));
            assert_eq!(sum(12 + length), masked(crc32c(&rest[12..12 + length])));
            rest = &rest[16 + length..];
            count += 1;
        }
        assert_eq!(count, 5, "a header, and an event per record");
    }
}
