//! The bytes of event files; that TensorBoard reads them is tested in `apps/dcgan/tests/python`.

use dcgan_run::journal::Record;

use crate::event::Event;
use crate::record::{crc32c, decode, encode};
use crate::timeline::Timeline;

fn record(step: u64, ms_per_step: f64) -> Record {
    Record {
        step,
        epoch: 0.5,
        loss_g: 1.5,
        loss_d_real: 0.25,
        loss_d_fake: 0.5,
        d_x: 0.75,
        d_g_z: 0.125,
        grad_norm_g: Some(3.0),
        grad_norm_d: None,
        images_per_second: 100.0,
        ms_per_step,
    }
}

/// The check values of the CRC catalogue, and of RFC 3720 for zeros.
#[test]
fn the_checksum_is_crc_32c() {
    assert_eq!(crc32c(b"123456789"), 0xe306_9283);
    assert_eq!(crc32c(&[0; 32]), 0x8a91_36aa);
    assert_eq!(crc32c(b""), 0);
}

/// As Python's `struct` and a CRC-32C of four lines give them.
#[test]
fn a_record_has_the_bytes_that_tensorflow_writes() {
    let [version, _] = Event::head(1_732_800_000.0);
    let expected = [
        &[0x18, 0, 0, 0, 0, 0, 0, 0, 0xa3, 0x7f, 0x4b, 0x22][..], // length
        &[0x09, 0, 0, 0, 0x80, 0x1b, 0xd2, 0xd9, 0x41],           // wall_time
        b"\x1a\x0dbrain.Event:2",
        &[0xcc, 0x5c, 0x81, 0x5f],
    ];
    assert_eq!(encode(&version), expected.concat());
}

#[test]
fn what_is_encoded_is_decoded() {
    let mut bytes = Vec::new();
    let mut events = Event::head(1.0).to_vec();
    events.push(crate::of_record(&record(7, 10.0), 2.0));
    events.iter().for_each(|event| bytes.extend(encode(event)));
    assert_eq!(decode(&bytes), Ok(events.clone()));
    // A cut record is as if it had not been written.
    for cut in [1, 4, 5, 40] {
        assert_eq!(decode(&bytes[..bytes.len() - cut]), Ok(events[..2].to_vec()), "{cut}");
    }
}

/// Each bit of the file is covered by a checksum.
#[test]
fn a_changed_bit_is_noticed() {
    let events = [Event::head(1.0)[0].clone(), crate::of_record(&record(7, 10.0), 2.0)];
    let bytes: Vec<u8> = events.iter().flat_map(encode).collect();
    for bit in 0..8 * bytes.len() {
        let mut damaged = bytes.clone();
        damaged[bit / 8] ^= 1 << (bit % 8);
        assert!(decode(&damaged).is_err(), "bit {bit}");
    }
}

#[test]
fn steps_are_dated_by_the_speed_of_the_log() {
    // Ten steps of 100 ms, then five of 200 ms; the last line was written at 1000 s.
    let timeline = Timeline::new(&[record(10, 100.0), record(15, 200.0)], 1000.0);
    for (step, at) in [(0, 998.0), (5, 998.5), (10, 999.0), (12, 999.4), (15, 1000.0), (20, 1000.0)]
    {
        assert!((timeline.at(step) - at).abs() < 1e-9, "{step}: {}", timeline.at(step));
    }
    assert_eq!(Timeline::new(&[], 5.0).at(3), 5.0);
}
