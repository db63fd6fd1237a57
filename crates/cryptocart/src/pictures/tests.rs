mod colours;
mod unready;

use super::{making::Task, role::Limits, *};
use image::DynamicImage;
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use std::io::{self, Cursor};

/// Set in the environment of a test that is the child of another.
pub(super) const AS_CHILD: &str = "CRYPTOCART_TEST_PICTURES";

/// The child of the tests below, which breaks at some words.
/// Run with all the others, it does nothing.
#[test]
fn a_child_that_makes_pictures() {
    if std::env::var_os(AS_CHILD).is_none() {
        return;
    }
    let limits = Limits { seconds: 2, ..role::LIMITS };
    let make = |task: Task, bytes: &[u8]| match bytes {
        b"abort" => std::process::abort(),
        b"spin" => loop {
            std::hint::spin_loop();
        },
        b"take 2 GiB" => making::make(task, &vec![1; 2 << 30]),
        b"write a file" => {
            std::fs::File::create(std::env::temp_dir().join("written"))
                .map_err(|e| e.to_string())?;
            Ok(vec![b"written".to_vec(), Vec::new()])
        }
        bytes => making::make(task, bytes),
    };
    role::serve(io::stdin().lock(), io::stdout().lock(), limits, make).unwrap();
}

fn photo(with_exif: bool) -> Vec<u8> {
    let pixels = image::RgbImage::from_fn(900, 600, |x, y| {
        image::Rgb([(x % 256) as u8, (y % 256) as u8, ((x * y) % 256) as u8])
    });
    let mut bytes = Vec::new();
    image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, 90)
        .encode_image(&DynamicImage::ImageRgb8(pixels))
        .unwrap();
    if with_exif {
        let secret = b"Exif\0\0II*\0 GPS 45.5017N CANARY";
        let mut segment = vec![0xff, 0xe1, 0, (secret.len() + 2) as u8];
        segment.extend_from_slice(secret);
        bytes.splice(2..2, segment);
        bytes.extend_from_slice(b"CANARY after the end");
    }
    bytes
}

fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let picture = DynamicImage::new_luma8(width, height);
    picture.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// Returns a PNG whose header has this size, whatever it was before.
fn resized(mut png: Vec<u8>, width: u32, height: u32) -> Vec<u8> {
    png[16..20].copy_from_slice(&width.to_be_bytes());
    png[20..24].copy_from_slice(&height.to_be_bytes());
    let crc = png[12..29].iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |c, _| (c >> 1) ^ (0xedb8_8320 * (c & 1)))
    });
    png[29..33].copy_from_slice(&(!crc).to_be_bytes());
    png
}

fn holds(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle)
}

fn shop(pictures: &[(&str, Vec<u8>)]) -> (ShopDir, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let dir = ShopDir::new(folder.path());
    files::private_folder(&dir.images()).unwrap();
    for (name, bytes) in pictures {
        files::write(&dir.images().join(name), bytes, false).unwrap();
    }
    (dir, folder)
}

fn load_all(dir: &ShopDir, names: &[&str]) -> Result<Ready, CliError> {
    let wanted: Vec<_> = names.iter().map(|name| Wanted { name, product: "tee" }).collect();
    load(dir, &wanted)
}

/// Returns what is said of one picture among good ones, which must all be made.
fn said_of(bad: Vec<u8>) -> String {
    let good = || png(20, 10);
    let (dir, _folder) = shop(&[("a.png", good()), ("bad.png", bad), ("c.png", good())]);
    let error = load_all(&dir, &["a.png", "bad.png", "c.png"]).err().expect("it is refused");
    assert_eq!(load_all(&dir, &["a.png", "c.png"]).unwrap().made, 0, "the others are ready");
    let hint = error.hint_text().unwrap();
    assert!(hint.contains("at most 10 MiB and 20 megapixels: make it smaller"), "{hint}");
    let what = error.what().strip_prefix("the picture bad.png cannot be used: ");
    what.unwrap_or_else(|| panic!("{error}")).to_owned()
}

