//! Times of events: dates, clock times and zones as carriers write them.

use shop_core::time::{CoarseTime, UnixTime};

/// Time that a clock on the wall showed, in seconds since 1970 as if in UTC, and its zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct WallTime {
    seconds: i64,
    /// Minutes east of Greenwich, where they are known.
    offset: Option<i64>,
}

/// Zone that is assumed where no event names one: Eastern, in minutes east of Greenwich.
const ASSUMED: i64 = -5 * 60;

impl WallTime {
    /// Reads a date, with or without a time behind a `T`, a clock time and the letters of a zone.
    pub(crate) fn parse(date: &str, time: &str, zone: &str) -> Option<Self> {
        let (date, inner) = date.trim().split_once(['T', ' ']).unwrap_or((date.trim(), ""));
        let time = if time.trim().is_empty() { inner } else { time };
        let seconds = days(date)?.checked_add(clock(time.trim())?)?;
        Some(Self { seconds, offset: zone_offset(zone) })
    }

    /// Reads one text such as `2026-11-22T18:58:40Z` or `2026-11-22T13:58:00-05:00`.
    pub(crate) fn parse_iso(text: &str) -> Option<Self> {
        let (date, rest) = text.trim().split_once(['T', ' '])?;
        let end = rest.find(['Z', 'z', '+', '-']).unwrap_or(rest.len());
        let (time, zone) = rest.split_at_checked(end)?;
        Self::parse(date, time, zone)
    }

    /// Returns the same wall time in another zone, given as `-05:00`.
    pub(crate) fn with_zone(self, zone: &str) -> Self {
        Self { offset: zone_offset(zone).or(self.offset), ..self }
    }
}

/// Returns the times of events as moments, and which of them have a zone of their own.
/// An event without a zone takes that of the nearest event in the list that has one.
pub(crate) fn moments(times: &[Option<WallTime>]) -> Vec<(Option<UnixTime>, bool)> {
    let known: Vec<(usize, i64)> = times
        .iter()
        .enumerate()
        .filter_map(|(place, time)| Some((place, (*time)?.offset?)))
        .collect();
    let mut moments = Vec::with_capacity(times.len());
    for (place, time) in times.iter().enumerate() {
        let nearest = known.iter().min_by_key(|(other, _)| other.abs_diff(place));
        let assumed = nearest.map_or(ASSUMED, |(_, offset)| *offset);
        let moment = time.and_then(|time| {
            let offset = time.offset.unwrap_or(assumed);
            u64::try_from(time.seconds.checked_sub(offset * 60)?).ok().map(UnixTime)
        });
        moments.push((moment, time.is_some_and(|time| time.offset.is_some())));
    }
    moments
}

/// Returns the seconds from 1970 to the beginning of a date `2026-11-22`.
fn days(date: &str) -> Option<i64> {
    let mut parts = date.split('-').map(number);
    let found = (parts.next()??, parts.next()??, parts.next()??);
    if parts.next().is_some() {
        return None;
    }
    let day = CoarseTime::from_date(found.0, found.1, found.2)?;
    i64::try_from(day.start().0).ok()
}

/// Returns the seconds from midnight to `13:58`, `13:58:40` or `13:58:40.123`.
/// An empty text is midnight.
fn clock(time: &str) -> Option<i64> {
    if time.is_empty() {
        return Some(0);
    }
    let whole = time.split('.').next()?;
    let mut parts = whole.split(':').map(number);
    let hour = parts.next()??;
    let minute = parts.next()??;
    let second = parts.next().unwrap_or(Some(0))?;
    let is_time = hour < 24 && minute < 60 && second <= 60 && parts.next().is_none();
    let seconds = hour.checked_mul(3_600)?.checked_add(minute * 60 + second)?;
    is_time.then(|| i64::try_from(seconds).ok()).flatten()
}

fn number(part: &str) -> Option<u64> {
    let is_short = !part.is_empty() && part.len() <= 4;
    let is_number = is_short && part.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { part.parse().ok() } else { None }
}

/// Returns the minutes east of Greenwich of letters such as `EST`, or of `-05:00`.
fn zone_offset(zone: &str) -> Option<i64> {
    let zone = zone.trim().to_ascii_uppercase();
    let hours = match zone.as_str() {
        "Z" | "UTC" | "GMT" => 0,
        "NST" | "HNT" => return Some(-210),
        "NDT" | "HAT" => return Some(-150),
        "ADT" | "HAA" => -3,
        "AST" | "HNA" | "EDT" | "HAE" => -4,
        "EST" | "HNE" | "CDT" | "HAC" => -5,
        "CST" | "HNC" | "MDT" | "HAR" => -6,
        "MST" | "HNR" | "PDT" | "HAP" => -7,
        "PST" | "HNP" | "AKDT" => -8,
        "AKST" => -9,
        "HST" => -10,
        _ => return numeric_offset(&zone),
    };
    Some(hours * 60)
}

fn numeric_offset(zone: &str) -> Option<i64> {
    let rest = zone.strip_prefix(['+', '-'])?;
    let (hours, minutes) = rest.split_once(':').or_else(|| rest.split_at_checked(2))?;
    let minutes = if minutes.is_empty() { 0 } else { number(minutes)? };
    let hours = number(hours)?;
    if hours > 14 || minutes > 59 {
        return None;
    }
    let east = i64::try_from(hours * 60 + minutes).ok()?;
    Some(if zone.starts_with('-') { -east } else { east })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(date: &str, time: &str, zone: &str) -> Option<u64> {
        moments(&[WallTime::parse(date, time, zone)])[0].0.map(|at| at.0)
    }

    #[test]
    fn both_forms_of_dates_are_one_moment() {
        let noon = Some(1_795_348_800 + 5 * 3_600);
        assert_eq!(moment("2026-11-22", "12:00:00", "EST"), noon);
        assert_eq!(moment("2026-11-22T00:00:00", "12:00", "EST"), noon);
        assert_eq!(moment("2026-11-22", "12:00:00", "HNE"), noon);
        assert_eq!(moment("2026-11-22T12:00:00", "", "-05:00"), noon);
    }

    #[test]
    fn an_event_without_zone_takes_its_neighbours() {
        let known = WallTime::parse("2026-11-22", "12:00", "PST");
        let unknown = WallTime::parse("2026-11-22", "13:00", "");
        let found = moments(&[unknown, known]);
        assert_eq!(found[0].0.map(|at| at.0), found[1].0.map(|at| at.0 + 3_600));
        assert_eq!((found[0].1, found[1].1), (false, true));
    }

    #[test]
    fn what_is_no_time_is_none() {
        for (date, time) in [
            ("", ""),
            ("2026-02-30", "12:00"),
            ("2026-11-22", "24:00"),
            ("2026-11-22", "12:61"),
            ("2026-11-22-1", "12:00"),
            ("22/11/2026", "12:00"),
            ("2026-11-22", "noon"),
            ("99999999999999999999-01-01", "00:00"),
        ] {
            assert_eq!(moment(date, time, "EST"), None, "{date} {time}");
        }
    }

    #[test]
    fn iso_texts_carry_their_zone() {
        let utc = WallTime::parse_iso("2026-11-22T18:58:40Z").map(|time| moments(&[Some(time)])[0]);
        let east =
            WallTime::parse_iso("2026-11-22T13:58:40-05:00").map(|time| moments(&[Some(time)])[0]);
        assert!(utc.is_some());
        assert_eq!(utc, east);
    }
}
