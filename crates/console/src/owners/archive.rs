//! A ZIP file that is made while it is sent: one entry is packed as it comes, others are stored as they
//! are. It holds less than 4 GiB, so that every program opens it.
use std::io::Write as _;

use chrono::{DateTime, Datelike as _, Timelike as _, Utc};
use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};

const STORED: u16 = 0;
const DEFLATED: u16 = 8;
/// Names are UTF-8; for what is packed, sizes follow behind.
const UTF8: u16 = 1 << 11;
const BEHIND: u16 = 1 << 3;

/// What the directory at the end says of an entry.
struct Entry {
    name: String,
    method: u16,
    flags: u16,
    crc: u32,
    packed: u32,
    size: u32,
    offset: u32,
}

/// An entry that is being packed.
struct Open {
    entry: Entry,
    packer: DeflateEncoder<Vec<u8>>,
    crc: Crc,
}

/// The file so far. What is to be sent next is taken out of it.
pub struct Archive {
    ready: Vec<u8>,
    taken: u32,
    open: Option<Open>,
    entries: Vec<Entry>,
    /// Date and time of all entries, as DOS had them.
    at: [u16; 2],
}

impl Archive {
    /// An empty one of this moment.
    pub fn new(at: DateTime<Utc>) -> Self {
        let part = |number: u32| u16::try_from(number).unwrap_or_default();
        let year = u32::try_from(at.year() - 1980).unwrap_or_default();
        let time = part((at.hour() << 11) | (at.minute() << 5) | (at.second() / 2));
        let date = part((year << 9) | (at.month() << 5) | at.day());
        Self { ready: Vec::new(), taken: 0, open: None, entries: Vec::new(), at: [time, date] }
    }

    /// What can be sent.
    pub fn take(&mut self) -> Vec<u8> {
        let ready = std::mem::take(&mut self.ready);
        self.taken += length(&ready);
        ready
    }

    /// Begins an entry that is packed as it comes.
    pub fn begin(&mut self, name: &str) {
        let entry = self.entry(name, DEFLATED, UTF8 | BEHIND);
        self.head(&entry);
        let packer = DeflateEncoder::new(Vec::new(), Compression::default());
        self.open = Some(Open { entry, packer, crc: Crc::new() });
    }

    /// More of it.
    ///
    /// # Errors
    /// When it cannot be packed.
    pub fn write(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        let Some(open) = &mut self.open else { return Ok(()) };
        open.crc.update(bytes);
        open.packer.write_all(bytes)?;
        let packed = std::mem::take(open.packer.get_mut());
        open.entry.packed += length(&packed);
        self.ready.extend(packed);
        Ok(())
    }

    /// Ends it.
    ///
    /// # Errors
    /// When it cannot be packed.
    pub fn end(&mut self) -> std::io::Result<()> {
        let Some(open) = self.open.take() else { return Ok(()) };
        let Open { mut entry, packer, crc } = open;
        let rest = packer.finish()?;
        entry.packed += length(&rest);
        (entry.crc, entry.size) = (crc.sum(), crc.amount());
        self.ready.extend(rest);
        self.long(&[0x0807_4b50, entry.crc, entry.packed, entry.size]);
        self.entries.push(entry);
        Ok(())
    }

    /// Adds an entry as it is.
    pub fn store(&mut self, name: &str, bytes: &[u8]) {
        let mut crc = Crc::new();
        crc.update(bytes);
        let (size, crc) = (length(bytes), crc.sum());
        let entry = Entry { crc, packed: size, size, ..self.entry(name, STORED, UTF8) };
        self.head(&entry);
        self.ready.extend(bytes);
        self.entries.push(entry);
    }

    /// The directory, which ends the file.
    pub fn finish(&mut self) {
        let begin = self.place();
        let entries = std::mem::take(&mut self.entries);
        for entry in &entries {
            self.long(&[0x0201_4b50]);
            self.short(&[20, 20]);
            self.facts(entry);
            self.short(&[0, 0, 0, 0]);
            self.long(&[0, entry.offset]);
            self.ready.extend(entry.name.as_bytes());
        }
        let size = self.place() - begin;
        let count = u16::try_from(entries.len()).unwrap_or(u16::MAX);
        self.long(&[0x0605_4b50]);
        self.short(&[0, 0, count, count]);
        self.long(&[size, begin]);
        self.short(&[0]);
    }

    fn entry(&self, name: &str, method: u16, flags: u16) -> Entry {
        let (crc, packed, size) = (0, 0, 0);
        Entry { name: name.to_owned(), method, flags, crc, packed, size, offset: self.place() }
    }

    fn head(&mut self, entry: &Entry) {
        self.long(&[0x0403_4b50]);
        self.short(&[20]);
        self.facts(entry);
        self.short(&[0]);
        self.ready.extend(entry.name.as_bytes());
    }

    /// What both the head of an entry and the directory say.
    fn facts(&mut self, entry: &Entry) {
        self.short(&[entry.flags, entry.method]);
        self.short(&self.at.clone());
        self.long(&[entry.crc, entry.packed, entry.size]);
        self.short(&[u16::try_from(entry.name.len()).unwrap_or_default()]);
    }

    /// Where the file has come to.
    fn place(&self) -> u32 {
        self.taken + length(&self.ready)
    }

    fn short(&mut self, numbers: &[u16]) {
        self.ready.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
    }

    fn long(&mut self, numbers: &[u32]) {
        self.ready.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
    }
}

/// What is written at once is far below 4 GiB.
fn length(bytes: &[u8]) -> u32 {
    u32::try_from(bytes.len()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_archive_says_where_everything_is() {
        let mut archive = Archive::new(DateTime::from_timestamp(1_767_198_600, 0).unwrap());
        archive.begin("person.json");
        archive.write(b"{}\n").unwrap();
        let mut whole = archive.take();
        archive.end().unwrap();
        archive.store("files/a.png", b"png");
        archive.finish();
        whole.extend(archive.take());
        let end = whole.len() - 22;
        let number = |at: usize| u32::from_le_bytes(whole[at..at + 4].try_into().unwrap());
        assert_eq!((number(end), number(end + 8)), (0x0605_4b50, 0x0002_0002));
        let (size, begin) = (number(end + 12) as usize, number(end + 16) as usize);
        assert_eq!((begin + size, number(begin)), (end, 0x0201_4b50));
        let second = begin + 46 + "person.json".len();
        assert_eq!(number(second), 0x0201_4b50);
        let stored = number(second + 42) as usize;
        assert_eq!(number(stored), 0x0403_4b50);
        let body = stored + 30 + "files/a.png".len();
        assert_eq!(&whole[body..body + 3], b"png");
    }
}
