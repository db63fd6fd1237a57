use super::*;
use crate::{
    language::{Language, Languages},
    templates::{FILES, Templates},
};
use std::collections::BTreeSet;

fn built_in(name: &str) -> &'static str {
    FILES.iter().find(|(known, _)| *known == name).map(|(_, text)| *text).unwrap()
}

/// Returns the mistake in a template that stands in `theme/templates`.
fn refused(name: &str, text: &str) -> String {
    let mut theme = Theme::default();
    let flaws = theme.replace(vec![(name.into(), text.into())], "theme/templates");
    assert_eq!(theme.replaced(), 0, "{name} {text}");
    assert_eq!(flaws.len(), 1, "{flaws:?}");
    flaws[0].to_string()
}

#[test]
fn colours_are_six_or_three_digits_behind_a_hash() {
    assert_eq!(Colour::parse("#1d5a4b").unwrap().to_string(), "#1d5a4b");
    assert_eq!(Colour::parse("#FfF"), Colour::parse("#ffffff"));
    for wrong in
        ["", "#", "fff", "#ffff", "#ggg", "red", "#+ff", "#12345", "#fff;", "#éa", "#1234567"]
    {
        assert_eq!(Colour::parse(wrong), None, "{wrong}");
    }
}

#[test]
fn contrast_is_that_of_the_standard() {
    let contrast = |a, b| Colour::parse(a).unwrap().contrast(Colour::parse(b).unwrap());
    assert_eq!(contrast("#000", "#fff"), 2100);
    assert_eq!(contrast("#123456", "#123456"), 100);
    // The least grey that may stand on white, and the one beside it.
    assert_eq!(contrast("#767676", "#fff"), 454);
    assert_eq!(contrast("#fff", "#777777"), 447);
}

#[test]
fn the_colours_we_ship_can_be_read() {
    for base in Base::ALL {
        for scheme in [Scheme::Light, Scheme::Dark] {
            let mut theme = Theme::of(base);
            let all = Role::ALL.map(|role| (role, theme.colour(scheme, role), 1));
            assert_eq!(theme.paint(scheme, &all, "theme.toml"), []);
        }
        assert_eq!(Base::from_name(base.name()), Some(base));
    }
}

#[test]
fn colours_too_near_each_other_are_refused_with_line_and_ratio() {
    let mut theme = Theme::default();
    let grey = Colour::parse("#999").unwrap();
    let flaws = theme.paint(Scheme::Light, &[(Role::Ink, grey, 7)], "theme/theme.toml");
    let said = flaws[0].to_string();
    for wanted in ["theme/theme.toml:7: colors.ink", "2.68:1", "4.50:1"] {
        assert!(said.contains(wanted), "{said}");
    }
    assert_eq!(
        theme.colour(Scheme::Light, Role::Ink),
        Theme::default().colour(Scheme::Light, Role::Ink)
    );
    let black = Colour::parse("#000").unwrap();
    assert_eq!(theme.paint(Scheme::Light, &[(Role::Ink, black, 7)], "theme.toml"), []);
    assert!(theme.css().contains("--ink:#000000;"), "{}", theme.css());
}

/// In a box there are warnings, and things that take the focus.
#[test]
fn warnings_and_the_focus_ring_must_be_seen_in_boxes_too() {
    let pale = |role, colour| {
        let colours = [
            (Role::Card, Colour::parse(colour).unwrap(), 3),
            (role, Colour::parse("#767676").unwrap(), 4),
        ];
        let said = Theme::default().paint(Scheme::Light, &colours, "theme.toml");
        said.iter().map(ToString::to_string).collect::<String>()
    };
    assert!(pale(Role::Warn, "#eeeeee").contains("colors.warn: #767676 on card"));
    assert!(pale(Role::Ring, "#a0a0a0").contains("colors.ring: #767676 on card"));
    let tint = [(Role::Tint, Colour::parse("#4d7f70").unwrap(), 3)];
    let flaws = Theme::default().paint(Scheme::Light, &tint, "theme.toml");
    assert!(flaws.iter().any(|flaw| flaw.to_string().contains("colors.ring")), "{flaws:?}");
}

#[test]
fn every_template_renders_with_the_sample_values() {
    assert!(admit::built_in_failure().is_none(), "{:?}", admit::built_in_failure());
    let tried: BTreeSet<&str> = samples::pages().map(|(name, _)| name).collect();
    for (name, text) in FILES {
        let is_page = text.contains("{% extends \"layout.html\" %}");
        assert_eq!(tried.contains(name), is_page, "samples.json has no values for {name}");
    }
}

