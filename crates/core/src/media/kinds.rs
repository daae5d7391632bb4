//! What a file is, told from its content: names and declared types are only ever checked against it.
use crier_schema::text_enum;

use crate::error::{Error, Result};

text_enum! {
    /// What a file is sent as.
    pub enum MediaKind {
        /// A picture: JPEG, PNG, GIF or WebP of at most 10 MB.
        Image = "image",
        /// A recording: AMR, MP3, M4A, Ogg or WAV of at most 2 MB.
        Voice = "voice",
        /// A film: MP4 of at most 10 MB.
        Video = "video",
        /// A small still for a film or for music: JPEG of at most 64 KB.
        Thumb = "thumb",
    }
}

impl MediaKind {
    /// Bytes of a file of this kind, at the most (`reference/wechat-api.md` 2.4).
    pub const fn max_bytes(self) -> usize {
        match self {
            Self::Image | Self::Video => 10 << 20,
            Self::Voice => 2 << 20,
            Self::Thumb => 64 << 10,
        }
    }
}

/// A type of file that is taken.
#[derive(Debug, PartialEq, Eq)]
pub struct FileType {
    sniffed: &'static str,
    /// What it is served as.
    pub mime: &'static str,
    /// What it is sent as, unless it is asked to be a thumb.
    pub kind: MediaKind,
    /// The endings its names have, the usual one first.
    endings: &'static [&'static str],
}

const fn file_type(
    sniffed: &'static str,
    mime: &'static str,
    kind: MediaKind,
    endings: &'static [&'static str],
) -> FileType {
    FileType { sniffed, mime, kind, endings }
}

const TAKEN: &[FileType] = &[
    file_type("image/jpeg", "image/jpeg", MediaKind::Image, &["jpg", "jpeg", "jpe", "jfif"]),
    file_type("image/png", "image/png", MediaKind::Image, &["png"]),
    file_type("image/gif", "image/gif", MediaKind::Image, &["gif"]),
    file_type("image/webp", "image/webp", MediaKind::Image, &["webp"]),
    file_type("audio/amr", "audio/amr", MediaKind::Voice, &["amr"]),
    file_type("audio/mpeg", "audio/mpeg", MediaKind::Voice, &["mp3", "mpga"]),
    file_type("audio/m4a", "audio/mp4", MediaKind::Voice, &["m4a", "mp4"]),
    file_type("audio/ogg", "audio/ogg", MediaKind::Voice, &["ogg", "oga", "opus"]),
    file_type("audio/opus", "audio/ogg", MediaKind::Voice, &["opus", "ogg", "oga"]),
    file_type("audio/x-wav", "audio/wav", MediaKind::Voice, &["wav"]),
    file_type("video/mp4", "video/mp4", MediaKind::Video, &["mp4", "m4v"]),
    file_type("video/x-m4v", "video/mp4", MediaKind::Video, &["m4v", "mp4"]),
];

/// Endings of types that are not taken: a name with one of them promises something else, whatever
/// the content is.
const OTHER_ENDINGS: &[&str] = &[
    "aac", "avi", "avif", "bmp", "doc", "exe", "flac", "heic", "htm", "html", "js", "mkv", "mov",
    "pdf", "php", "svg", "swf", "tif", "tiff", "txt", "webm", "xhtml", "xml", "zip",
];

/// The type of a file, which must be of the kind asked for and not go by another type's name.
///
/// # Errors
/// [`Error::Invalid`] for `type`.
pub(super) fn sniff(
    bytes: &[u8],
    name: &str,
    asked: Option<MediaKind>,
) -> Result<(&'static FileType, MediaKind)> {
    let taken = "must be JPEG, PNG, GIF, WebP, AMR, MP3, M4A, Ogg, WAV or MP4, told by its content";
    let found = infer::get(bytes)
        .and_then(|found| TAKEN.iter().find(|one| one.sniffed == found.mime_type()))
        .ok_or_else(|| Error::invalid("type", taken))?;
    if found.lies(name) {
        let problem = format!("the file is {}, which its name contradicts", found.mime);
        return Err(Error::invalid("type", problem));
    }
    let kind = asked.unwrap_or(found.kind);
    let fits = match kind {
        MediaKind::Thumb => found.mime == "image/jpeg",
        kind => kind == found.kind,
    };
    if !fits {
        return Err(Error::invalid("type", format!("a file of {} is no {kind}", found.mime)));
    }
    Ok((found, kind))
}

