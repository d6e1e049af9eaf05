//! The parts of an office document: found by path, read within the budget, embedded files handed on.

use crate::extract::content::Place;
use crate::extract::media::within::Pictures;
use crate::extract::office::properties;
use crate::extract::reader::{File, Reader};
use crate::extract::xml::{self, Token, Xml};
use crate::extract::zipped::Container;
use crate::mail::gap::GapReason;

/// An open document and the paths of its parts.
pub(super) struct Package<'a> {
    container: Container<'a>,
    parts: Vec<(usize, String)>,
}

impl<'a> Package<'a> {
    /// Opens the zip.
    ///
    /// # Errors
    /// As [`Container::open`].
    pub(super) fn open(file: &File<'a>, reader: &Reader<'_>) -> Result<Self, GapReason> {
        let container = Container::open(file.bytes, reader.limits)?;
        let mut parts: Vec<(usize, String)> = container
            .members()
            .into_iter()
            .map(|member| (member.index, member.name))
            .collect();
        parts.sort_by_cached_key(|(_, path)| natural(path));
        Ok(Self { container, parts })
    }

    /// Paths that begin and end so, in natural order: `slide2.xml` before `slide10.xml`.
    pub(super) fn paths(&self, start: &str, end: &str) -> Vec<String> {
        self.parts
            .iter()
            .filter(|(_, path)| path.starts_with(start) && path.ends_with(end))
            .map(|(_, path)| path.clone())
            .collect()
    }

    /// The XML of a part; empty where there is none.
    ///
    /// # Errors
    /// As [`Container::read`].
    pub(super) fn xml(&mut self, path: &str, reader: &mut Reader<'_>) -> Result<String, GapReason> {
        self.octets(path, reader).map(|bytes| xml::decode(&bytes))
    }

    /// The octets of a part; none where there is none.
    ///
    /// # Errors
    /// As [`Container::read`].
    pub(super) fn octets(
        &mut self,
        path: &str,
        reader: &mut Reader<'_>,
    ) -> Result<Vec<u8>, GapReason> {
        match self
            .parts
            .iter()
            .find(|(_, known)| known.eq_ignore_ascii_case(path))
        {
            Some((index, _)) => self.container.read(*index, &mut reader.budget),
            None => Ok(Vec::new()),
        }
    }

    /// Reads the properties, the labels and the documents embedded in this one.
    ///
    /// # Errors
    /// As [`Container::read`].
    pub(super) fn asides(
        &mut self,
        file: &File<'_>,
        reader: &mut Reader<'_>,
    ) -> Result<(), GapReason> {
        for path in self.paths("docProps/", ".xml") {
            let text = self.xml(&path, reader)?;
            properties::office(&text, file, reader);
        }
        let labels = self.xml("docMetadata/LabelInfo.xml", reader)?;
        properties::label(&labels, file, reader);
        // What forms and servers keep beside the document, such as the values of its fields.
        for path in self.paths("customXml/item", ".xml") {
            let text = xml::words(&self.xml(&path, reader)?);
            let origin = file.origin.within("properties");
            reader.text(&origin, Place::Property, false, text);
        }
        self.addresses(file, reader)?;
        let embedded = self.parts.iter().filter(|(_, path)| is_embedded(path));
        for path in embedded.map(|(_, path)| path.clone()).collect::<Vec<_>>() {
            let bytes = self.octets(&path, reader)?;
            let name = path.rsplit('/').next().unwrap_or(&path);
            reader.budget.member()?;
            reader.file(&File {
                visible: false,
                ..file.inner(name, &bytes)
            });
        }
        self.pictures(file, reader)
    }

    /// Reads the e-mail addresses that words and cells lead to, where their own words may be "write to us".
    fn addresses(&mut self, file: &File<'_>, reader: &mut Reader<'_>) -> Result<(), GapReason> {
        let mut addresses = Vec::new();
        for path in self.paths("", ".rels") {
            for token in Xml::new(&self.xml(&path, reader)?) {
                if let Token::Open(relation) = token
                    && let Some(target) = relation.attribute("Target")
                    && let Some(address) = target.strip_prefix("mailto:")
                {
                    addresses.push(address.to_owned());
                }
            }
        }
        let origin = file.origin.at("links");
        reader.text(&origin, Place::Attachment, false, addresses.join("\n"));
        Ok(())
    }

    /// Reads the pictures of the document, after its words.
    ///
    /// # Errors
    /// As [`Container::read`].
    pub(super) fn pictures(
        &mut self,
        file: &File<'_>,
        reader: &mut Reader<'_>,
    ) -> Result<(), GapReason> {
        let is_picture = |path: &str| {
            let picture = path.contains("/media/") || path.starts_with("Pictures/");
            picture
                && ["png", "jpg", "jpeg", "gif", "bmp", "tif", "tiff", "webp"]
                    .iter()
                    .any(|ending| {
                        path.rsplit('.')
                            .next()
                            .is_some_and(|found| found.eq_ignore_ascii_case(ending))
                    })
        };
        let paths = self.parts.iter().filter(|(_, path)| is_picture(path));
        let paths: Vec<String> = paths.map(|(_, path)| path.clone()).collect();
        let mut pictures = Pictures::of(file, reader);
        for path in paths {
            let bytes = self.octets(&path, reader)?;
            let name = path.rsplit('/').next().unwrap_or(&path);
            pictures.read(name, &bytes, file, reader);
        }
        Ok(())
    }
}

/// A document in this one: an object, or a piece that Word takes in when it opens (ECMA-376 part 1 section 17.17.2).
fn is_embedded(path: &str) -> bool {
    let pieces = [".htm", ".html", ".mht", ".rtf", ".docx", ".txt"];
    path.contains("/embeddings/") || pieces.iter().any(|ending| path.ends_with(ending))
}

/// A path as text and its last number, so that parts sort as they were numbered.
fn natural(path: &str) -> (String, u32) {
    let stem = path.strip_suffix(".xml").unwrap_or(path);
    let text = stem.trim_end_matches(|c: char| c.is_ascii_digit());
    let number = stem
        .get(text.len()..)
        .and_then(|digits| digits.parse().ok());
    (text.to_owned(), number.unwrap_or_default())
}
