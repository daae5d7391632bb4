//! Pictures: measured, turned upright, freed of metadata, and shrunk for lists. What comes in is
//! hostile, so pixels are counted before they are decoded.
use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::codecs::webp::WebPEncoder;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageEncoder, ImageFormat, ImageReader, Limits, Rgb};

use super::strip;
use crate::error::{Error, Result};

/// Pixels of one picture: the largest phone cameras make 50 million. Decoded that is 200 MB.
const MAX_PIXELS: u64 = 51_000_000;
const MAX_SIDE: u32 = 20_000;
const MAX_DECODED: u64 = 256 << 20;
/// Pixels of a thumbnail's longer side.
const THUMBNAIL: u32 = 320;
/// Pixels of the longer side of a cover that was cut here: twice what phones show of it.
const COVER: u32 = 1_800;

/// A picture ready to be stored.
pub(super) struct Picture {
    /// The file without metadata.
    pub bytes: Vec<u8>,
    /// Pixels, as it is shown.
    pub width: u32,
    /// Pixels, as it is shown.
    pub height: u32,
    /// A small JPEG of it.
    pub thumbnail: Vec<u8>,
}

/// Makes a picture ready. Takes long: call it where blocking is allowed.
///
/// # Errors
/// [`Error::Invalid`] for a picture that is damaged or too large.
pub(super) fn prepare(bytes: Vec<u8>, mime: &str) -> Result<Picture> {
    let format = ImageFormat::from_mime_type(mime).ok_or_else(damaged)?;
    let (mut image, orientation, profile) = decode(&bytes, format)?;
    let turned = orientation != Orientation::NoTransforms;
    image.apply_orientation(orientation);
    let bytes = match format {
        ImageFormat::Gif => bytes,
        // Its orientation was in the metadata, so the pixels themselves have to turn. An animation
        // would lose its other frames; no camera makes turned ones.
        format if turned && !is_animated(&bytes) => encode(&image, format, profile)?,
        ImageFormat::Jpeg => strip::jpeg(&bytes).ok_or_else(damaged)?,
        ImageFormat::Png => strip::png(&bytes).ok_or_else(damaged)?,
        _ => strip::webp(&bytes).ok_or_else(damaged)?,
    };
    let thumbnail = thumbnail(&image)?;
    Ok(Picture { bytes, width: image.width(), height: image.height(), thumbnail })
}

/// A part of a picture, in thousandths of its width and height.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Where it begins, from the left.
    pub left: u32,
    /// Where it begins, from the top.
    pub top: u32,
    /// How wide it is. Its height follows from its shape.
    pub width: u32,
    /// Its shape: width to height, in hundredths.
    pub shape: u32,
}

/// Cuts a part out of a picture that is stored, no wider than covers are shown. Takes long.
///
/// # Errors
/// [`Error::Invalid`] for `crop` when the part is none; as [`prepare`].
pub(super) fn cut(bytes: &[u8], mime: &str, part: Part) -> Result<Vec<u8>> {
    let format = ImageFormat::from_mime_type(mime).ok_or_else(damaged)?;
    let (image, _, profile) = decode(bytes, format)?;
    let none = || Error::invalid("crop", "is no part of the picture");
    let Part { left, top, width, shape } = part;
    if left > 999 || top > 999 || !(1..=1_000).contains(&width) || !(50..=500).contains(&shape) {
        return Err(none());
    }
    let share = |of: u32, thousandths: u32| {
        u32::try_from(u64::from(of) * u64::from(thousandths) / 1_000).unwrap_or(of)
    };
    let (x, y) = (share(image.width(), left), share(image.height(), top));
    let wide = share(image.width(), width).min(image.width() - x);
    // What would reach beyond the bottom is made smaller, and keeps its shape.
    let wide = wide
        .min(u32::try_from(u64::from(image.height() - y) * u64::from(shape) / 100).unwrap_or(wide));
    let high = u32::try_from(u64::from(wide) * 100 / u64::from(shape)).unwrap_or(0);
    if wide < 32 || high < 32 {
        return Err(none());
    }
    let mut piece = image.crop_imm(x, y, wide, high);
    if wide > COVER {
        piece = piece.resize(COVER, COVER, image::imageops::FilterType::CatmullRom);
    }
    let format = if format == ImageFormat::Gif { ImageFormat::Png } else { format };
    encode(&piece, format, profile)
}

