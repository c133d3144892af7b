//! The check-in code as a picture that a scanner at the counter reads.

use domain::booking::CheckInCode;
use platform::fault::Fault;
use qrcodegen::{QrCode, QrCodeEcc};

/// Light modules around the code (ISO/IEC 18004: four).
const QUIET: i32 = 4;

/// The code as an SVG path, and how many modules wide the picture is.
pub fn path(code: CheckInCode) -> Result<(String, i32), Fault> {
    let qr = QrCode::encode_text(&code.to_string(), QrCodeEcc::Medium).map_err(Fault::corrupt)?;
    let size = qr.size();
    let dark = (0..size).flat_map(|y| (0..size).map(move |x| (x, y))).filter(|(x, y)| qr.get_module(*x, *y));
    let path: Vec<String> = dark.map(|(x, y)| format!("M{} {}h1v1h-1z", x + QUIET, y + QUIET)).collect();
    Ok((path.concat(), size + 2 * QUIET))
}
