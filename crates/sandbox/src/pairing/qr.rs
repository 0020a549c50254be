use crate::keys::decode_base64;

/// The parts of a scanned QR code.
pub(super) struct QrCode<'a> {
    pub(super) reference: &'a str,
    pub(super) noise_key: Vec<u8>,
    pub(super) identity: Vec<u8>,
    /// Authenticates the phone's answer towards the device that showed the code.
    pub(super) secret: Vec<u8>,
}

impl<'a> QrCode<'a> {
    /// Reads the text of a QR code, with or without the web address in front.
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        let payload = text.trim().rsplit('#').next()?;
        let mut parts = payload.split(',');
        let reference = parts.next().filter(|reference| !reference.is_empty())?;
        let mut key = || parts.next().and_then(decode_base64).filter(|key| key.len() == 32);
        Some(Self {
            reference,
            noise_key: key()?,
            identity: key()?,
            secret: key()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::encode_base64;

    #[test]
    fn both_forms_are_read() {
        let [noise, identity, secret] = [1u8, 2, 3].map(|byte| encode_base64(&[byte; 32]));
        let plain = format!("2@ref/+,{noise},{identity},{secret},1");
        let linked = format!("https://wa.me/settings/linked_devices#{plain}\n");
        for text in [plain, linked] {
            let code = QrCode::parse(&text).expect("valid");
            assert_eq!(code.reference, "2@ref/+");
            assert_eq!((code.noise_key[0], code.identity[0], code.secret[0]), (1, 2, 3));
        }
    }

    #[test]
    fn anything_else_is_not() {
        for text in ["", "2@ref", "2@ref,AAAA,AAAA,AAAA", ",,,"] {
            assert!(QrCode::parse(text).is_none(), "{text}");
        }
    }
}
