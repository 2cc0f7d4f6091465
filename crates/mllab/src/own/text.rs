//! A file's bytes as text: unpacked, in the encoding that they are in, or refused for what they are.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use flate2::read::MultiGzDecoder;
use std::borrow::Cow;
use std::io::Read;

/// Files that begin so are something else, and what to do with it.
const OTHERS: [(&[u8], &str); 7] = [
    (b"PK\x03\x04", "is a ZIP archive or an Excel workbook; save the sheet as CSV"),
    (b"\xd0\xcf\x11\xe0", "is an old Excel workbook; save the sheet as CSV"),
    (b"PAR1", "is a Parquet file; write it as CSV"),
    (b"SQLite format 3", "is an SQLite database; write the table as CSV"),
    (b"BZh", "is packed with bzip2; unpack it, or pack it with gzip"),
    (b"\xfd7zXZ\0", "is packed with xz; unpack it, or pack it with gzip"),
    (b"\x28\xb5\x2f\xfd", "is packed with zstd; unpack it, or pack it with gzip"),
];

/// What a file says, and what was done to read it.
pub struct Text {
    /// The text, without a byte-order mark.
    pub text: String,
    /// How it was unpacked and decoded, where that is not as UTF-8.
    pub said: Vec<String>,
}

/// The text of a file of at most `most` bytes, packed or not; `encoding` where the call names one.
///
/// # Errors
///
/// Why it is no text, after the file's name.
pub fn read(bytes: Vec<u8>, encoding: Option<&'static Encoding>, most: u64) -> Result<Text, String> {
    let mut said = Vec::new();
    let mut bytes = bytes;
    if bytes.starts_with(&[0x1f, 0x8b]) {
        said.push("unpacked by gzip".to_string());
        bytes = unpacked(&bytes, most)?;
    }
    if bytes.starts_with(b"\xef\xbb\xbf") {
        bytes.drain(..3);
    }
    if let Some((_, what)) = OTHERS.iter().find(|(start, _)| bytes.starts_with(start)) {
        return Err(format!(": {what}"));
    }
    let encoding = encoding.unwrap_or_else(|| guessed(&bytes));
    if encoding == UTF_8 || encoding == WINDOWS_1252 {
        binary(&bytes)?;
    }
    if encoding == UTF_8 {
        let text = String::from_utf8(bytes).map_err(|error| {
            let at = error.utf8_error().valid_up_to();
            let line = 1 + memchr::memchr_iter(b'\n', &error.as_bytes()[..at]).count();
            format!(", line {line}: byte 0x{:02x} is no UTF-8", error.as_bytes()[at])
        })?;
        return Ok(Text { text, said });
    }
    let (text, faulty) = encoding.decode_with_bom_removal(&bytes);
    if faulty {
        return Err(format!(": is no {}; say --encoding with the one that it was saved in", encoding.name()));
    }
    if text.contains('\0') {
        return Err(": is a binary file; name a CSV file".into());
    }
    said.push(format!("{} letters", encoding.name()));
    Ok(Text { text: Cow::into_owned(text), said })
}

/// What gzip packed, of at most so many bytes.
fn unpacked(bytes: &[u8], most: u64) -> Result<Vec<u8>, String> {
    let mut out = Vec::new();
    let broken = |error| format!(": is packed with gzip, but cannot be unpacked: {error}");
    MultiGzDecoder::new(bytes).take(most + 1).read_to_end(&mut out).map_err(broken)?;
    if out.len() as u64 > most {
        return Err(": holds more than 512 MB once it is unpacked; take a sample of its rows".into());
    }
    Ok(out)
}

/// UTF-16 by its mark or by its zeros, UTF-8 where all bytes are, else what Windows and Excel write.
fn guessed(bytes: &[u8]) -> &'static Encoding {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return encoding;
    }
    let head = &bytes[..bytes.len().min(2000) & !1];
    let zeros = |odd: usize| head.iter().skip(odd).step_by(2).filter(|byte| **byte == 0).count();
    // Letters of Europe are a zero and another byte in UTF-16.
    let (even, odd, half) = (zeros(0), zeros(1), head.len() / 2);
    if half >= 4 && even == 0 && 10 * odd >= 9 * half {
        return UTF_16LE;
    }
    if half >= 4 && odd == 0 && 10 * even >= 9 * half {
        return UTF_16BE;
    }
    if std::str::from_utf8(bytes).is_ok() { UTF_8 } else { WINDOWS_1252 }
}

/// Refuses bytes that no text holds.
fn binary(bytes: &[u8]) -> Result<(), String> {
    let head = &bytes[..bytes.len().min(4000)];
    let odd = head.iter().filter(|byte| **byte < 32 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c | 0x1b)).count();
    if memchr::memchr(0, bytes).is_some() || 10 * odd > head.len() {
        return Err(": is a binary file; name a CSV file".into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, write::GzEncoder};
    use std::io::Write;

    fn text(bytes: &[u8]) -> String {
        read(bytes.to_vec(), None, 1000).unwrap_or_else(|error| panic!("{error}")).text
    }

    #[test]
    fn every_encoding_of_a_table_is_the_same_text() {
        let table = "größe,jahr\n1.5,2024\n";
        let wide = |big: bool, mark: bool| -> Vec<u8> {
            let units = mark.then_some(0xfeff_u16).into_iter().chain(table.encode_utf16());
            units.flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
        };
        let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
        packed.write_all(table.as_bytes()).unwrap();
        let narrow: Vec<u8> = table.chars().map(|c| c as u8).collect();
        for bytes in [
            table.as_bytes().to_vec(),
            [b"\xef\xbb\xbf", table.as_bytes()].concat(),
            narrow,
            wide(false, true),
            wide(true, true),
            wide(false, false),
            wide(true, false),
            packed.finish().unwrap(),
        ] {
            assert_eq!(text(&bytes), table, "{bytes:?}");
        }
    }

    #[test]
    fn what_is_no_text_is_called_by_its_name() {
        for (bytes, words) in [
            (b"PK\x03\x04xyz".as_slice(), "Excel"),
            (b"a,b\n\0\0\0\n", "binary"),
            (b"\x1f\x8bnonsense", "cannot be unpacked"),
        ] {
            let error = read(bytes.to_vec(), None, 1000).err().unwrap();
            assert!(error.contains(words), "{error}");
        }
        let error = read(vec![b'a'; 20], Some(UTF_16LE), 1000).map(|text| text.text);
        assert!(error.is_ok(), "twenty bytes are ten letters of UTF-16");
        let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
        packed.write_all(&[b'1'; 5000]).unwrap();
        let error = read(packed.finish().unwrap(), None, 1000).err().unwrap();
        assert!(error.contains("more than 512 MB"), "{error}");
    }
}
