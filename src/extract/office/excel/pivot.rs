//! What a pivot table keeps of a sheet, perhaps of one that was deleted (section 18.10): its fields with their values,
//! and its rows.
//!
//! What the table shows of it is cells of a sheet, and is read there.

use crate::extract::xml::{Token, Xml};
use crate::mail::gap::GapReason;

/// A field: its name, and the values that rows refer to by their number.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Field {
    name: String,
    values: Vec<String>,
}

/// The fields of `pivotCacheDefinition.xml`.
pub(super) fn fields(xml: &str) -> Vec<Field> {
    let mut fields: Vec<Field> = Vec::new();
    let mut in_values = false;
    for token in Xml::new(xml) {
        match token {
            Token::Open(element) => match element.name().as_str() {
                "cacheField" => fields.push(Field {
                    name: element.attribute("name").unwrap_or_default(),
                    values: Vec::new(),
                }),
                "sharedItems" => in_values = true,
                name if in_values && is_value(name) => {
                    if let Some(field) = fields.last_mut() {
                        field
                            .values
                            .push(element.attribute("v").unwrap_or_default());
                    }
                }
                _ => {}
            },
            Token::Close(name) => in_values &= name != "sharedItems",
            Token::Text(_) => {}
        }
    }
    fields
}

/// The rows of `pivotCacheRecords.xml`, the names of the fields first.
///
/// # Errors
/// [`GapReason::TooLarge`] where the values that rows refer to come to more than `most` octets.
pub(super) fn rows(
    xml: &str,
    fields: &[Field],
    most: usize,
) -> Result<Vec<Vec<String>>, GapReason> {
    let mut rows = vec![fields.iter().map(|field| field.name.clone()).collect()];
    let mut left = most;
    for token in Xml::new(xml) {
        let Token::Open(element) = token else {
            continue;
        };
        let value = element.attribute("v");
        match (element.name().as_str(), rows.last_mut()) {
            ("r", _) => rows.push(Vec::new()),
            ("x", Some(row)) => {
                let place = value.and_then(|place| place.parse::<usize>().ok());
                let field = fields.get(row.len());
                let value = place.and_then(|place| field?.values.get(place));
                let value = value.cloned().unwrap_or_default();
                left = left.checked_sub(value.len()).ok_or(GapReason::TooLarge)?;
                row.push(value);
            }
            (name, Some(row)) if is_value(name) => row.push(value.unwrap_or_default()),
            _ => {}
        }
    }
    Ok(rows)
}

/// The fields as text, one a line.
pub(super) fn lines(fields: &[Field]) -> String {
    let line = |field: &Field| [&field.name, "\t", &field.values.join("\t"), "\n"].concat();
    fields.iter().map(line).collect()
}

/// Text, number, date, truth, error, nothing.
fn is_value(name: &str) -> bool {
    ["s", "n", "d", "b", "e", "m"].contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_refer_to_the_values_of_their_fields() {
        let fields = fields(
            "<cacheField name='Surname'><sharedItems><s v='Reed'/><s v='Okafor'/></sharedItems></cacheField>\
             <cacheField name='Fee'><sharedItems/></cacheField>",
        );
        assert_eq!(lines(&fields), "Surname\tReed\tOkafor\nFee\t\n");
        let xml = "<r><x v='1'/><n v='7'/></r><r><x v='9'/><m/></r>";
        let expected = [["Surname", "Fee"], ["Okafor", "7"], ["", ""]];
        assert_eq!(rows(xml, &fields, 100).unwrap(), expected);
        assert_eq!(rows(xml, &fields, 3), Err(GapReason::TooLarge));
    }
}
