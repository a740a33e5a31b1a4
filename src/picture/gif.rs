//! Animations: GIF, block by block (GIF89a). Frames stay as they are; comments and other programs' notes are left out.

use super::{DISPLAY_SIDE_MAX, Refused};

/// Most frames of an animation.
pub(super) const FRAMES_MAX: usize = 600;
/// Most pixels of all frames together: what a small machine has to paint each time round.
const FRAME_PIXELS_MAX: u64 = 400_000_000;

/// Reads bytes from the front.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], Refused> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or(Refused::Truncated)?;
        self.0 = rest;
        Ok(taken)
    }

    /// Sub-blocks up to and with the empty one.
    fn blocks(&mut self) -> Result<&'a [u8], Refused> {
        let start = self.0;
        loop {
            let length = self.take(1)?.first().copied().unwrap_or(0);
            if length == 0 {
                let used = start.len() - self.0.len();
                return start.get(..used).ok_or(Refused::Truncated);
            }
            self.take(usize::from(length))?;
        }
    }
}

/// Bytes of the colour table that a packed field announces.
fn table_bytes(packed: u8) -> usize {
    if packed & 0x80 == 0 { 0 } else { 3 << (usize::from(packed & 7) + 1) }
}

fn number(bytes: &[u8], at: usize) -> u32 {
    let pair = bytes.get(at..at + 2).and_then(|pair| <[u8; 2]>::try_from(pair).ok());
    pair.map_or(0, |pair| u32::from(u16::from_le_bytes(pair)))
}

/// The animation without what doesn't belong to it; `None` if it is a single picture.
///
/// Errors: `Truncated`, `Broken`, `Animation`.
pub(super) fn read(bytes: &[u8]) -> Result<Option<Vec<u8>>, Refused> {
    let mut reader = Reader(bytes);
    let mut kept = reader.take(6)?.to_vec();
    let screen = reader.take(7)?;
    let (width, height) = (number(screen, 0), number(screen, 2));
    kept.extend_from_slice(screen);
    kept.extend_from_slice(reader.take(table_bytes(screen.get(4).copied().unwrap_or(0)))?);
    let mut frames = 0;
    loop {
        match reader.take(1)? {
            [0x3b] => break,
            [0x2c] => {
                let head = reader.take(9)?;
                let table = reader.take(table_bytes(head.get(8).copied().unwrap_or(0)))?;
                let code = reader.take(1)?;
                kept.push(0x2c);
                [head, table, code, reader.blocks()?].into_iter().for_each(|part| kept.extend_from_slice(part));
                frames += 1;
            }
            [0x21] => {
                let label = reader.take(1)?;
                let blocks = reader.blocks()?;
                // Timing and transparency, and how often it goes round.
                let loops = blocks.starts_with(b"\x0bNETSCAPE2.0") || blocks.starts_with(b"\x0bANIMEXTS1.0");
                if label == [0xf9] || (label == [0xff] && loops) {
                    kept.push(0x21);
                    kept.extend_from_slice(label);
                    kept.extend_from_slice(blocks);
                }
            }
            _ => return Err(Refused::Broken),
        }
    }
    kept.push(0x3b);
    if frames < 2 {
        return Ok(None);
    }
    let pixels = u64::from(width) * u64::from(height) * u64::try_from(frames).unwrap_or(u64::MAX);
    if frames > FRAMES_MAX || width.max(height) > DISPLAY_SIDE_MAX || pixels > FRAME_PIXELS_MAX {
        return Err(Refused::Animation);
    }
    Ok(Some(kept))
}
