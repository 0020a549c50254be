use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use wagon_media::decode;

/// Base64 and data URIs decode to something within the limit, and their type is what they say.
pub fn data_is_never_longer_than_allowed(text: &str, limit: usize) {
    let Ok(inline) = decode(text.to_owned(), limit) else {
        return;
    };
    assert!((1..=limit).contains(&inline.bytes.len()));
    let again = decode(format!("data:,{}", STANDARD.encode(&inline.bytes)), limit);
    assert_eq!(again.map(|again| again.bytes), Ok(inline.bytes));
    if let Some(mimetype) = inline.mimetype {
        assert!(text.starts_with(&format!("data:{mimetype}")), "{mimetype}");
    }
}

/// `bytes` are within `limit`.
pub fn every_file_within_the_limit_is_taken(bytes: &[u8], limit: usize) {
    let inline = decode(STANDARD.encode(bytes), limit);
    assert_eq!(inline.map(|inline| inline.bytes.to_vec()), Ok(bytes.to_vec()));
}
