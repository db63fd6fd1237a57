//! Pictures that are made while the shop is open.

use super::*;

fn wanted<'a>(names: &[&'a str]) -> Vec<Wanted<'a>> {
    names.iter().map(|name| Wanted { name, product: "tee" }).collect()
}

fn unmade(dir: &ShopDir, names: &[&'static str]) -> Vec<&'static str> {
    made_before(dir, &wanted(names)).unwrap().rest.iter().map(|wanted| wanted.name).collect()
}

fn made_files(dir: &ShopDir) -> usize {
    let entries = std::fs::read_dir(dir.picture_cache()).unwrap().flatten();
    entries.filter(|entry| entry.path().extension().is_some_and(|e| e == "webp")).count()
}

/// A start takes no longer for pictures it has not seen, be they damaged or too large.
#[test]
fn opening_shop_makes_no_picture() {
    let names = ["a.png", "bad.png", "c.png"];
    let (dir, _folder) =
        shop(&[("a.png", png(20, 10)), ("bad.png", b"no".to_vec()), ("c.png", png(10, 20))]);
    assert_eq!(unmade(&dir, &names), names);
    assert_eq!(made_files(&dir), 0);
    let part = make_some(&dir, &wanted(&names[..2])).unwrap();
    assert!(part.pictures.named("a.png").is_some());
    assert!(part.refused.unwrap().what().starts_with("the picture bad.png cannot be used"));
    assert_eq!(unmade(&dir, &names), ["bad.png", "c.png"]);
    files::write(&dir.images().join("a.png"), &png(21, 10), false).unwrap();
    assert_eq!(unmade(&dir, &names), names, "another picture by the same name");
}

#[test]
fn opening_shop_names_pictures_that_are_not_there() {
    let (dir, _folder) = shop(&[("a.png", png(20, 10))]);
    let error = made_before(&dir, &wanted(&["x.png", "a.png", "y.png"])).err().unwrap().to_string();
    assert!(
        error.contains("images/x.png does not exist")
            && error.contains("images/y.png does not exist"),
        "{error}"
    );
}

/// In a shop that was restored without the list of what is known, nothing is made again.
/// Its pictures become known a few at a time.
#[test]
fn making_some_keeps_what_was_made_of_the_rest() {
    let names = ["a.png", "b.png"];
    let (dir, _folder) = shop(&[("a.png", png(20, 10)), ("b.png", png(10, 20))]);
    assert_eq!(load_all(&dir, &names).unwrap().made, 2);
    std::fs::remove_file(dir.picture_cache().join("images.json")).unwrap();
    assert_eq!(unmade(&dir, &names), names);
    make_some(&dir, &wanted(&names[..1])).unwrap();
    assert_eq!(made_files(&dir), 4);
    make_some(&dir, &wanted(&names[1..])).unwrap();
    assert_eq!(unmade(&dir, &names), [""; 0]);
    drop_others(&dir, &names[..1]).unwrap();
    assert_eq!(made_files(&dir), 2);
}

#[test]
fn logo_is_shown_at_once_if_it_was_made_before() {
    let (dir, _folder) = shop(&[]);
    files::private_folder(&dir.theme()).unwrap();
    files::write(&dir.theme().join("logo.png"), &png(96, 48), false).unwrap();
    assert!(logo_if_made(&dir, "logo.png").is_none());
    let made = logo(&dir, "logo.png").unwrap();
    assert_eq!(logo_if_made(&dir, "logo.png").unwrap().bytes(), made.bytes());
}
