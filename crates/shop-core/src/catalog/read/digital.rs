//! Digital goods of a product, or of one of its variants.

use super::Reader;
use crate::{
    catalog::{CatalogError, Product},
    digital::{Digital, DownloadLimits},
    stock::StockKey,
};
use serde_json::{Map, Value};
use std::collections::HashMap;

/// Downloads of each unit, and days after the payment, where the file says nothing.
const USUAL_DOWNLOADS: u32 = 5;
const USUAL_DAYS: u32 = 14;
/// The most of each that may be said.
const MOST_DOWNLOADS: u32 = 1_000;
const MOST_DAYS: u32 = 366;

impl Reader<'_> {
    /// Reads `"digital": { "file": "guide.pdf", "downloads": 5, "days": 30 }`, or `"codes"`.
    pub(super) fn digital(
        &self,
        map: &Map<String, Value>,
    ) -> Result<Option<Digital>, CatalogError> {
        let digital = match map.get("digital") {
            None | Some(Value::Null) => return Ok(None),
            Some(Value::Object(digital)) => digital,
            Some(_) => return Err(self.error("digital", "it must be an object")),
        };
        match (self.string(digital, "file")?, self.string(digital, "codes")?) {
            (Some(file), None) => Ok(Some(Digital::File(DownloadLimits {
                name: self.file_name("digital.file", file)?,
                downloads: self.within(digital, "downloads", USUAL_DOWNLOADS, MOST_DOWNLOADS)?,
                days: self.within(digital, "days", USUAL_DAYS, MOST_DAYS)?,
            }))),
            (None, Some(_)) if digital.len() > 1 => {
                Err(self.error("digital", "codes are shown for as long as the order is kept"))
            }
            (None, Some(list)) => {
                Ok(Some(Digital::Codes { list: self.file_name("digital.codes", list)? }))
            }
            _ => Err(self.error("digital", "it needs either a \"file\" or \"codes\"")),
        }
    }

    /// Checks a file's name inside `digital/`.
    fn file_name(&self, field: &str, name: &str) -> Result<String, CatalogError> {
        if !DownloadLimits::is_name(name) {
            let why = format!(
                "{name:?}: a file name in digital/ has 1 to 100 characters of a-z A-Z 0-9 . _ - \
                 and does not start with a dot"
            );
            return Err(self.error(field, &why));
        }
        Ok(name.to_owned())
    }

    fn within(
        &self,
        map: &Map<String, Value>,
        key: &str,
        usual: u32,
        most: u32,
    ) -> Result<u32, CatalogError> {
        let Some(value) = map.get(key).filter(|value| !value.is_null()) else { return Ok(usual) };
        let number = value.as_u64().and_then(|n| u32::try_from(n).ok());
        number.filter(|n| (1..=most).contains(n)).ok_or_else(|| {
            let why = format!("it must be a whole number from 1 to {most}");
            self.error(&format!("digital.{key}"), &why)
        })
    }

    /// Returns the number of codes in a list.
    pub(super) fn count_codes(&self, list: &str) -> Result<u32, CatalogError> {
        (self.codes)(list).map_err(|why| self.error("digital.codes", &why))
    }

    /// Checks that a list is counted once: two things cannot be sold from it.
    pub(super) fn lists_are_its_own(
        &self,
        product: &Product,
        lists: &mut HashMap<String, StockKey>,
    ) -> Result<(), CatalogError> {
        for variant in &product.variants {
            let Some(Digital::Codes { list }) = &variant.digital else { continue };
            let counted = lists.entry(list.clone()).or_insert_with(|| variant.stock.clone());
            if *counted != variant.stock {
                let why = format!("{list:?} is already the list of {:?}", counted.as_str());
                return Err(self.error("digital.codes", &why));
            }
        }
        Ok(())
    }
}
