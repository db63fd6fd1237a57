//! Small XML documents as trees, with bounds on everything.

use crate::carrier::CarrierError;
use quick_xml::{Reader, events::Event};

/// An element: its name without prefix, its words, and the elements inside it.
#[derive(Default)]
pub(super) struct Element {
    pub(super) name: String,
    pub(super) text: String,
    pub(super) children: Vec<Element>,
}

/// Elements inside one another.
const DEEPEST: usize = 16;
/// Elements of a document.
const MOST: usize = 50_000;

impl Element {
    /// Returns the words of the first child of this name, without blanks around them.
    pub(super) fn text_of(&self, name: &str) -> Option<String> {
        let child = self.children.iter().find(|child| child.name == name)?;
        Some(child.text.trim().to_owned()).filter(|text| !text.is_empty())
    }

    /// Returns the children of this name.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.children.iter().filter(move |child| child.name == name)
    }
}

/// Reads a document. One with a document type is refused, so no entity is ever expanded.
pub(super) fn read(body: &[u8]) -> Result<Element, CarrierError> {
    const WRONG: CarrierError = CarrierError::Malformed;
    let text = std::str::from_utf8(body).map_err(|_| WRONG)?;
    let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}'));
    let mut open = vec![Element::default()];
    let mut count = 0usize;
    loop {
        match reader.read_event().map_err(|_| WRONG)? {
            Event::Start(start) => {
                count += 1;
                if open.len() > DEEPEST || count > MOST {
                    return Err(WRONG);
                }
                open.push(named(start.local_name().as_ref()));
            }
            Event::Empty(start) => {
                count += 1;
                let parent = open.last_mut().filter(|_| count <= MOST).ok_or(WRONG)?;
                parent.children.push(named(start.local_name().as_ref()));
            }
            Event::End(_) => {
                let closed = open.pop().ok_or(WRONG)?;
                open.last_mut().ok_or(WRONG)?.children.push(closed);
            }
            Event::Text(words) => push(&mut open, &words.xml10_content())?,
            Event::CData(words) => push(&mut open, &words.xml10_content())?,
            Event::GeneralRef(reference) => {
                let resolved = match reference.resolve_char_ref().map_err(|_| WRONG)? {
                    Some(c) => c,
                    None => predefined(&reference.xml10_content()).ok_or(WRONG)?,
                };
                push(&mut open, resolved.encode_utf8(&mut [0; 4]))?;
            }
            Event::DocType(_) => return Err(WRONG),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            Event::Eof => break,
        }
    }
    let mut document = open.pop().filter(|_| open.is_empty()).ok_or(WRONG)?;
    let root = document.children.pop().ok_or(WRONG)?;
    if document.children.is_empty() { Ok(root) } else { Err(WRONG) }
}

fn named(name: &str) -> Element {
    Element { name: name.to_owned(), ..Element::default() }
}

fn push(open: &mut [Element], words: &str) -> Result<(), CarrierError> {
    open.last_mut().ok_or(CarrierError::Malformed)?.text.push_str(words);
    Ok(())
}

fn predefined(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "apos" => Some('\''),
        "quot" => Some('"'),
        _ => None,
    }
}
