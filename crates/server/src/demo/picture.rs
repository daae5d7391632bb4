//! The demo bot's picture: a lantern over water at dusk, painted pixel by pixel.
use std::io::Cursor;

use anyhow::Result;
use image::{ImageFormat, Rgb, RgbImage};

const WIDTH: u32 = 720;
const HEIGHT: u32 = 480;

/// The picture as PNG.
pub fn of_the_day() -> Result<Vec<u8>> {
    let picture = RgbImage::from_fn(WIDTH, HEIGHT, paint);
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, ImageFormat::Png)?;
    Ok(bytes.into_inner())
}

fn paint(x: u32, y: u32) -> Rgb<u8> {
    let (across, down) = (f64::from(x) / f64::from(WIDTH), f64::from(y) / f64::from(HEIGHT));
    let water = down > 0.62;
    // Below the water line the sky stands on its head, broken by ripples.
    let ripple = if water { ((down * 90.0).sin() * 0.012, 1.24 - down) } else { (0.0, down) };
    let (from_left, height) = (across + ripple.0, ripple.1);
    let glow = lantern(from_left, height);
    let dim = if water { 0.55 } else { 1.0 };
    Rgb([
        shade(40.0 + 150.0 * height + 215.0 * glow, dim),
        shade(44.0 + 70.0 * height + 130.0 * glow, dim),
        shade(92.0 + 20.0 * height + 20.0 * glow, dim),
    ])
}

/// Brightness of the lantern and its halo at a place.
fn lantern(across: f64, down: f64) -> f64 {
    let (dx, dy) = ((across - 0.5) * 1.5, (down - 0.36) * 1.15);
    let distance = dx.hypot(dy);
    let rib = 0.9 + 0.1 * (dx * 120.0).cos();
    if distance < 0.14 { rib } else { 0.5 * (-(distance - 0.14) * 7.0).exp() }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to a byte")]
fn shade(value: f64, dim: f64) -> u8 {
    (value * dim).clamp(0.0, 255.0) as u8
}
