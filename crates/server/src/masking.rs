//! Masking of people's numbers in log lines.
//!
//! Wagon's own lines hold none. The engine library's warnings name people by phone number or hidden identity, and their
//! words are not ours to choose, so every line passes through here.

use std::io::{self, Write};

/// The shortest run of digits that is taken for somebody's number.
const SHORTEST: usize = 7;
/// How many digits stay, so that numbers can be told apart.
const SHOWN: usize = 4;

/// A writer of whole lines, as the log makes them.
#[derive(Debug)]
pub(crate) struct Masked<W>(pub(crate) W);

impl<W: Write> Write for Masked<W> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.write_all(&masked(line))?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Numbers stand alone; digits within a longer word belong to an id.
fn masked(line: &[u8]) -> Vec<u8> {
    let mut masked = Vec::with_capacity(line.len());
    for word in line.chunk_by(|one, next| one.is_ascii_alphanumeric() && next.is_ascii_alphanumeric()) {
        let start = masked.len();
        masked.extend_from_slice(word);
        if word.len() >= SHORTEST && word.iter().all(u8::is_ascii_digit) {
            masked[start..start + word.len() - SHOWN].fill(b'*');
        }
    }
    masked
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(line: &str) -> String {
        let mut written = Masked(Vec::new());
        written.write_all(line.as_bytes()).unwrap();
        String::from_utf8(written.0).unwrap()
    }

    #[test]
    fn numbers_of_people_keep_their_last_digits() {
        for (line, expected) in [
            (
                "row under 15550001003 after flip",
                "row under *******1003 after flip",
            ),
            (
                "to 15550001003:12@s.whatsapp.net.",
                "to *******1003:12@s.whatsapp.net.",
            ),
            ("900100005551_1.0", "********5551_1.0"),
            ("jid=15550001003", "jid=*******1003"),
        ] {
            assert_eq!(write(line), expected);
        }
    }

    #[test]
    fn times_ports_and_ids_stay() {
        let line = "2026-11-21T22:12:19.553310Z INFO http=127.0.0.1:34221 id=01M802NQTRMFC3BNX9S46STAZS \
                    msg=3EB0883012345678 duration_ms=150000 … ok\n";
        assert_eq!(write(line), line);
    }
}
