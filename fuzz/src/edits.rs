//! Small changes to JSON, as an input's bytes say: text that is false is nearly true.

use serde_json::{Value, json};

/// Bytes that are taken one by one; zeros once there are none.
pub(crate) struct Bytes<'a>(pub(crate) &'a [u8]);

impl Bytes<'_> {
    pub(crate) fn next(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        *first
    }

    pub(crate) fn next_below(&mut self, end: usize) -> usize {
        usize::from(self.next()) % end.max(1)
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Changes one part of `value`. `other` is an answer to copy a part from.
pub(crate) fn edit(value: &mut Value, other: &Value, bytes: &mut Bytes<'_>) {
    let how = bytes.next() % 10;
    let depth = bytes.next_below(6);
    if how <= 2 {
        // Something of a list or an object comes, goes or changes its place.
        let part = part_mut(value, depth, bytes);
        let place = bytes.next();
        return rearrange(part, how, usize::from(place));
    }
    let copied = if how == 3 {
        let depth = bytes.next_below(6);
        part_of(other, depth, bytes).clone()
    } else {
        Value::Null
    };
    let part = part_mut(value, depth, bytes);
    match (how, &mut *part) {
        (3, part) => *part = copied,
        (4, Value::String(text)) => change_digit(text, bytes),
        (5, Value::String(text)) => *text = stepped(text, bytes.next()),
        (6, Value::String(text)) => {
            text.pop();
        }
        (7, Value::String(text)) => text.push(char::from(bytes.next() % 128)),
        (_, part) => *part = strange(bytes),
    }
}

fn part_mut<'a>(value: &'a mut Value, depth: usize, bytes: &mut Bytes<'_>) -> &'a mut Value {
    let mut part = value;
    for _ in 0..depth {
        let length = length(part);
        if length == 0 {
            break;
        }
        let place = bytes.next_below(length);
        part = match part {
            Value::Array(list) => &mut list[place],
            Value::Object(map) => map.values_mut().nth(place).expect("below its length"),
            _ => unreachable!("it has a length"),
        };
    }
    part
}

fn part_of<'a>(value: &'a Value, depth: usize, bytes: &mut Bytes<'_>) -> &'a Value {
    let mut part = value;
    for _ in 0..depth {
        let place = bytes.next_below(length(part));
        let next = match part {
            Value::Array(list) => list.get(place),
            Value::Object(map) => map.values().nth(place),
            _ => None,
        };
        let Some(next) = next else { break };
        part = next;
    }
    part
}

fn length(value: &Value) -> usize {
    match value {
        Value::Array(list) => list.len(),
        Value::Object(map) => map.len(),
        _ => 0,
    }
}

fn rearrange(part: &mut Value, how: u8, place: usize) {
    match part {
        Value::Array(list) if !list.is_empty() => {
            let place = place % list.len();
            match how {
                0 => drop(list.remove(place)),
                1 => list.push(list[place].clone()),
                _ => list.rotate_left(place),
            }
        }
        Value::Object(map) if !map.is_empty() => {
            let key = map.keys().nth(place % map.len()).expect("below its length").clone();
            let gone = map.remove(&key);
            if how > 0 {
                map.insert(format!("{key}{how}"), gone.unwrap_or_default());
            }
        }
        _ => *part = json!([]),
    }
}

fn change_digit(text: &mut String, bytes: &mut Bytes<'_>) {
    let place = bytes.next_below(text.len());
    let digit = char::from_digit(u32::from(bytes.next() % 16), 16).expect("a digit");
    if text.get(place..=place).is_some() {
        text.replace_range(place..=place, digit.encode_utf8(&mut [0; 4]));
    }
}

/// Returns a number a little larger or smaller.
fn stepped(text: &str, step: u8) -> String {
    let number = text.strip_prefix("0x").and_then(|digits| u64::from_str_radix(digits, 16).ok());
    number.map_or_else(
        || text.to_uppercase(),
        |number| format!("{:#x}", number.wrapping_add(u64::from(step)).wrapping_sub(128)),
    )
}

fn strange(bytes: &mut Bytes<'_>) -> Value {
    match bytes.next() % 16 {
        0 => Value::Null,
        1 => json!(true),
        2 => json!([]),
        3 => json!({}),
        4 => json!(bytes.next()),
        5 => json!(-1),
        6 => json!(1e300),
        7 => json!(u64::MAX),
        8 => json!(""),
        9 => json!("0x"),
        10 => json!("0x0"),
        11 => json!("0xffffffffffffffff"),
        12 => json!(format!("0x{}", "f".repeat(64))),
        13 => json!(format!("0x{}", "00".repeat(256))),
        14 => json!(format!("{:#x}", bytes.next())),
        _ => json!(format!("0x{}", "0".repeat(usize::from(bytes.next())))),
    }
}
