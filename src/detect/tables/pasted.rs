//! Tables pasted into a text as lines: cells divided by tabs, bars, commas or semicolons.

use crate::detect::tables::headings::column;

/// A pasted table has at least a header and this many lines below it.
const LINES: usize = 3;

/// Every run of lines that is a table, its first row a header with at least two headings that are known.
pub(super) fn pasted(text: &str) -> Vec<Vec<Vec<String>>> {
    let mut tables = Vec::new();
    let mut table: Vec<Vec<String>> = Vec::new();
    let mut divider = ' ';
    for line in text.lines() {
        let line = line.trim_start_matches(['>', ' ']).trim_end();
        if table.is_empty() {
            if let Some(found) = ['\t', '|', ',', ';']
                .into_iter()
                .find(|d| is_header(line, *d))
            {
                divider = found;
                table.push(cells(line, divider));
            }
            continue;
        }
        let row = cells(line, divider);
        let ruled = !line.is_empty() && !line.contains(char::is_alphanumeric);
        if row.len() > 1 {
            table.push(row);
        } else if !ruled {
            close(&mut tables, &mut table);
        }
    }
    close(&mut tables, &mut table);
    tables
}

fn close(tables: &mut Vec<Vec<Vec<String>>>, table: &mut Vec<Vec<String>>) {
    let rows = std::mem::take(table);
    if rows.len() > LINES {
        tables.push(rows);
    }
}

fn is_header(line: &str, divider: char) -> bool {
    if !line.contains(divider) {
        return false;
    }
    let (mut known, mut all) = (0, 0);
    for cell in divided(line, divider) {
        all += 1;
        known += usize::from(column(cell).is_some());
    }
    known >= 2 && known * 2 >= all
}

fn cells(line: &str, divider: char) -> Vec<String> {
    divided(line, divider).map(str::to_owned).collect()
}

fn divided(line: &str, divider: char) -> impl Iterator<Item = &str> {
    let cells = line.trim_matches('|').split(divider);
    cells.map(|cell| cell.trim_matches([' ', '"']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_under_known_headings_are_a_table() {
        let text = "Here they are:\nForename,Surname,DOB\nA,B,1\nC,D,2\nE,F,3\n\nBye, all\n";
        let tables = pasted(text);
        assert_eq!(tables.len(), 1);
        assert_eq!(tables[0].len(), 4);
        assert!(pasted("Dear Name, Class,\nthanks, all\nbye, x\ny, z").is_empty());
    }
}