#[test]
fn nothing_but_pixels_is_left() {
    let dirty = photo(true);
    assert!(holds(&dirty, b"CANARY"));
    let (dir, _folder) = shop(&[("a.jpg", dirty)]);
    let copy = copies(&dir.images(), &["a.jpg"]).unwrap().remove(0).unwrap();
    assert_eq!(copy.extension, "jpg");
    assert!(!holds(&copy.bytes, b"CANARY") && !holds(&copy.bytes, b"Exif"));
    let first = load_all(&dir, &["a.jpg"]).unwrap();
    let picture = first.pictures.named("a.jpg").unwrap();
    assert!(!holds(picture.full.bytes(), b"CANARY") && !holds(picture.thumb.bytes(), b"EXIF"));
    assert_eq!(picture.thumb.size(), (240, 160));
    assert_eq!(first.made, 1);
    let second = load_all(&dir, &["a.jpg"]).unwrap();
    assert_eq!(second.made, 0, "the second time it is ready");
    assert_eq!(second.pictures.named("a.jpg").unwrap().full.bytes(), picture.full.bytes());
}

#[test]
fn many_are_all_there_and_those_that_are_bad_are_named() {
    let names: Vec<String> = (0..20).map(|n| format!("{n}.png")).collect();
    let files: Vec<_> = (10..30).map(|side| png(side, side)).collect();
    let all: Vec<_> = names.iter().map(String::as_str).zip(files).collect();
    let (dir, _folder) = shop(&all);
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let ready = load_all(&dir, &names).unwrap();
    assert_eq!(ready.made, 20);
    for (n, name) in names.iter().enumerate() {
        let side = 10 + n as u32;
        assert_eq!(ready.pictures.named(name).unwrap().full.size(), (side, side));
    }
    for bad in ["7.png", "9.png"] {
        files::write(&dir.images().join(bad), b"no picture", false).unwrap();
    }
    std::fs::remove_file(dir.images().join("11.png")).unwrap();
    let refused = load_all(&dir, &names).err().unwrap().to_string();
    assert!(refused.starts_with("3 pictures cannot be used: the picture 7.png"), "{refused}");
    assert!(refused.contains("9.png"), "{refused}");
    assert!(refused.contains("product \"tee\", images: images/11.png does not exist"), "{refused}");
}

#[test]
fn what_is_no_picture_is_refused_and_one_that_is_cut_off_too() {
    assert_ne!(said_of(b"GIF89a nonsense".to_vec()), "");
    assert_ne!(said_of(photo(false)[..300].to_vec()), "");
}

#[test]
fn a_picture_of_21_megapixels_is_refused_and_one_of_20_is_not() {
    let said = said_of(png(7_000, 3_000));
    assert_eq!(said, "it has 7000 x 3000 pixels, more than 20 megapixels");
    let (dir, _folder) = shop(&[("wide.png", png(10_000, 2_000))]);
    let ready = load_all(&dir, &["wide.png"]).unwrap();
    assert_eq!(ready.pictures.named("wide.png").unwrap().full.size(), (640, 128));
}

#[test]
fn picture_of_a_few_pixels_is_refused() {
    for (width, height) in [(1, 1), (1_000, 7), (7, 8)] {
        let wanted =
            format!("it has only {width} x {height} pixels, and each side needs at least 8");
        let said = said_of(png(width, height));
        assert!(said.starts_with(&wanted), "{said}");
    }
}

