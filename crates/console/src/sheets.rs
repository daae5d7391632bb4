//! Tables for spreadsheets: CSV as the programs of an office read it.
//!
//! ```ignore
//! let mut sheet = Sheet::new("followers", &["Day", "Gained"]);
//! sheet.row([Cell::from(day.to_string()), Cell::from(gained)]);
//! sheet.answer()
//! ```
use std::fmt::Display;

use actix_web::http::header::CONTENT_DISPOSITION;
use actix_web::web::Bytes;
use actix_web::{HttpResponse, HttpResponseBuilder};
use crier_core::Error;
use futures_util::Stream;

use crate::answers::Answer;

/// Without it, some programs take the text for Latin.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();
/// Programs take a text that begins like this for a formula, and run it.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// One cell. Texts that would be taken for formulas get an apostrophe before them; numbers are as
/// they are, also below nought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell(String);

impl From<i64> for Cell {
    fn from(number: i64) -> Self {
        Self(number.to_string())
    }
}

impl From<Option<i64>> for Cell {
    fn from(number: Option<i64>) -> Self {
        Self(number.map(|number| number.to_string()).unwrap_or_default())
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        // Behind spaces it would be one still, once the program has trimmed them.
        let is_formula = text.trim_start_matches([' ', '\u{a0}']).starts_with(FORMULA);
        Self(if is_formula { format!("'{text}") } else { text.to_owned() })
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        text.as_str().into()
    }
}

/// A table on its way out.
pub struct Sheet {
    name: String,
    writer: csv::Writer<Vec<u8>>,
    fault: Option<csv::Error>,
}

impl Sheet {
    /// A table of this name (letters, digits and `-`, without an ending) with these headings.
    pub fn new(name: &str, headings: &[&str]) -> Self {
        let writer = writer(BYTE_ORDER_MARK.to_vec());
        let mut sheet = Self { name: name.to_owned(), writer, fault: None };
        sheet.row(headings.iter().map(|heading| Cell::from(*heading)));
        sheet
    }

    /// With one more row.
    pub fn row(&mut self, cells: impl IntoIterator<Item = Cell>) {
        let cells = cells.into_iter().map(|cell| cell.0);
        if let Err(fault) = self.writer.write_record(cells) {
            self.fault = Some(fault);
        }
    }

    /// The table as a file to save.
    ///
    /// # Errors
    /// A fault of ours.
    pub fn answer(mut self) -> Answer {
        let bytes = self.written()?;
        Ok(head(&self.name).body(bytes))
    }

    /// What has been written since the last time, for a file that is [`streamed`].
    ///
    /// # Errors
    /// A fault of ours.
    pub fn written(&mut self) -> crier_core::Result<Bytes> {
        let unmade =
            |fault: &dyn Display| Error::Internal(format!("a sheet was not made: {fault}"));
        if let Some(fault) = self.fault.take() {
            return Err(unmade(&fault));
        }
        let writer = std::mem::replace(&mut self.writer, writer(Vec::new()));
        Ok(writer.into_inner().map_err(|fault| unmade(&fault))?.into())
    }
}

/// A table as a file to save that is made while it is sent. One that cannot be made to its end
/// breaks off, so that nobody takes it for whole.
pub fn streamed(
    name: &str,
    parts: impl Stream<Item = crier_core::Result<Bytes>> + 'static,
) -> HttpResponse {
    head(name).streaming(parts)
}

fn head(name: &str) -> HttpResponseBuilder {
    let saved = format!("attachment; filename=\"{name}.csv\"");
    let mut head = HttpResponse::Ok();
    head.content_type("text/csv; charset=utf-8").insert_header((CONTENT_DISPOSITION, saved));
    head
}

fn writer(begun: Vec<u8>) -> csv::Writer<Vec<u8>> {
    csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).flexible(true).from_writer(begun)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_never_a_formula() {
        let mut sheet = Sheet::new("t", &["Name", "Count"]);
        sheet.row([Cell::from("=1+1"), Cell::from(-3)]);
        sheet.row([Cell::from(" @SUM(A1)"), Cell::from(None)]);
        sheet.row([Cell::from("says \"hi\", twice"), Cell::from("-")]);
        let bytes = sheet.written().unwrap().to_vec();
        let expected =
            "\u{feff}Name,Count\r\n'=1+1,-3\r\n' @SUM(A1),\r\n\"says \"\"hi\"\", twice\",'-\r\n";
        assert_eq!(String::from_utf8(bytes).unwrap(), expected);
    }
}
