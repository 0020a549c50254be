//! QR codes on the terminal, for whoever pairs a number right where the gateway runs.

use std::io::IsTerminal;

use qrcode::QrCode;
use qrcode::render::unicode;
use tokio::sync::broadcast::error::RecvError;
use wagon_domain::EventBody;

use crate::app::App;
use crate::cli::say;

/// Shows each QR code that a session waits with, if standard output is a terminal.
pub(crate) fn spawn(app: &App) {
    if !std::io::stdout().is_terminal() {
        return;
    }
    let mut events = app.store().subscribe();
    app.tasks().spawn(async move {
        loop {
            match events.recv().await {
                Ok(event) => {
                    if let EventBody::Qr { code, .. } = &event.body
                        && let Some(picture) = draw(code)
                    {
                        say(&picture);
                        say(&format!(
                            "{}: scan with WhatsApp on the phone: Settings, Linked devices, Link a device",
                            event.session
                        ));
                    }
                }
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return,
            }
        }
    });
}

fn draw(code: &str) -> Option<String> {
    let qr = QrCode::new(code.as_bytes()).ok()?;
    // Terminals are mostly dark, and a scanner wants the light around the code to be lighter than it.
    let mut renderer = qr.render::<unicode::Dense1x2>();
    let picture = renderer
        .dark_color(unicode::Dense1x2::Light)
        .light_color(unicode::Dense1x2::Dark)
        .quiet_zone(true);
    Some(picture.build())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_becomes_a_square_picture() {
        let picture = draw("2@abc,def,ghi,jkl,1").unwrap();
        let lines: Vec<_> = picture.lines().collect();
        assert!(lines.len() > 10);
        assert!(
            lines
                .iter()
                .all(|line| line.chars().count() == lines[0].chars().count())
        );
    }
}
