//! Tables of a page: neighbouring lines that have the same number of columns.

/// Runs of at least three lines with the same two or more cells.
pub(super) fn tables(text: &str) -> Vec<Vec<Vec<String>>> {
    let mut tables: Vec<Vec<Vec<String>>> = Vec::new();
    let mut open: Vec<Vec<String>> = Vec::new();
    for line in text.lines().chain(std::iter::once("")) {
        let row: Vec<String> = line
            .split('\t')
            .map(|cell| cell.trim().to_owned())
            .collect();
        let continues = open.last().is_some_and(|last| last.len() == row.len());
        if !continues {
            if open.len() >= 3 {
                tables.push(std::mem::take(&mut open));
            }
            open.clear();
        }
        if row.len() > 1 {
            open.push(row);
        }
    }
    tables
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_with_the_same_columns_are_a_table() {
        let found = tables("Title\na\tb\n1\t2\n3\t4\nend\nx\ty\n");
        assert_eq!(found, [[["a", "b"], ["1", "2"], ["3", "4"]]]);
    }
}