#[test]
fn the_document_for_sellers_names_every_template() {
    let document = include_str!("../../../../docs/theming.md");
    for (name, _) in FILES {
        assert!(document.contains(name), "docs/theming.md does not name {name}");
    }
}

#[test]
fn copies_of_our_templates_are_taken_and_show_the_same() {
    let copies = FILES.map(|(name, text)| (name.to_owned(), text.to_owned()));
    let mut theme = Theme::default();
    assert_eq!(theme.replace(copies.to_vec(), "theme/templates"), []);
    assert_eq!(theme.replaced(), FILES.len());
    let languages = Languages::new(Language::English, &Language::ALL);
    let reader = languages.reader(Language::Arabic);
    let ours = Templates::with(reader, &[]).unwrap();
    let copies = Templates::with(reader, theme.overrides()).unwrap();
    for (name, page) in samples::pages() {
        let copy = samples::render(&copies, name, &page).unwrap();
        assert_eq!(samples::render(&ours, name, &page).unwrap(), copy, "{name}");
    }
}

#[test]
fn a_broken_template_is_refused_with_file_and_line() {
    let content = built_in("content.html");
    for (broken, line, words) in [
        (content.replace("{{ body }}", "{{ body"), 6, "never closed"),
        (content.replace("{{ body }}", "{{ body | shout }}"), 6, "shout"),
        (content.replace("{{ body }}", "{{ words }}"), 6, "undefined"),
        (content.replace("{{ body }}", "{% if body %}"), 8, "syntax"),
        (content.replace("{{ body }}", "{% include \"more.html\" %}"), 6, "more.html"),
        (content.replace("{{ body }}", "{{ t(\"no-such-words\") }}"), 6, "no-such-words"),
        (content.replace("{{ body }}", "{{ body[0].x.y }}"), 6, "undefined"),
    ] {
        let said = refused("content.html", &broken);
        let place = format!("theme/templates/content.html:{line}: ");
        assert!(said.starts_with(&place) && said.contains(words), "{said}");
    }
    let said = refused("sale.html", "x");
    assert!(said.contains("sale.html: no page uses it") && said.contains("cart.html"), "{said}");
    // What others need of it is missing.
    let said = refused("parts.html", "{% macro kinds(categories, here) %}{% endmacro %}");
    assert!(said.starts_with("theme/templates/parts.html: with it, line "), "{said}");
}

#[test]
fn one_broken_template_does_not_take_the_others_along() {
    let mut theme = Theme::default();
    let good = built_in("cart.html").replace("<h1>", "<h1 class=\"big\">");
    let templates = vec![("enter.html".into(), "{% bad %}".into()), ("cart.html".into(), good)];
    let flaws = theme.replace(templates, "t");
    assert_eq!((flaws.len(), theme.replaced()), (1, 1), "{flaws:?}");
    assert!(flaws[0].to_string().starts_with("t/enter.html:1: "), "{flaws:?}");
}

#[test]
fn what_the_policy_blocks_is_refused_with_its_line() {
    for bad in [
        "<SCRIPT>x</SCRIPT>",
        "<p style=\"color:red\">",
        "<p class=\"a\"\nSTYLE = 'x'>",
        "<p class=\"a\"onclick=x>",
        "<img src=x onerror=\"x\">",
        "<a href=\"https://example.org/\">",
        "<img src=\"//example.org/x.png\">",
        "<a href=\"javascript:x\">",
        "<svg>",
        "<meta http-equiv=\"refresh\">",
        "<p {{ t(\"cart\") }} onfocus=x>",
        "{% raw %}x{% endraw %}",
    ] {
        let said = refused("content.html", &format!("<p>one</p>\n{bad}\n"));
        let lines = [":2: ", ":3: "];
        assert!(lines.iter().any(|line| said.contains(line)), "{bad}: {said}");
        assert!(said.contains("not allowed"), "{said}");
    }
    let fine = "{% extends \"layout.html\" %}{% block main %}<p>on=1, style=\"x\" in words, {# https://x #}\
                a // b, {{ \"<script\" }}</p><h1>{{ title }}</h1>{% endblock %}";
    assert_eq!(Theme::default().replace(vec![("content.html".into(), fine.into())], "t"), []);
}

