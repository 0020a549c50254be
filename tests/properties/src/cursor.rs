use wagon_http_kit::{cursor_from_text, cursor_to_text};

/// Two texts for one place would be two cursors for one page.
pub fn a_cursor_is_one_position(text: &str) {
    if let Ok(position) = cursor_from_text(text) {
        assert_eq!(cursor_to_text(&position), text);
    }
    assert_eq!(cursor_from_text(&cursor_to_text(text)).as_deref(), Ok(text));
}
