use super::*;

fn in_folder(files: &[(&str, &[u8])]) -> Found {
    let (dir, _folder) = with_theme(files);
    load(&dir)
}

fn with_theme(files: &[(&str, &[u8])]) -> (ShopDir, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let dir = ShopDir::new(folder.path());
    std::fs::create_dir_all(dir.theme().join("templates")).unwrap();
    for (name, bytes) in files {
        files::write(&dir.theme().join(name), bytes, false).unwrap();
    }
    (dir, folder)
}

fn said(found: &Found) -> Vec<String> {
    found.flaws.iter().map(ToString::to_string).collect()
}

#[test]
fn the_example_changes_nothing_and_its_colours_are_the_themes() {
    for base in Base::ALL {
        let found = in_folder(&[("theme.toml", example(base).as_bytes())]);
        assert_eq!((found.flaws.as_slice(), found.base), (&[][..], base));
        assert_eq!(found.theme.css(), Theme::of(base).css());
        // With every colour in force, and still the same.
        let text = example(base);
        let open = text.lines().map(|line| match line.strip_prefix("# ") {
            Some(rest) if rest.contains(" = \"#") => rest,
            _ => line,
        });
        let open: Vec<&str> = open.collect();
        let found = in_folder(&[("theme.toml", open.join("\n").as_bytes())]);
        assert_eq!(said(&found), Vec::<String>::new());
        assert_eq!(found.theme.css(), Theme::of(base).css());
        assert_eq!(open.iter().filter(|line| line.contains(" = \"#")).count(), 24);
    }
}

#[test]
fn every_refusal_names_file_line_and_key() {
    for (text, wanted) in [
        ("base = \"marble\"", ":1: base: unknown theme \"marble\"; use \"paper\" and \"kiosk\""),
        ("\nbase = 3", ":2: base: must be a string"),
        ("x = 1", ":1: x: unknown key"),
        ("[colors]\nink = \"black\"", ":2: colors.ink: write \"#rgb\" or \"#rrggbb\""),
        ("[colors]\n\nblood = \"#f00\"", ":3: colors.blood: unknown colour"),
        ("[colors.dark]\nink = 7", ":2: colors.dark.ink: write"),
        ("[colors]\naccent = \"#8f8\"", ":2: colors.accent: #88ff88 on paper"),
        ("[colors.dark]\nedge = \"#222\"", ":2: colors.dark.edge: #222222 on card"),
        ("logo = \"none.png\"", ":1: logo: "),
        ("logo = \"../shop.toml\"", ":1: logo: \"../shop.toml\" is not the name of a file"),
        ("base = \"kiosk\nlogo", ":2: "),
    ] {
        let found = in_folder(&[("theme.toml", text.as_bytes())]);
        let said = said(&found);
        assert!(!said.is_empty(), "{text}");
        let wanted = format!("theme/theme.toml{wanted}");
        assert!(said.iter().all(|said| said.starts_with("theme/theme.toml:")), "{said:?}");
        assert!(said.iter().any(|said| said.starts_with(&wanted)), "{wanted}: {said:?}");
        assert_eq!(found.theme.css(), Theme::default().css(), "{text}");
    }
}

#[test]
fn what_is_broken_leaves_the_rest_in_force() {
    let found = in_folder(&[
        ("theme.toml", b"base = \"kiosk\"\n[colors]\naccent = \"#7a1fa2\"\nink = \"nonsense\"\n"),
        ("extra.css", b".tile {}\n@import url(x);\n"),
        ("templates/cart.html", b"{% block"),
        ("templates/enter.html", b"<h1>{{ t(\"cart\") }}</h1>"),
    ]);
    let said = said(&found);
    assert_eq!(said.len(), 3, "{said:?}");
    assert!(said[0].starts_with("theme/theme.toml:4: "), "{said:?}");
    assert!(said[1].starts_with("theme/extra.css:2: "), "{said:?}");
    assert!(said[2].starts_with("theme/templates/cart.html:1: "), "{said:?}");
    assert_eq!((found.base, found.theme.replaced()), (Base::Kiosk, 1));
    assert!(found.theme.css().contains("--accent:#7a1fa2"));
}

#[test]
fn a_logo_is_made_small_and_loses_its_metadata() {
    let pixels = image::RgbaImage::from_pixel(900, 300, image::Rgba([10, 20, 200, 128]));
    let mut png = std::io::Cursor::new(Vec::new());
    pixels.write_to(&mut png, image::ImageFormat::Png).unwrap();
    let mut png = png.into_inner();
    png.extend_from_slice(b"CANARY");
    let found = in_folder(&[("theme.toml", b"logo = \"logo.png\""), ("logo.png", &png)]);
    assert_eq!(said(&found), Vec::<String>::new());
    let (dir, _folder) = with_theme(&[("logo.png", &png)]);
    let logo = pictures::logo(&dir, "logo.png").unwrap();
    assert_eq!(pictures::logo(&dir, "logo.png").unwrap().bytes(), logo.bytes(), "it is kept");
    let kept = std::fs::read_dir(dir.picture_cache()).unwrap().count();
    assert_eq!(kept, 2, "the logo, and the list of what is known");
    assert_eq!(logo.size(), (288, 96));
    assert!(!logo.bytes().windows(6).any(|window| window == b"CANARY"));
}
