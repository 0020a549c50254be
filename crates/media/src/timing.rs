//! How long films and recordings are, where a file says so.

use std::io::Cursor;

use lofty::file::AudioFile as _;
use lofty::probe::Probe;

/// A film's size and length.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Film {
    pub(crate) size: Option<(u32, u32)>,
    pub(crate) seconds: Option<u32>,
}

/// Reads the index of an MP4 file; other containers tell nothing.
pub(crate) fn film(bytes: &[u8]) -> Film {
    let Ok(mp4) = re_mp4::Mp4::read_bytes(bytes) else {
        return Film::default();
    };
    let header = &mp4.moov.mvhd;
    let seconds = header.duration.checked_div(u64::from(header.timescale));
    let size = mp4
        .tracks()
        .values()
        .find(|track| track.kind == Some(re_mp4::TrackKind::Video))
        .map(|track| (u32::from(track.width), u32::from(track.height)));
    Film {
        size: size.filter(|&(width, height)| width > 0 && height > 0),
        seconds: seconds.and_then(|seconds| seconds.try_into().ok()),
    }
}

/// The length of a recording in whole seconds, at least one.
pub(crate) fn recording(bytes: &[u8]) -> Option<u32> {
    let file = Probe::new(Cursor::new(bytes))
        .guess_file_type()
        .ok()?
        .read()
        .ok()?;
    let length = file.properties().duration();
    if length.is_zero() {
        return None;
    }
    u32::try_from(length.as_secs().max(1)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A WAV file of silence.
    fn wav(seconds: u32) -> Vec<u8> {
        let data = 8000 * seconds;
        let mut file = Vec::new();
        file.extend(b"RIFF");
        file.extend((36 + data).to_le_bytes());
        file.extend(b"WAVEfmt ");
        file.extend(16_u32.to_le_bytes());
        file.extend([1, 0, 1, 0]);
        file.extend(8000_u32.to_le_bytes());
        file.extend(8000_u32.to_le_bytes());
        file.extend([1, 0, 8, 0]);
        file.extend(b"data");
        file.extend(data.to_le_bytes());
        file.resize(file.len() + data as usize, 128);
        file
    }

    #[test]
    fn a_recording_tells_its_length() {
        assert_eq!(recording(&wav(3)), Some(3));
        assert_eq!(recording(b"no recording"), None);
    }

    #[test]
    fn what_is_no_film_tells_nothing() {
        assert_eq!(film(b"no film"), Film::default());
        assert_eq!(film(&wav(1)), Film::default());
    }
}
