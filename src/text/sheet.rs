//! Tables for spreadsheets: RFC 4180 with a byte order mark, by which they know that it is UTF-8.

/// What makes a cell a formula in spreadsheets: text from people must never be one.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// Rows of cells as CSV (RFC 4180). A cell that a spreadsheet would take for a formula gets an apostrophe before it.
pub fn csv<R: IntoIterator<Item = String>>(rows: impl IntoIterator<Item = R>) -> String {
    let mut out = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).flexible(true).from_writer(Vec::new());
    for row in rows {
        // Writing to memory can't fail.
        drop(out.write_record(row.into_iter().map(plain)));
    }
    let bytes = out.into_inner().unwrap_or_default();
    format!("\u{feff}{}", String::from_utf8_lossy(&bytes))
}

fn plain(cell: String) -> String {
    if cell.starts_with(FORMULA) { format!("'{cell}") } else { cell }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_and_never_formulas() {
        let rows = [["名", "a,b"], ["=1+1", "两\n行 \"引\""]].map(|row| row.map(str::to_owned));
        assert_eq!(csv(rows), "\u{feff}名,\"a,b\"\r\n'=1+1,\"两\n行 \"\"引\"\"\"\r\n");
        assert_eq!(csv([["@mei".to_owned()]]), "\u{feff}'@mei\r\n");
    }
}
