//! A tune and a sheet of paper for the archive of the demo, made here out of nothing.

/// Samples of the tune in a second.
const RATE: u32 = 8_000;
/// How long a beat is, in samples.
const BEAT: u32 = 4_000;
/// The tune, five notes to the octave, in hertz; each lasts a beat.
const TUNE: [f64; 16] =
    [392.0, 440.0, 523.3, 440.0, 392.0, 329.6, 293.7, 329.6, 392.0, 440.0, 523.3, 587.3, 523.3, 440.0, 392.0, 392.0];

/// The tune as a WAV file, eight seconds long.
pub fn tune() -> Vec<u8> {
    let mut samples = Vec::new();
    for note in TUNE {
        for at in 0..BEAT {
            let second = f64::from(at) / f64::from(RATE);
            // Like a string that was plucked.
            let strength = 90.0 * (-4.0 * second).exp();
            let swing = (second * note * std::f64::consts::TAU).sin()
                + 0.4 * (second * note * 2.0 * std::f64::consts::TAU).sin();
            samples.push((128.0 + strength * swing / 1.4).round().clamp(0.0, 255.0) as u8);
        }
    }
    let size = u32::try_from(samples.len()).unwrap_or(0);
    let mut bytes = Vec::new();
    bytes.extend(b"RIFF");
    bytes.extend((36 + size).to_le_bytes());
    // One channel of eight bits, uncompressed.
    bytes.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    bytes.extend(RATE.to_le_bytes());
    bytes.extend(RATE.to_le_bytes());
    bytes.extend(b"\x01\0\x08\0data");
    bytes.extend(size.to_le_bytes());
    bytes.extend(samples);
    bytes
}

/// What is sung to the tune, with times.
pub const SUNG: &str = "WEBVTT

00:00:00.000 --> 00:00:02.000
<v 五娘>正月十五看花灯，

00:00:02.000 --> 00:00:04.000
<v 五娘>灯下相逢未问名。

00:00:04.000 --> 00:00:06.000
<v 陈三>伞在手中人欲去，

00:00:06.000 --> 00:00:08.000
<v 陈三>雨声留我过三更。
";
/// The same in English.
pub const SUNG_EN: &str = "WEBVTT

00:00:00.000 --> 00:00:02.000
<v Fifth Sister>At the lantern feast we watched the lights,

00:00:02.000 --> 00:00:04.000
<v Fifth Sister>and met beneath them, and asked no name.

00:00:04.000 --> 00:00:06.000
<v Chen San>Umbrella in hand I was about to leave;

00:00:06.000 --> 00:00:08.000
<v Chen San>the sound of the rain keeps me till the third watch.
";

/// A page of a primer as a PDF, in letters that every reader of PDFs has.
pub fn page() -> Vec<u8> {
    let lines =
        ["第三课　我的家", "我家有五口人。", "阿公种菜，阿嬷养鸡。", "爸爸在店里，妈妈教书。", "我在夜学读国语。"];
    let mut shown = "BT /F1 22 Tf 60 340 Td\n".to_owned();
    for line in lines {
        let codes: String = line.encode_utf16().map(|unit| format!("{unit:04X}")).collect();
        shown.push_str(&format!("<{codes}> Tj 0 -44 Td\n"));
    }
    shown.push_str("ET");
    let content = format!("<</Length {}>>\nstream\n{shown}\nendstream", shown.len());
    let objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 420 420]/Resources<</Font<</F1 4 0 R>>>>/Contents 6 0 R>>",
        "<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[5 0 R]>>",
        "<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/DW 1000\
         /CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>/FontDescriptor<</Type/FontDescriptor\
         /FontName/STSong-Light/Flags 6/FontBBox[-25 -254 1000 880]/ItalicAngle 0/Ascent 880/Descent -120\
         /CapHeight 880/StemV 93>>>>",
        &content,
    ];
    let (mut out, mut places) = ("%PDF-1.4\n".to_owned(), String::new());
    for (number, object) in (1..).zip(objects) {
        places.push_str(&format!("{:010} 00000 n \n", out.len()));
        out.push_str(&format!("{number} 0 obj\n{object}\nendobj\n"));
    }
    let (start, count) = (out.len(), objects.len() + 1);
    out.push_str(&format!("xref\n0 {count}\n0000000000 65535 f \n{places}trailer\n<</Size {count}/Root 1 0 R>>\n"));
    out.push_str(&format!("startxref\n{start}\n%%EOF\n"));
    out.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_made_is_what_it_says() {
        assert_eq!(crate::upload::original::media_type("a.wav", &tune()).unwrap(), "audio/wav");
        assert!(tune().len() > 60_000 && tune().len() < 70_000);
        for text in [SUNG, SUNG_EN] {
            assert_eq!(crate::cue::parse(text).unwrap().len(), 4);
        }
        let text = crate::pdf::text(&page()).unwrap();
        assert_eq!(text.lines().nth(2), Some("阿公种菜，阿嬷养鸡。"), "{text}");
    }
}
