//! The tune of the demo: made here, note by note, as a WAVE file.

/// Samples of a second.
const RATE: u32 = 8_000;
/// Samples of a note of one beat.
const BEAT: u32 = RATE / 2;
/// The tune: half steps above C, and beats.
const NOTES: [(i32, u32); 8] = [(7, 1), (9, 1), (12, 2), (9, 1), (7, 1), (4, 1), (2, 1), (0, 2)];
/// C of the middle, in hertz.
const MIDDLE: f64 = 261.63;
/// Bytes in front of the samples.
const HEAD: u32 = 44;

/// A few seconds of it, eight bits a sample.
pub fn wave() -> Vec<u8> {
    let samples: Vec<u8> = NOTES.into_iter().flat_map(note).collect();
    let length = u32::try_from(samples.len()).unwrap_or(0);
    let mut file = Vec::with_capacity(samples.len() + HEAD as usize);
    file.extend(b"RIFF");
    file.extend((HEAD - 8 + length).to_le_bytes());
    file.extend(b"WAVEfmt ");
    for number in [16, 0x0001_0001, RATE, RATE, 0x0008_0001] {
        file.extend(number.to_le_bytes());
    }
    file.extend(b"data");
    file.extend(length.to_le_bytes());
    file.extend(samples);
    file
}

/// One note, dying away.
fn note((steps, beats): (i32, u32)) -> impl Iterator<Item = u8> {
    let pitch = MIDDLE * 2_f64.powf(f64::from(steps) / 12.0);
    let length = BEAT * beats;
    (0..length).map(move |sample| {
        let time = f64::from(sample) / f64::from(RATE);
        let fades = 1.0 - f64::from(sample) / f64::from(length);
        let swing = (time * pitch * std::f64::consts::TAU).sin() * fades;
        (128.0 + swing * 80.0) as u8
    })
}
