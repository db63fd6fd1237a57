//! Parser of a JSON-RPC answer as it comes, so that no large one is ever held whole.

use super::limits;
use crate::watcher::NodeError;

/// The parts of an answer that are handed on and then forgotten.
/// Elements of a list that is the result, or its `transactions`, are items; elements of a list
/// `logs` in the result or in an item are logs. All logs of an item come before the item, which
/// then has an empty list.
pub(super) trait Parts: Send {
    /// Begins an answer, perhaps for the second time.
    fn begin(&mut self);
    /// Takes the JSON of one item.
    fn item(&mut self, json: &[u8]) -> Result<(), NodeError>;
    /// Takes the JSON of one log.
    fn log(&mut self, json: &[u8]) -> Result<(), NodeError>;
}

/// Reader that is interested in no part.
pub(super) struct NoParts;

impl Parts for NoParts {
    fn begin(&mut self) {}
    fn item(&mut self, _: &[u8]) -> Result<(), NodeError> {
        Ok(())
    }
    fn log(&mut self, _: &[u8]) -> Result<(), NodeError> {
        Ok(())
    }
}

/// Splitter that takes an answer apart.
/// It only looks for where parts begin and end: that each of them, and what is left of the answer,
/// is JSON shows when it is read.
#[derive(Default)]
pub(super) struct Splitter {
    open: Vec<Open>,
    text: Text,
    in_scalar: bool,
    level: Level,
    key: Vec<u8>,
    top: Vec<u8>,
    item: Vec<u8>,
    log: Vec<u8>,
}

/// Greatest depth of an answer: deeper than any node's.
const DEPTH: usize = 32;

/// A list or an object that is not closed yet.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    Object { key: Key, key_comes: bool },
    List { cut: Option<Cut> },
}

