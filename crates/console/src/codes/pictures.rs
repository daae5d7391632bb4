//! Pictures of codes, sharp enough for a poster.
use image::Luma;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};

use crate::answers;
use crate::failures::Failure;

/// Pixels of a picture's side at the least: 10 cm at 300 dots an inch.
const SIDE: u32 = 1_200;

/// A quarter of a printed code may be covered or torn.
fn code(link: &str) -> Result<QrCode, Failure> {
    QrCode::with_error_correction_level(link, EcLevel::Q).map_err(answers::unsent)
}

/// As SVG.
pub fn svg(link: &str) -> Result<String, Failure> {
    Ok(code(link)?.render::<svg::Color<'_>>().min_dimensions(240, 240).build())
}

/// As PNG.
pub fn png(link: &str) -> Result<Vec<u8>, Failure> {
    let picture = code(link)?.render::<Luma<u8>>().min_dimensions(SIDE, SIDE).build();
    let mut bytes = Vec::new();
    // Most rows of a code are the one above once more: to try the other filters takes most of the time.
    let encoder = PngEncoder::new_with_quality(&mut bytes, CompressionType::Fast, FilterType::Up);
    picture.write_with_encoder(encoder).map_err(answers::unsent)?;
    Ok(bytes)
}
