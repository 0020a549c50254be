/// A file cannot be sent as what it was meant to be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    #[error("the media is empty")]
    Empty,
    #[error("the media exceeds the {limit} byte limit")]
    TooLarge { limit: usize },
    /// A sticker must be a picture that can be decoded.
    #[error("a sticker must be a WebP, PNG, JPEG or GIF picture: {reason}")]
    Sticker { reason: String },
    #[error("the picture has more than {limit} pixels")]
    TooManyPixels { limit: u64 },
}