/// The buffer in which the elements of a list are collected, and the one outside of it.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Cut {
    inside: Level,
    outside: Level,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Level {
    #[default]
    Top,
    Item,
    Log,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Key {
    Result,
    Transactions,
    Logs,
    Other,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Text {
    #[default]
    Outside,
    Inside {
        is_key: bool,
        escaped: bool,
    },
}

impl Splitter {
    /// Takes the next bytes.
    pub(super) fn feed(&mut self, bytes: &[u8], parts: &mut impl Parts) -> Result<(), NodeError> {
        let mut rest = bytes;
        while let Some((byte, tail)) = rest.split_first() {
            rest = match self.text {
                Text::Inside { is_key, escaped: false } => self.run_of_text(rest, is_key, parts)?,
                Text::Inside { is_key, escaped: true } => {
                    self.put(std::slice::from_ref(byte))?;
                    self.text = Text::Inside { is_key, escaped: false };
                    tail
                }
                Text::Outside => {
                    self.outside(*byte, parts)?;
                    tail
                }
            };
        }
        Ok(())
    }

    /// Ends the answer. Returns what is left of it without the parts.
    pub(super) fn finish(mut self) -> Result<Vec<u8>, NodeError> {
        if !self.open.is_empty() || self.text != Text::Outside {
            return Err(NodeError::Malformed);
        }
        Ok(std::mem::take(&mut self.top))
    }

    /// Takes text up to what may end it.
    fn run_of_text<'b>(
        &mut self,
        bytes: &'b [u8],
        is_key: bool,
        parts: &mut impl Parts,
    ) -> Result<&'b [u8], NodeError> {
        let end = bytes.iter().position(|byte| matches!(byte, b'"' | b'\\'));
        let end = end.unwrap_or(bytes.len());
        let (run, rest) = bytes.split_at(end);
        self.put(run)?;
        if is_key && self.key.len() <= 32 {
            self.key.extend(run.iter().take(33));
        }
        let Some((byte, rest)) = rest.split_first() else { return Ok(rest) };
        self.put(std::slice::from_ref(byte))?;
        if *byte == b'\\' {
            self.key.clear();
            self.text = Text::Inside { is_key, escaped: true };
        } else {
            self.text = Text::Outside;
            if is_key {
                let known = self.known_key();
                if let Some(Open::Object { key, .. }) = self.open.last_mut() {
                    *key = known;
                }
            } else {
                self.value_ended(parts)?;
            }
        }
        Ok(rest)
    }

    fn known_key(&self) -> Key {
        match self.key.as_slice() {
            b"result" => Key::Result,
            b"transactions" => Key::Transactions,
            b"logs" => Key::Logs,
            _ => Key::Other,
        }
    }

    fn outside(&mut self, byte: u8, parts: &mut impl Parts) -> Result<(), NodeError> {
        match byte {
            b' ' | b'\t' | b'\n' | b'\r' => self.scalar_ended(parts),
            b'"' => {
                let is_key = matches!(self.open.last(), Some(Open::Object { key_comes: true, .. }));
                self.key.clear();
                self.value_begins();
                self.text = Text::Inside { is_key, escaped: false };
                self.put(&[byte])
            }
            b'{' | b'[' => {
                self.value_begins();
                self.put(&[byte])?;
                let opened = if byte == b'{' {
                    Open::Object { key: Key::Other, key_comes: true }
                } else {
                    Open::List { cut: self.cut_of_list() }
                };
                self.open.push(opened);
                if self.open.len() > DEPTH { Err(NodeError::Malformed) } else { Ok(()) }
            }
            b'}' | b']' => {
                self.scalar_ended(parts)?;
                let is_object = matches!(self.open.pop(), Some(Open::Object { .. }));
                if is_object != (byte == b'}') {
                    return Err(NodeError::Malformed);
                }
                self.put(&[byte])?;
                self.value_ended(parts)
            }
            b',' => {
                self.scalar_ended(parts)?;
                match self.open.last_mut() {
                    Some(Open::Object { key_comes, .. }) => *key_comes = true,
                    Some(Open::List { cut: Some(_) }) => return Ok(()),
                    _ => {}
                }
                self.put(&[byte])
            }
            b':' => {
                if let Some(Open::Object { key_comes, .. }) = self.open.last_mut() {
                    *key_comes = false;
                }
                self.put(&[byte])
            }
            _ => {
                // Not even the beginning of an answer: a page of HTML, for one.
                if self.open.is_empty() {
                    return Err(NodeError::Malformed);
                }
                if !self.in_scalar {
                    self.value_begins();
                    self.in_scalar = true;
                }
                self.put(&[byte])
            }
        }
    }

    /// Returns the buffers of a list that opens now, if its elements are parts.
    fn cut_of_list(&self) -> Option<Cut> {
        let result = Open::Object { key: Key::Result, key_comes: false };
        let under = |key| Open::Object { key, key_comes: false };
        let outside = self.level;
        match self.open.as_slice() {
            [top] if *top == result => Some(Cut { inside: Level::Item, outside }),
            [top, block] if *top == result && *block == under(Key::Transactions) => {
                Some(Cut { inside: Level::Item, outside })
            }
            [top, receipt] if *top == result && *receipt == under(Key::Logs) => {
                Some(Cut { inside: Level::Log, outside })
            }
            [top, Open::List { cut: Some(_) }, receipt]
                if *top == result && *receipt == under(Key::Logs) =>
            {
                Some(Cut { inside: Level::Log, outside })
            }
            _ => None,
        }
    }

    /// Begins a value: if it is a part, in its own buffer.
    fn value_begins(&mut self) {
        if let Some(Open::List { cut: Some(cut) }) = self.open.last() {
            self.level = cut.inside;
            self.buffer().clear();
        }
    }

    fn scalar_ended(&mut self, parts: &mut impl Parts) -> Result<(), NodeError> {
        if std::mem::take(&mut self.in_scalar) { self.value_ended(parts) } else { Ok(()) }
    }

    /// Ends a value: if it is a part, it is handed on.
    fn value_ended(&mut self, parts: &mut impl Parts) -> Result<(), NodeError> {
        let Some(Open::List { cut: Some(cut) }) = self.open.last().copied() else { return Ok(()) };
        self.level = cut.outside;
        match cut.inside {
            Level::Log => parts.log(&self.log),
            _ => parts.item(&self.item),
        }
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), NodeError> {
        let buffer = self.buffer();
        if buffer.len().saturating_add(bytes.len()) > limits::PART {
            return Err(NodeError::TooLarge);
        }
        buffer.extend_from_slice(bytes);
        Ok(())
    }

    const fn buffer(&mut self) -> &mut Vec<u8> {
        match self.level {
            Level::Top => &mut self.top,
            Level::Item => &mut self.item,
            Level::Log => &mut self.log,
        }
    }
}

#[cfg(test)]
mod tests;
