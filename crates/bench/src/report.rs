//! The figures, side by side.
use crate::figures::Spread;

/// A row of figures: its name, digits after the point, and the figure of a sample.
pub type Row<T> = (&'static str, usize, fn(&T) -> f64);

/// A table of text, printed as Markdown: the first column says what stands in a row.
pub struct Table {
    title: String,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// One with these headings.
    pub fn new(title: impl Into<String>, headings: impl IntoIterator<Item = String>) -> Self {
        let headings = std::iter::once(String::new()).chain(headings).collect();
        Self { title: title.into(), rows: vec![headings] }
    }

    /// Adds a row; one in which nothing stands is left out.
    pub fn row(&mut self, name: &str, cells: impl IntoIterator<Item = String>) {
        let row: Vec<String> = std::iter::once(name.to_owned()).chain(cells).collect();
        if row[1..].iter().any(|cell| !cell.is_empty()) {
            self.rows.push(row);
        }
    }

    /// Adds a row of medians with their spread, each of its column's figures.
    pub fn spreads(&mut self, name: &str, digits: usize, figures: &[Vec<f64>]) {
        let show = |figures: &Vec<f64>| {
            Spread::of(figures).map_or_else(String::new, |spread| spread.show(digits))
        };
        self.row(name, figures.iter().map(show));
    }

    /// Adds a row of ratios between two columns' medians: this many times the other.
    pub fn ratios(&mut self, name: &str, ratios: impl IntoIterator<Item = Option<f64>>) {
        let show =
            |ratio: Option<f64>| ratio.map_or_else(String::new, |ratio| format!("{ratio:.2}"));
        self.row(name, ratios.into_iter().map(show));
    }

    /// Adds a row for each figure of some columns of samples; with `against_first`, each followed by
    /// how many times the first column's it is.
    pub fn samples<T>(&mut self, rows: &[Row<T>], columns: &[Vec<T>], against_first: bool) {
        for (name, digits, figure) in rows {
            let figures: Vec<Vec<f64>> =
                columns.iter().map(|samples| samples.iter().map(figure).collect()).collect();
            self.spreads(name, *digits, &figures);
            if let Some(first) = figures.first().filter(|_| against_first) {
                let ratios = figures.iter().map(|of| ratio(of, first));
                self.ratios(&format!("{name}, times the first"), ratios);
            }
        }
    }

    /// Prints it.
    pub fn print(&self) {
        println!("\n{}\n\n{}", self.title, self.lines().join("\n"));
    }

    fn lines(&self) -> Vec<String> {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or_default();
        let width = |column: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(column));
            cells.map(|cell| cell.chars().count()).max().unwrap_or_default()
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        let line = |row: &Vec<String>| {
            let cells = row.iter().zip(&widths).map(|(cell, width)| format!(" {cell:<width$} "));
            format!("|{}|", cells.collect::<Vec<_>>().join("|"))
        };
        let mut lines: Vec<String> = self.rows.iter().map(line).collect();
        let rule: Vec<String> = widths.iter().map(|width| "-".repeat(width + 2)).collect();
        lines.insert(1, format!("|{}|", rule.join("|")));
        lines
    }
}

/// How many times the second median the first is; `None` when either is missing or zero.
pub fn ratio(of: &[f64], to: &[f64]) -> Option<f64> {
    let (of, to) = (Spread::of(of)?.median, Spread::of(to)?.median);
    (to > 0.0).then_some(of / to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_what_stands_in_them_and_empty_rows_are_left_out() {
        let mut table = Table::new("t", ["floor".to_owned(), "Crier".to_owned()]);
        table.spreads("a second", 0, &[vec![2.0, 1.0, 3.0], vec![10.0]]);
        table.row("nothing", [String::new(), String::new()]);
        table.ratios("of the floor", [None, ratio(&[10.0], &[4.0])]);
        let wanted = [
            "|              | floor      | Crier |",
            "|--------------|------------|-------|",
            "| a second     | 2 (1 to 3) | 10    |",
            "| of the floor |            | 2.50  |",
        ];
        assert_eq!(table.lines(), wanted);
        assert_eq!(ratio(&[1.0], &[0.0]), None);
    }
}
