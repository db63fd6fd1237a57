//! Areas, the keys of the seller's tables: regions, countries and the rest of the world.

use crate::place::{Country, Place, Region};

/// One part of the world in a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Area {
    /// One region: `CA-QC`.
    Region(Region),
    /// One country, but for the regions that are named themselves: `CA`.
    Country(Country),
    /// Every country that is not named: `*`.
    Rest,
}

/// A table in which every area stands at most once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ByArea<T> {
    entries: Vec<(Vec<Area>, T)>,
}

/// Two entries are for the same area.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} is listed twice", .0.code())]
pub struct AreaTwice(pub Area);

impl Area {
    /// Parses `CA-QC`, `CA` or `*`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.trim() == "*" {
            return Some(Self::Rest);
        }
        let place = Place::parse(text)?;
        Some(place.region().map_or(Self::Country(place.country()), Self::Region))
    }

    /// Returns `CA-QC`, `CA` or `*`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Region(region) => region.code(),
            Self::Country(country) => country.code(),
            Self::Rest => "*",
        }
    }

    /// Returns the country it lies in, if it is one country's.
    #[must_use]
    pub fn country(self) -> Option<Country> {
        match self {
            Self::Region(region) => Some(region.country()),
            Self::Country(country) => Some(country),
            Self::Rest => None,
        }
    }
}

impl<T> Default for ByArea<T> {
    fn default() -> Self {
        Self { entries: Vec::new() }
    }
}

impl<T> ByArea<T> {
    /// Creates a table of these entries.
    ///
    /// # Errors
    /// [`AreaTwice`] names the first area that stands in it twice.
    pub fn new(entries: Vec<(Vec<Area>, T)>) -> Result<Self, AreaTwice> {
        let mut seen: Vec<Area> = Vec::new();
        for area in entries.iter().flat_map(|(areas, _)| areas) {
            if seen.contains(area) {
                return Err(AreaTwice(*area));
            }
            seen.push(*area);
        }
        Ok(Self { entries })
    }

    /// Returns a place's entry: its region's, else its country's, else the rest of the world's.
    #[must_use]
    pub fn at(&self, place: Place) -> Option<&T> {
        let region = place.region().and_then(|region| self.entry(Area::Region(region)));
        region.or_else(|| self.entry(Area::Country(place.country()))).or_else(|| self.rest())
    }

    /// Returns the entry for the rest of the world, which needs no place to be known.
    #[must_use]
    pub fn rest(&self) -> Option<&T> {
        self.entry(Area::Rest)
    }

    /// Returns true if the table tells any countries apart.
    #[must_use]
    pub fn tells_apart(&self) -> bool {
        self.areas().any(|area| area != Area::Rest)
    }

    /// Returns true if the table tells regions of this country apart.
    #[must_use]
    pub fn tells_regions_apart(&self, country: Country) -> bool {
        self.areas().any(|area| matches!(area, Area::Region(region) if region.country() == country))
    }

    /// Returns every area, in the seller's order.
    pub fn areas(&self) -> impl Iterator<Item = Area> {
        self.entries.iter().flat_map(|(areas, _)| areas.iter().copied())
    }

    /// Returns every entry, in the seller's order.
    pub fn entries(&self) -> impl Iterator<Item = &T> {
        self.entries.iter().map(|(_, entry)| entry)
    }

    fn entry(&self, area: Area) -> Option<&T> {
        self.entries.iter().find(|(areas, _)| areas.contains(&area)).map(|(_, entry)| entry)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(entries: &[(&[&str], u8)]) -> Result<ByArea<u8>, AreaTwice> {
        let areas = |codes: &[&str]| codes.iter().map(|c| Area::parse(c).unwrap()).collect();
        ByArea::new(entries.iter().map(|(codes, entry)| (areas(codes), *entry)).collect())
    }

    #[test]
    fn the_most_specific_entry_wins() {
        let table = table(&[(&["*"], 0), (&["CA", "US"], 1), (&["CA-QC"], 2)]).unwrap();
        for (code, wanted) in [("CA-QC", 2), ("CA-ON", 1), ("CA", 1), ("US-NY", 1), ("FR", 0)] {
            assert_eq!(table.at(Place::parse(code).unwrap()), Some(&wanted), "{code}");
        }
        assert!(table.tells_regions_apart(Country::parse("CA").unwrap()));
        assert!(!table.tells_regions_apart(Country::parse("US").unwrap()));
        assert_eq!(table.entries().collect::<Vec<_>>(), [&0, &1, &2]);
        let codes: Vec<_> = table.areas().map(Area::code).collect();
        assert_eq!(codes, ["*", "CA", "US", "CA-QC"]);
    }

    #[test]
    fn a_place_no_entry_names_has_none() {
        let table = table(&[(&["CA-QC"], 2)]).unwrap();
        assert_eq!(table.at(Place::parse("CA-ON").unwrap()), None);
        assert_eq!(table.at(Place::parse("FR").unwrap()), None);
    }

    #[test]
    fn an_area_stands_in_a_table_once() {
        let twice = table(&[(&["CA"], 0), (&["FR", "CA"], 1)]).unwrap_err();
        assert_eq!(twice.to_string(), "CA is listed twice");
    }
}