/// # Errors
/// [`Error::Invalid`] for `size`.
pub(super) fn check_size(bytes: usize, kind: MediaKind) -> Result<()> {
    if bytes == 0 || bytes > kind.max_bytes() {
        let most = kind.max_bytes() >> 10;
        return Err(Error::invalid("size", format!("must be 1 byte to {most} KB for {kind}")));
    }
    Ok(())
}

impl FileType {
    /// Its usual ending.
    pub const fn ending(&self) -> &'static str {
        self.endings[0]
    }

    /// The type a stored file is served as.
    pub(super) fn of_mime(mime: &str) -> Option<&'static Self> {
        TAKEN.iter().find(|one| one.mime == mime)
    }

    fn lies(&self, name: &str) -> bool {
        let Some((_, ending)) = name.rsplit_once('.') else { return false };
        let ending = ending.to_ascii_lowercase();
        let known = TAKEN.iter().flat_map(|one| one.endings).chain(OTHER_ENDINGS);
        known.clone().any(|one| *one == ending) && !self.endings.contains(&ending.as_str())
    }
}

/// A name to show and to save under: no folders, no control characters, at most 100 characters,
/// and the ending of what it is.
pub(super) fn clean_name(name: &str, found: &FileType) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let stem = last.rsplit_once('.').map_or(last, |(stem, _)| stem);
    let plain = |c: &char| !c.is_control() && !matches!(c, '"' | '<' | '>' | '|' | ':' | '*' | '?');
    let stem: String = stem.chars().filter(plain).take(90).collect();
    let stem = stem.trim().trim_start_matches('.');
    let ending = last.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    let ending = ending.filter(|ending| found.endings.contains(&ending.as_str()));
    let stem = if stem.is_empty() { found.kind.as_str() } else { stem };
    format!("{stem}.{}", ending.as_deref().unwrap_or(found.ending()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const AMR: &[u8] = b"#!AMR\n\x04\0\0\0\0\0\0\0\0";

    #[test]
    fn content_decides_what_a_file_is() {
        let (found, kind) = sniff(AMR, "voice.amr", None).unwrap();
        assert_eq!((found.mime, kind), ("audio/amr", MediaKind::Voice));
        assert_eq!(sniff(AMR, "blob", Some(MediaKind::Voice)).unwrap().1, MediaKind::Voice);
    }

    #[test]
    fn a_file_that_lies_about_its_type_is_refused() {
        let page = b"<!DOCTYPE html><html><script>alert(1)</script></html>";
        for (bytes, name, asked) in [
            (AMR, "voice.mp3", None),
            (AMR, "voice.html", None),
            (AMR, "voice.amr", Some(MediaKind::Image)),
            (page, "picture.png", Some(MediaKind::Image)),
            (b"", "picture.png", None),
        ] {
            let refused = sniff(bytes, name, asked).unwrap_err();
            assert!(matches!(refused, Error::Invalid { field: "type", .. }), "{name}: {refused}");
        }
    }

    #[test]
    fn names_lose_what_could_harm() {
        let (amr, _) = sniff(AMR, "", None).unwrap();
        assert_eq!(clean_name("../../etc/\"a\r\nb\".AMR", amr), "ab.amr");
        assert_eq!(clean_name("", amr), "voice.amr");
        assert_eq!(clean_name("录音", amr), "录音.amr");
        assert_eq!(clean_name("C:\\x\\note.1", amr), "note.amr");
    }
}
