//! The machine is looked over from inside, with a shop that is open.

use crate::support::{Shop, cryptocart};
use serde_json::Value;
use std::{collections::BTreeMap, fs, path::Path, time::SystemTime};

/// Returns the findings about a subject: grade and text.
fn about(report: &Value, subject: &str) -> Vec<(String, String)> {
    let findings = report["findings"].as_array().unwrap();
    let about = findings.iter().filter(|finding| finding["subject"] == subject);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    about.map(|finding| (text(&finding["grade"]), text(&finding["text"]))).collect()
}

/// Looks the machine over; what is found of this one does not matter.
fn examine(shop: &Shop) -> Value {
    let output = cryptocart(shop.folder(), &["doctor", "--json"]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let is_bad = report["bad"].as_u64().unwrap() > 0;
    assert_eq!(output.status.code(), Some(if is_bad { 78 } else { 0 }), "{report:#}");
    report
}

/// Returns all files of a folder, with their lengths and times.
fn files(folder: &Path) -> BTreeMap<String, (u64, SystemTime)> {
    let mut all = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            all.extend(files(&path));
        }
        let found = entry.metadata().unwrap();
        all.insert(path.display().to_string(), (found.len(), found.modified().unwrap()));
    }
    all
}

#[test]
fn doctor_sees_how_an_open_shop_is_confined() {
    let mut shop = Shop::new();
    shop.open();
    let preview = shop.preview();
    // The settings name any free port, where doctor finds no page. It is told the one that was taken.
    shop.set("preview", "listen", &format!("{preview:?}"));
    let report = examine(&shop);
    let processes = about(&report, "shop process");
    let good = |text: &str| ("good".to_owned(), text.to_owned());
    assert_eq!(
        processes,
        [good("it has no rights of the kernel, and few system calls"), good("it has no network")]
    );
    let pages = about(&report, "pages");
    assert!(pages.len() == 1 && pages[0].0 == "good", "{pages:?}");
    assert_eq!(about(&report, "files")[0].0, "good");
    shop.close();
}

#[test]
fn doctor_of_a_closed_shop_changes_nothing() {
    let shop = Shop::new();
    let before = files(shop.folder());
    let report = examine(&shop);
    assert_eq!(files(shop.folder()), before);
    assert_eq!(about(&report, "pages")[0].0, "look");
    let keys = about(&report, "secret keys");
    assert!(
        keys.iter().any(|(grade, text)| grade == "look" && text.contains("throw-away")),
        "{keys:?}"
    );
    // In words: each thing that is not good has its cure below it.
    let output = cryptocart(shop.folder(), &["doctor"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("  look  pages") && text.trim_end().ends_with("to look at."), "{text}");
    let nowhere = tempfile::tempdir().unwrap();
    let output = cryptocart(nowhere.path(), &["doctor"]);
    assert!(String::from_utf8_lossy(&output.stdout).contains("there is no shop in"));
}
