//! `cryptocart theme`.

use super::folder::Folder;
use crate::{
    config::Config,
    error::{CliError, IoContext},
    files,
    shop_dir::ShopDir,
    terminal, theme,
};
use clap::Subcommand;
use shop_core::kind::Kind;
use shop_web::{Base, Theme as Look};

#[derive(Debug, Subcommand)]
pub(crate) enum Theme {
    /// Create a commented theme/theme.toml in a shop; existing files are never overwritten.
    New {
        #[command(flatten)]
        dir: Folder,
        /// The theme to start from: paper or kiosk.
        #[arg(long, default_value = "paper")]
        base: String,
        /// Also copy all templates for editing. Delete those you do not change: copies do not get
        /// the improvements of later versions.
        #[arg(long)]
        templates: bool,
    },
    /// List all errors in theme/, with file and line.
    Check {
        #[command(flatten)]
        dir: Folder,
        /// Print as JSON (docs/json.md).
        #[arg(long)]
        json: bool,
    },
}

impl Theme {
    pub(super) fn run(self) -> Result<(), CliError> {
        match self {
            Self::New { dir, base, templates } => new(&dir.shop(), &base, templates),
            Self::Check { dir, json } => check(&dir.shop(), json),
        }
    }
}

fn new(dir: &ShopDir, base: &str, templates: bool) -> Result<(), CliError> {
    Config::load(dir)?;
    let base = Base::from_name(base).ok_or_else(|| {
        let known = Base::ALL.map(Base::name).join(" and ");
        CliError::input(format!("unknown theme {base:?}")).hint(format!("the themes are {known}"))
    })?;
    let folder = dir.theme();
    let mut texts = vec![(folder.join("theme.toml"), theme::example(base))];
    if templates {
        let copies = Look::templates().iter();
        texts.extend(
            copies.map(|(name, text)| (folder.join("templates").join(name), (*text).to_owned())),
        );
    }
    if let Some((path, _)) = texts.iter().find(|(path, _)| path.exists()) {
        let what = format!("{} already exists", path.display());
        return Err(CliError::input(what).hint("move it away first, so that it is not overwritten"));
    }
    for (path, text) in &texts {
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent)
                .io_context(|| format!("creating {}", parent.display()))?;
        }
        files::write(path, text.as_bytes(), false)?;
    }
    terminal::line(format!("Wrote {}", folder.join("theme.toml").display()));
    if templates {
        terminal::line("Also copied all templates to templates/: delete those you do not change.");
    }
    terminal::line(format!("After a change:  {}", dir.command("theme check")));
    terminal::line(format!("then:            {}", dir.command("catalog reload")));
    Ok(())
}

fn check(dir: &ShopDir, json: bool) -> Result<(), CliError> {
    Config::load(dir)?;
    let found = theme::load(dir);
    if json {
        let errors: Vec<String> = found.flaws.iter().map(ToString::to_string).collect();
        terminal::json(&serde_json::json!({
            "version": 1,
            "base": found.base.name(),
            "own_templates": found.theme.replaced(),
            "errors": errors,
        }));
    } else {
        found.flaws.iter().for_each(|flaw| terminal::line(format!("  ERROR  {flaw}")));
    }
    match found.flaws.len() {
        0 if json => Ok(()),
        0 => {
            terminal::line(format!("The theme is valid: {}", summary(&found)));
            Ok(())
        }
        count => {
            let flaws = terminal::many(count, "error", "errors");
            let what = format!("the theme has {flaws}; using the built-in theme");
            Err(CliError::new(Kind::Misconfigured, what))
        }
    }
}

/// Names the theme in force, and counts the seller's own templates.
pub(super) fn summary(found: &theme::Found) -> String {
    match found.theme.replaced() {
        0 => found.base.name().to_owned(),
        count => {
            let count = terminal::many(count, "template", "templates");
            format!("{}, {count} of your own", found.base.name())
        }
    }
}
