/// The MIME type of a file by its first bytes; `application/octet-stream` when they tell nothing.
pub fn mimetype(bytes: &[u8]) -> &'static str {
    if let Some(kind) = infer::get(bytes) {
        return kind.mime_type();
    }
    let head = &bytes[..bytes.len().min(512)];
    let printable = |byte: &u8| matches!(byte, b'\t' | b'\n' | b'\r' | 0x20..=0x7e | 0x80..);
    if !head.is_empty() && head.iter().all(printable) && valid_text(head) {
        "text/plain; charset=utf-8"
    } else {
        "application/octet-stream"
    }
}

/// UTF-8, but for a character that the cut went through.
fn valid_text(head: &[u8]) -> bool {
    match std::str::from_utf8(head) {
        Ok(_) => true,
        Err(error) => error.error_len().is_none(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_bytes_tell_the_type() {
        for (bytes, expected) in [
            (&b"\x89PNG\r\n\x1a\n rest"[..], "image/png"),
            (b"\xff\xd8\xff\xe0 rest", "image/jpeg"),
            (b"%PDF-1.7", "application/pdf"),
            ("grüße".as_bytes(), "text/plain; charset=utf-8"),
            (b"\x00\x01\x02", "application/octet-stream"),
            (b"", "application/octet-stream"),
        ] {
            assert_eq!(mimetype(bytes), expected);
        }
    }

    #[test]
    fn a_cut_through_a_character_leaves_text_text() {
        let text = format!("{}é", "a".repeat(511));
        assert_eq!(mimetype(text.as_bytes()), "text/plain; charset=utf-8");
    }
}