fn decode(
    bytes: &[u8],
    format: ImageFormat,
) -> Result<(DynamicImage, Orientation, Option<Vec<u8>>)> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_DECODED);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(refused)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MAX_PIXELS || decoder.total_bytes() > MAX_DECODED {
        return Err(too_large());
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let profile = decoder.icc_profile().ok().flatten();
    let image = DynamicImage::from_decoder(decoder).map_err(refused)?;
    Ok((image, orientation, profile))
}

fn is_animated(bytes: &[u8]) -> bool {
    let start = &bytes[..bytes.len().min(4_096)];
    start.windows(4).any(|name| name == b"ANIM" || name == b"acTL")
}

fn encode(image: &DynamicImage, format: ImageFormat, profile: Option<Vec<u8>>) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    match format {
        ImageFormat::Jpeg => {
            write(image, JpegEncoder::new_with_quality(&mut bytes, 90), profile)?;
        }
        ImageFormat::Png => write(image, PngEncoder::new(&mut bytes), profile)?,
        _ => write(image, WebPEncoder::new_lossless(&mut bytes), profile)?,
    }
    Ok(bytes)
}

fn write(
    image: &DynamicImage,
    mut encoder: impl ImageEncoder,
    profile: Option<Vec<u8>>,
) -> Result<()> {
    if let Some(profile) = profile {
        // An encoder that takes no profile shows plain colours, which is better than no picture.
        drop(encoder.set_icc_profile(profile));
    }
    image.write_with_encoder(encoder).map_err(|error| Error::Internal(format!("picture: {error}")))
}

/// A small JPEG, on white where the picture is transparent.
fn thumbnail(image: &DynamicImage) -> Result<Vec<u8>> {
    let longer = image.width().max(image.height());
    let small =
        if longer > THUMBNAIL { image.thumbnail(THUMBNAIL, THUMBNAIL) } else { image.clone() };
    let small = small.to_rgba8();
    let flat = image::RgbImage::from_fn(small.width(), small.height(), |x, y| {
        let [red, green, blue, alpha] = small.get_pixel(x, y).0;
        Rgb([red, green, blue].map(|colour| on_white(colour, alpha)))
    });
    let mut bytes = Vec::new();
    write(&flat.into(), JpegEncoder::new_with_quality(&mut bytes, 80), None)?;
    Ok(bytes)
}

fn on_white(colour: u8, alpha: u8) -> u8 {
    let (colour, alpha) = (u32::from(colour), u32::from(alpha));
    u8::try_from((colour * alpha + 255 * (255 - alpha)) / 255).unwrap_or(u8::MAX)
}

fn refused(error: image::ImageError) -> Error {
    if matches!(error, image::ImageError::Limits(_)) { too_large() } else { damaged() }
}

fn damaged() -> Error {
    Error::invalid("type", "is a damaged picture")
}

fn too_large() -> Error {
    Error::invalid("size", "must have at most 51 million pixels and 20,000 on a side")
}

#[cfg(test)]
mod tests {
    use image::{Rgb, RgbImage};

    use super::*;

