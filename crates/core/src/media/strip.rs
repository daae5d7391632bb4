//! Takes metadata out of pictures without touching their pixels: where it was taken and with what
//! is nobody's business. Each function copies only the parts it knows are needed to show the
//! picture, and nothing after its end, where phones put second pictures with metadata of their own
//! (which is why no container crate does it here: the ones there are keep that tail).

/// The parts of a JPEG that show: no EXIF, XMP, IPTC, comments or previews. The colour profile
/// stays. `None` when it is damaged.
pub(super) fn jpeg(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut kept = bytes.get(..2).filter(|start| *start == [0xFF, 0xD8])?.to_vec();
    let mut rest = &bytes[2..];
    loop {
        let at = rest.iter().position(|byte| *byte != 0xFF).filter(|at| *at > 0)?;
        let marker = rest[at];
        rest = &rest[at + 1..];
        match marker {
            0xD9 => {
                kept.extend([0xFF, 0xD9]);
                return Some(kept);
            }
            0x01 | 0xD0..=0xD8 => continue,
            _ => {}
        }
        let length = usize::from(u16::from_be_bytes([*rest.first()?, *rest.get(1)?]));
        let (segment, after) = rest.split_at_checked(length)?;
        rest = after;
        if shows(marker, segment.get(2..)?) {
            kept.extend([0xFF, marker]);
            kept.extend(segment);
        }
        if marker == 0xDA {
            let (scan, after) = rest.split_at(scan_length(rest));
            kept.extend(scan);
            rest = after;
        }
    }
}

fn shows(marker: u8, body: &[u8]) -> bool {
    match marker {
        0xE0 => body.starts_with(b"JFIF\0"),
        0xE2 => body.starts_with(b"ICC_PROFILE\0"),
        // Adobe's says how colours are coded.
        0xEE => body.starts_with(b"Adobe"),
        0xE1..=0xEF | 0xFE => false,
        _ => true,
    }
}

/// Bytes up to the next marker that is neither stuffing nor a restart.
fn scan_length(rest: &[u8]) -> usize {
    rest.windows(2)
        .position(|pair| pair[0] == 0xFF && !matches!(pair[1], 0x00 | 0xD0..=0xD7 | 0xFF))
        .unwrap_or(rest.len())
}

/// Chunks of a PNG that show, those of animations too.
const PNG_CHUNKS: [&[u8; 4]; 17] = [
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB",
    b"cICP", b"bKGD", b"pHYs", b"hIST", b"acTL", b"fcTL", b"fdAT",
];

/// The parts of a PNG that show. `None` when it is damaged.
pub(super) fn png(bytes: &[u8]) -> Option<Vec<u8>> {
    let (signature, mut rest) = bytes.split_at_checked(8)?;
    let mut kept = signature.to_vec();
    loop {
        let length = u32::from_be_bytes(rest.get(..4)?.try_into().ok()?);
        let name: &[u8; 4] = rest.get(4..8)?.try_into().ok()?;
        let (chunk, after) =
            rest.split_at_checked(usize::try_from(length).ok()?.checked_add(12)?)?;
        rest = after;
        if PNG_CHUNKS.contains(&name) {
            kept.extend(chunk);
        }
        if name == b"IEND" {
            return Some(kept);
        }
    }
}

/// Chunks of a WebP that show, those of animations too.
const WEBP_CHUNKS: [&[u8; 4]; 7] = [b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"];
/// In the flags of `VP8X`: there is EXIF, there is XMP.
const WEBP_METADATA: u8 = 0b0000_1100;

/// The parts of a WebP that show. `None` when it is damaged.
pub(super) fn webp(bytes: &[u8]) -> Option<Vec<u8>> {
    let size = u32::from_le_bytes(bytes.get(4..8)?.try_into().ok()?);
    let mut rest = bytes.get(12..usize::try_from(size).ok()?.checked_add(8)?.min(bytes.len()))?;
    let mut kept = b"RIFF\0\0\0\0WEBP".to_vec();
    while !rest.is_empty() {
        let name: &[u8; 4] = rest.get(..4)?.try_into().ok()?;
        let length = u32::from_le_bytes(rest.get(4..8)?.try_into().ok()?);
        let padded = usize::try_from(length).ok()?.checked_next_multiple_of(2)?.checked_add(8)?;
        let (chunk, after) = rest.split_at_checked(padded.min(rest.len()))?;
        rest = after;
        if WEBP_CHUNKS.contains(&name) {
            let flags = kept.len() + 8;
            kept.extend(chunk);
            if name == b"VP8X" {
                *kept.get_mut(flags)? &= !WEBP_METADATA;
            }
        }
    }
    let size = u32::try_from(kept.len() - 8).ok()?;
    kept[4..8].copy_from_slice(&size.to_le_bytes());
    Some(kept)
}
