//! Range requests: the part of a file that is asked for (RFC 9110, 14).

use axum::http::{HeaderMap, header};

/// Part that is asked for of a file of a known length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// The whole file.
    Whole,
    /// A range of bytes, both ends included, counted from 0.
    Bytes {
        /// First byte.
        first: u64,
        /// Last byte; never before the first, always within the file.
        last: u64,
    },
    /// A part that is not there.
    Outside,
}

impl Part {
    /// Reads the part these headers ask for.
    ///
    /// A header that is not understood, and more than one part at once, is answered whole, as the
    /// RFC allows. A condition (`If-Range`) cannot hold: our answers carry nothing to compare.
    pub(crate) fn of(headers: &HeaderMap, length: u64) -> Self {
        let mut ranges = headers.get_all(header::RANGE).iter();
        let (Some(range), None) = (ranges.next(), ranges.next()) else { return Self::Whole };
        if headers.contains_key(header::IF_RANGE) {
            return Self::Whole;
        }
        range.to_str().ok().and_then(|range| read(range, length)).unwrap_or(Self::Whole)
    }
}

/// Parses a range. Returns nothing for what is no range of bytes, or several.
fn read(range: &str, length: u64) -> Option<Part> {
    let (unit, set) = range.split_once('=')?;
    if !unit.trim().eq_ignore_ascii_case("bytes") || set.contains(',') {
        return None;
    }
    let (first, last) = set.trim().split_once('-')?;
    let end = length.checked_sub(1)?;
    match (number(first), number(last)) {
        // The last so many.
        (None, Some(0)) if first.is_empty() => Some(Part::Outside),
        (None, Some(many)) if first.is_empty() => {
            Some(Part::Bytes { first: length.saturating_sub(many), last: end })
        }
        (Some(first), None) if last.is_empty() => Some(within(first, end, end)),
        (Some(first), Some(last)) if first <= last => Some(within(first, last, end)),
        _ => None,
    }
}

fn within(first: u64, last: u64, end: u64) -> Part {
    if first > end { Part::Outside } else { Part::Bytes { first, last: last.min(end) } }
}

/// Digits alone: no sign, no space. A number beyond all files is as good as the largest one.
fn number(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;
    use proptest::prelude::*;

    fn asked(range: &str, length: u64) -> Part {
        let mut headers = HeaderMap::new();
        headers.insert(header::RANGE, HeaderValue::from_str(range).unwrap());
        Part::of(&headers, length)
    }

    #[test]
    fn one_range_of_bytes_is_understood() {
        let bytes = |first, last| Part::Bytes { first, last };
        for (range, part) in [
            ("bytes=0-0", bytes(0, 0)),
            ("bytes=2-5", bytes(2, 5)),
            ("Bytes = 2-5", bytes(2, 5)),
            ("bytes=2-", bytes(2, 9)),
            ("bytes=2-999", bytes(2, 9)),
            ("bytes=-3", bytes(7, 9)),
            ("bytes=-99", bytes(0, 9)),
            ("bytes=0-99999999999999999999999", bytes(0, 9)),
            ("bytes=10-", Part::Outside),
            ("bytes=99999999999999999999999-", Part::Outside),
            ("bytes=-0", Part::Outside),
        ] {
            assert_eq!(asked(range, 10), part, "{range}");
        }
    }

    #[test]
    fn anything_else_is_answered_whole() {
        for range in [
            "",
            "bytes",
            "bytes=",
            "bytes=-",
            "bytes=5-2",
            "bytes=a-b",
            "bytes=+1-2",
            "bytes=0-1,3-4",
            "items=0-1",
            "bytes=0 - 1",
            "bytes=--1",
        ] {
            assert_eq!(asked(range, 10), Part::Whole, "{range}");
        }
        let mut headers = HeaderMap::new();
        headers.append(header::RANGE, HeaderValue::from_static("bytes=0-1"));
        headers.insert(header::IF_RANGE, HeaderValue::from_static("\"x\""));
        assert_eq!(Part::of(&headers, 10), Part::Whole);
        headers.remove(header::IF_RANGE);
        headers.append(header::RANGE, HeaderValue::from_static("bytes=0-1"));
        assert_eq!(Part::of(&headers, 10), Part::Whole, "two of them");
    }

    proptest! {
        #[test]
        fn whatever_is_asked_lies_within_the_file(
            range in "(bytes=)?[0-9]{0,22}-[0-9]{0,22}|[ -~]{0,40}", length in 0u64..1_000
        ) {
            if let Part::Bytes { first, last } = asked(&range, length) {
                prop_assert!(first <= last && last < length);
            }
        }
    }
}