#[test]
fn a_template_that_goes_round_for_ever_is_refused_soon() {
    for (hostile, words) in [
        ("{% for i in range(100000000) %}x{% endfor %}", "range"),
        (
            "{% set many = title | list + \"aaaaaaaaaaaaaaaaaaaaaaaaa\" | list %}{% for a in many %}\
             {% for b in many %}{% for c in many %}{% for d in many %}{% for e in many %}\
             {% endfor %}{% endfor %}{% endfor %}{% endfor %}{% endfor %}",
            "too often",
        ),
        ("{% macro a() %}{{ a() }}{{ a() }}{% endmacro %}{{ a() }}", ""),
        ("{% include \"content.html\" %}{% include \"content.html\" %}", ""),
        ("{% extends \"content.html\" %}", ""),
        ("{% block x %}{{ self.x() }}{{ self.x() }}{% endblock %}", ""),
        ("{% for x in [[1]] recursive %}{{ loop([[1], [2]]) }}{{ loop([[1]]) }}{% endfor %}", ""),
    ] {
        let said = refused("content.html", hostile);
        assert!(said.contains("content.html:1: ") && said.contains(words), "{hostile}: {said}");
    }
}

#[test]
fn rules_of_style_are_taken_or_refused_with_their_line() {
    let mut theme = Theme::default();
    let fine =
        "/* a\n b */\n.tile { border: 1px solid var(--line) }\n.x { background: url(/i/0.webp) }\n";
    theme.append(fine, "theme/extra.css").unwrap();
    assert!(theme.css().ends_with(".x{background:url(/i/0.webp)}"), "{}", theme.css());
    for bad in [
        "@import \"x.css\";",
        "@IMPORT url(/i/x.css);",
        ".a { background: url(https://example.org/x.png) }",
        ".a { background: URL( \"//example.org/i/\" ) }",
        ".a { background: url(/s/x) url(/i/x) }",
        ".a { background: u\\72l(x) }",
        "@font-face { font-family: x }",
        ".a { background: image-set(\"x\" 1x) }",
        ".a { b: javascript:x }",
        "</style>",
        ".a { color: red",
        ".a } ",
        "/* open",
        ".a { content: \"open }",
    ] {
        let before = theme.css();
        let said = theme.append(&format!("a{{}}\n\n{bad}"), "theme/extra.css").unwrap_err();
        assert!(said.to_string().starts_with("theme/extra.css:3: "), "{bad}: {said}");
        assert_eq!(theme.css(), before);
    }
    let long = theme.append(&"a{}".repeat(3_000), "theme/extra.css").unwrap_err();
    assert!(long.what.contains("9000 bytes"), "{long}");
}

/// Names of classes in style rules.
fn styled(css: &str) -> BTreeSet<String> {
    let heads = css.split('{').map(|piece| piece.rsplit(['}', ';']).next().unwrap());
    let classes = heads.flat_map(|head| {
        head.split('.').skip(1).filter_map(|rest| {
            let end = rest.find(|c: char| !c.is_ascii_alphabetic() && c != '-');
            rest.get(..end.unwrap_or(rest.len())).filter(|name| !name.is_empty())
        })
    });
    classes.map(str::to_owned).collect()
}

/// Names of classes in templates; a template's own tags stand for what they may write.
fn used() -> BTreeSet<String> {
    // The tones of a state, and the steps of an order's way.
    let spoken = ["note", "good", "wrong", "done", "now", "stop", "next"];
    let mut names: BTreeSet<String> = spoken.map(str::to_owned).into();
    for (_, text) in FILES {
        for value in text.split("class=\"").skip(1) {
            // Up to the quote outside of braces.
            let mut depth = 0_i32;
            let end = value.char_indices().find(|(_, c)| {
                depth += i32::from(*c == '{') - i32::from(*c == '}');
                *c == '"' && depth == 0
            });
            let (value, _) = value.split_at(end.unwrap().0);
            let words = value.split(['{', '}']).filter(|piece| !piece.starts_with(['%', '{']));
            let words = words
                .filter(|piece| !piece.contains("state.tone") && !piece.contains("step.class"));
            names.extend(words.flat_map(str::split_whitespace).map(str::to_owned));
        }
    }
    names
}

/// Classes that carry no rule: they are there for the seller's own.
const UNSTYLED: [&str; 1] = ["languages"];

#[test]
fn every_class_is_styled_and_no_rule_is_for_nothing() {
    let used = used();
    assert!(used.len() > 40, "{used:?}");
    for base in Base::ALL {
        let sheet = Theme::of(base).css();
        let styled = styled(&sheet);
        let bare: Vec<_> =
            used.difference(&styled).filter(|c| !UNSTYLED.contains(&c.as_str())).collect();
        assert!(bare.is_empty(), "{}: not styled: {bare:?}", base.name());
        let idle: Vec<_> = styled.difference(&used).collect();
        assert!(idle.is_empty(), "{}: for nothing: {idle:?}", base.name());
    }
}