    /// Left half red, right half blue.
    fn sample(format: ImageFormat) -> Vec<u8> {
        let halves = |x, _| if x < 32 { Rgb([200, 0, 0]) } else { Rgb([0, 0, 200]) };
        let image = DynamicImage::from(RgbImage::from_fn(64, 32, halves));
        let mut bytes = Cursor::new(Vec::new());
        image.write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    fn tiff(orientation: u8) -> Vec<u8> {
        let mut tiff = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
        tiff.extend([orientation, 0, 0, 0, 0, 0, 0, 0]);
        tiff.extend(b"GPS-SECRET");
        tiff
    }

    fn with_exif(jpeg: &[u8], orientation: u8) -> Vec<u8> {
        let body = [b"Exif\0\0".to_vec(), tiff(orientation)].concat();
        let length = u16::try_from(body.len() + 2).unwrap().to_be_bytes();
        [&jpeg[..2], &[0xFF, 0xE1], &length, &body, &jpeg[2..], b"TAIL-SECRET"].concat()
    }

    fn has(bytes: &[u8], word: &[u8]) -> bool {
        bytes.windows(word.len()).any(|part| part == word)
    }

    #[test]
    fn metadata_goes_and_pixels_stay() {
        let bare = sample(ImageFormat::Jpeg);
        let picture = prepare(with_exif(&bare, 1), "image/jpeg").unwrap();
        assert_eq!(picture.bytes, bare);
        assert_eq!((picture.width, picture.height), (64, 32));
    }

    #[test]
    fn a_turned_picture_is_turned_upright() {
        let picture = prepare(with_exif(&sample(ImageFormat::Jpeg), 6), "image/jpeg").unwrap();
        assert_eq!((picture.width, picture.height), (32, 64));
        assert!(!has(&picture.bytes, b"SECRET"));
        let upright = image::load_from_memory(&picture.bytes).unwrap().to_rgb8();
        assert!(upright.get_pixel(16, 8)[0] > 150, "what was left is now on top");
    }

    #[test]
    fn text_in_a_png_and_a_tail_after_it_go() {
        let bare = sample(ImageFormat::Png);
        let text = b"\0\0\0\x0EtEXtPlace\0A-SECRET\0\0\0\0";
        let spoilt = [&bare[..33], text, &bare[33..], b"TAIL-SECRET"].concat();
        let picture = prepare(spoilt, "image/png").unwrap();
        assert_eq!(picture.bytes, bare);
    }

    #[test]
    fn metadata_of_a_webp_goes() {
        let bare = sample(ImageFormat::WebP);
        let chunks = [b"VP8X\x0A\0\0\0\x04\0\0\0\x3F\0\0\x1F\0\0", &bare[12..]].concat();
        let xmp = b"XMP \x06\0\0\0SECRET";
        let size = u32::try_from(4 + chunks.len() + xmp.len()).unwrap().to_le_bytes();
        let spoilt = [b"RIFF", &size[..], b"WEBP", &chunks, xmp].concat();
        let picture = prepare(spoilt, "image/webp").unwrap();
        assert!(!has(&picture.bytes, b"SECRET"));
        assert_eq!(picture.bytes[20], 0, "the flags name no metadata");
        assert_eq!(image::load_from_memory(&picture.bytes).unwrap().width(), 64);
    }

    #[test]
    fn a_bomb_is_refused_before_it_is_decoded() {
        let mut png = sample(ImageFormat::Png);
        png[16..24].copy_from_slice(&[0, 0, 0x4E, 0x20, 0, 0, 0x4E, 0x20]);
        let sum = crc32(&png[12..29]);
        png[29..33].copy_from_slice(&sum.to_be_bytes());
        let refused = prepare(png, "image/png").err().unwrap();
        assert!(matches!(refused, Error::Invalid { field: "size", .. }), "{refused}");
    }

    fn crc32(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(u32::MAX, |sum, byte| {
            (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
                if sum & 1 == 1 { (sum >> 1) ^ 0xEDB8_8320 } else { sum >> 1 }
            })
        })
    }

    #[test]
    fn damaged_pictures_are_refused_whatever_is_missing() {
        for (format, mime) in [
            (ImageFormat::Jpeg, "image/jpeg"),
            (ImageFormat::Png, "image/png"),
            (ImageFormat::WebP, "image/webp"),
        ] {
            let whole = sample(format);
            for end in 0..whole.len() / 2 {
                drop(prepare(whole[..end].to_vec(), mime));
            }
            assert!(prepare(whole[..20].to_vec(), mime).is_err(), "{mime}");
        }
    }

    #[test]
    fn a_part_is_cut_in_its_shape_and_none_that_is_no_part() {
        let of = |left, top, width, shape| Part { left, top, width, shape };
        let cut = |part| {
            let bytes = cut(&sample(ImageFormat::Png), "image/png", part)?;
            Ok::<_, Error>(image::load_from_memory(&bytes).unwrap())
        };
        let right = cut(of(500, 0, 500, 100)).unwrap();
        assert_eq!((right.width(), right.height()), (32, 32));
        assert!(right.to_rgb8().get_pixel(8, 8)[2] > 150, "the right half is blue");
        let low = cut(of(0, 0, 1_000, 100)).unwrap();
        assert_eq!((low.width(), low.height()), (32, 32), "smaller, in its shape");
        for bad in [of(990, 0, 10, 100), of(0, 0, 0, 100), of(0, 0, 1_001, 100), of(0, 0, 900, 9)] {
            assert!(matches!(cut(bad), Err(Error::Invalid { field: "crop", .. })), "{bad:?}");
        }
    }

    #[test]
    fn thumbnails_are_small_jpegs() {
        let image = DynamicImage::from(image::RgbaImage::new(1_000, 500));
        let small = image::load_from_memory(&thumbnail(&image).unwrap()).unwrap();
        assert_eq!((small.width(), small.height()), (320, 160));
        assert!(small.to_rgb8().get_pixel(0, 0)[0] > 250, "transparent is white");
    }
}
