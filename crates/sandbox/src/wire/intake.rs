//! From WebSocket messages to frames.

use bytes::BytesMut;
use wacore_binary::consts::WA_CONN_HEADER;
use wacore_noise::framing::FrameDecoder;

use super::Error;

const ROUTING_MARK: &[u8] = b"ED";
/// Mark, version and the three length bytes of the routing preamble.
const ROUTING_HEADER: usize = 7;

/// Cuts the byte pipe of one connection into frames, past its header.
///
/// A WebSocket message may hold several frames or a part of one, and the header may come with the
/// first frame or alone.
pub(crate) struct Intake {
    preamble: Option<Vec<u8>>,
    frames: FrameDecoder,
}

impl Intake {
    pub(crate) fn new() -> Self {
        Self {
            preamble: Some(Vec::new()),
            frames: FrameDecoder::new(),
        }
    }

    /// Adds what one WebSocket message carried.
    pub(crate) fn feed(&mut self, data: &[u8]) -> Result<(), Error> {
        let Some(preamble) = &mut self.preamble else {
            self.frames.feed(data);
            return Ok(());
        };
        preamble.extend_from_slice(data);
        if let Some(start) = header_end(preamble)? {
            self.frames.feed(&preamble[start..]);
            self.preamble = None;
        }
        Ok(())
    }

    /// The next whole frame, if it has arrived.
    pub(crate) fn next(&mut self) -> Option<BytesMut> {
        self.frames.decode_frame()
    }
}

/// Where the frames start, or `None` while the header is incomplete.
fn header_end(data: &[u8]) -> Result<Option<usize>, Error> {
    let mut start = 0;
    if data.starts_with(ROUTING_MARK) {
        let &[_, _, _, _, high, middle, low, ..] = data else {
            return Ok(None);
        };
        start = ROUTING_HEADER + (usize::from(high) << 16 | usize::from(middle) << 8 | usize::from(low));
    }
    let Some(header) = data.get(start..start + WA_CONN_HEADER.len()) else {
        let seen = data.get(start..).unwrap_or_default();
        let possible = WA_CONN_HEADER.starts_with(seen) || ROUTING_MARK.starts_with(seen);
        return if possible { Ok(None) } else { Err(Error::BadHeader) };
    };
    if header == WA_CONN_HEADER {
        Ok(Some(start + WA_CONN_HEADER.len()))
    } else {
        Err(Error::BadHeader)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(payload: &[u8]) -> Vec<u8> {
        wacore_noise::framing::encode_frame(payload, None).expect("small frame")
    }

    #[test]
    fn header_and_frames_may_be_split_anywhere() {
        let routing = wacore_noise::build_edge_routing_preintro(b"routing").expect("small");
        let stream = [&routing[..], &WA_CONN_HEADER, &frame(b"one"), &frame(b"two")].concat();
        for cut in 0..stream.len() {
            let mut intake = Intake::new();
            intake.feed(&stream[..cut]).expect("first part");
            intake.feed(&stream[cut..]).expect("second part");
            assert_eq!(intake.next().as_deref(), Some(&b"one"[..]), "cut at {cut}");
            assert_eq!(intake.next().as_deref(), Some(&b"two"[..]), "cut at {cut}");
            assert!(intake.next().is_none());
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for start in [&b"GET / HTTP"[..], b"WA\x06\x02", b"X"] {
            assert!(
                matches!(Intake::new().feed(start), Err(Error::BadHeader)),
                "{start:?}"
            );
        }
    }
}