#[test]
fn foreign_picture_is_refused_with_what_to_do() {
    let said = said_of(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".to_vec());
    assert!(said.contains("it is really a HEIC file: export it as JPEG"), "{said}");
}

/// A shop that was copied, unpacked or restored has the same pictures with other times.
#[test]
fn picture_is_known_by_its_content() {
    let (dir, _folder) = shop(&[("a.png", png(40, 30)), ("b.png", png(30, 40))]);
    assert_eq!(load_all(&dir, &["a.png", "b.png"]).unwrap().made, 2);
    let touch = |name: &str, seconds| {
        let file = std::fs::File::options().write(true).open(dir.images().join(name)).unwrap();
        let at = std::time::UNIX_EPOCH + std::time::Duration::from_secs(seconds);
        file.set_modified(at).unwrap();
    };
    touch("a.png", 1_000_000_000);
    std::fs::rename(dir.images().join("b.png"), dir.images().join("c.png")).unwrap();
    assert_eq!(load_all(&dir, &["a.png", "c.png"]).unwrap().made, 0);
    files::write(&dir.images().join("a.png"), &png(41, 30), false).unwrap();
    let again = load_all(&dir, &["a.png", "c.png"]).unwrap();
    assert_eq!(again.made, 1, "another picture by the same name");
    assert_eq!(again.pictures.named("a.png").unwrap().full.size(), (41, 30));
    std::fs::remove_file(dir.picture_cache().join("images.json")).unwrap();
    assert_eq!(load_all(&dir, &["a.png", "c.png"]).unwrap().made, 0, "the list is made again");
    let kept = std::fs::read_dir(dir.picture_cache()).unwrap().count();
    assert_eq!(kept, 5, "two sizes of two pictures, and the list");
}

#[test]
fn missing_picture_is_named_with_one_that_is_called_alike() {
    let (dir, _folder) = shop(&[("Mug.JPG", png(20, 10)), ("cafe\u{301}.png", png(20, 10))]);
    let said = |name: &str| load_all(&dir, &[name]).err().unwrap().to_string();
    assert!(
        said("mug.jpg").contains("images/mug.jpg does not exist, but there is Mug.JPG"),
        "{}",
        said("mug.jpg")
    );
    assert!(said("caf\u{e9}.png").contains("but there is one whose name looks the same"));
}

#[test]
fn a_file_of_11_mib_is_refused_unread() {
    let mut large = png(20, 10);
    large.resize(11 * 1024 * 1024, 0);
    assert_eq!(said_of(large), "the file is larger than 10 MiB");
}

#[test]
fn a_decompression_bomb_is_refused_by_its_header() {
    let bomb = resized(png(20, 10), 60_000, 60_000);
    assert!(bomb.len() < 200);
    assert_eq!(said_of(bomb), "it has 60000 x 60000 pixels, more than 20 megapixels");
    // Within 20 megapixels, and nothing behind it.
    assert_ne!(said_of(resized(png(20, 10), 5_000, 4_000)), "");
}

/// The next child makes the other pictures.
#[test]
fn picture_that_ends_its_child_is_refused_alone() {
    let damaged = "): it is damaged, or needs too much memory";
    for bad in ["abort", "take 2 GiB"] {
        let said = said_of(bad.into());
        assert_eq!(said, format!("it crashed the picture process (SIGABRT{damaged}"), "{bad}");
    }
    assert_eq!(said_of(b"spin".to_vec()), "reading it takes too long");
}

#[test]
fn a_child_may_open_no_file() {
    let said = said_of(b"write a file".to_vec());
    // By the list of calls; where the kernel has none, by the limit of descriptors.
    let refused = ["Function not implemented", "Too many open files"];
    assert!(refused.iter().any(|refused| said.contains(refused)), "{said}");
}

#[test]
fn a_child_that_is_killed_is_replaced() {
    let mut child = child::Child::default();
    let ask = |child: &mut child::Child| child.ask::<2>("a.png", Task::Page, png(20, 10));
    ask(&mut child).unwrap();
    kill(Pid::from_raw(child.id().unwrap() as i32), Signal::SIGKILL).unwrap();
    let error = ask(&mut child).unwrap_err().into_error();
    assert!(
        error.what().contains("a.png cannot be used: it crashed the picture process"),
        "{error}"
    );
    ask(&mut child).unwrap();
}

#[test]
fn a_child_makes_a_batch_and_then_another_takes_its_place() {
    let mut child = child::Child::default();
    let mut ids = std::collections::BTreeSet::new();
    for _ in 0..=role::BATCH {
        child.ask::<1>("a.png", Task::Logo, png(9, 8)).unwrap();
        ids.insert(child.id().unwrap());
    }
    assert_eq!(ids.len(), 2);
}
