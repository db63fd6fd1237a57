//! Making the pictures of a shop that is open already.

use super::{OpenShop, note, storefront::off_thread, tell};
use crate::{
    content,
    error::CliError,
    load,
    pictures::{self, Part, Wanted},
    serve::shop_word::{PictureProgress, PictureStage, ShopWord},
    shop_dir::ShopDir,
    theme,
};
use shop_core::catalog::Catalog;
use shop_web::StorefrontSource;
use std::{collections::HashSet, sync::Arc};

/// Pictures that are made in one go. A reload waits for no more than these.
const IN_ONE_GO: usize = 16;

/// New pictures after which the storefront is shown with them.
/// The number doubles each time, because all pages are rendered again.
const FIRST_STEP: usize = 16;

impl OpenShop {
    /// Makes the pictures this lacks and shows them in steps.
    /// It ends when all are shown, a reload shows them all, or the shop stops. One that is refused is
    /// said, and pages go on without it.
    pub(super) async fn make_pictures(self: Arc<Self>, source: StorefrontSource) {
        if let Err(error) = self.make_and_show(source).await {
            let hint = error.hint_text().map(|hint| format!("; {hint}")).unwrap_or_default();
            let text = format!(
                "pages are shown without the remaining pictures: {}{hint}. Then run: cryptocart \
                 catalog reload",
                error.what()
            );
            note(&self.reporter, "pictures", &text).await;
        }
    }

    async fn make_and_show(&self, mut source: StorefrontSource) -> Result<(), CliError> {
        let catalog = Arc::new(source.catalog.clone());
        let all: Vec<&str> = load::wanted_pictures(&catalog).iter().map(|w| w.name).collect();
        let unmade: Vec<String> = {
            let pictures = &source.pictures;
            let is_unmade = |name: &&&str| pictures.named(name).is_none();
            all.iter().filter(is_unmade).map(|name| (*name).to_owned()).collect()
        };
        let mut step = FIRST_STEP;
        let mut unshown = 0;
        let mut left = unmade.len();
        let all_count = all.len();
        let progress = |stage, ready, left| PictureProgress { stage, ready, all: all_count, left };
        if left > 0 {
            self.tell_pictures(progress(PictureStage::Begun, source.pictures.count(), left)).await;
        }
        for names in unmade.chunks(IN_ONE_GO) {
            // A reload waits here for the end of one go, and then makes the rest itself.
            let _alone = self.reloading.lock().await;
            let Some(part) = self.make_part(&catalog, names).await else { return Ok(()) };
            let part = part?;
            left = left.saturating_sub(names.len());
            unshown += part.pictures.count();
            source.pictures.extend(part.pictures);
            let made = progress(PictureStage::Made, source.pictures.count(), left);
            if left > 0 && unshown >= step {
                unshown = 0;
                step = step.saturating_mul(2);
                self.show_pictures(source.clone(), made).await?;
            } else if left > 0 {
                self.tell_pictures(made).await;
            }
            if let Some(refused) = part.refused {
                self.tell_refused(&refused).await;
            }
        }
        let _alone = self.reloading.lock().await;
        let dir = self.plan.dir.clone();
        let names: Vec<String> = all.iter().map(|name| (*name).to_owned()).collect();
        let rest = off_thread("preparing the logo", move || {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            pictures::drop_others(&dir, &names)?;
            Ok(logo_made(&dir))
        });
        let Some(look) = self.unless_over(rest).await else { return Ok(()) };
        if let Some(look) = look? {
            source.theme = look.theme;
            for flaw in look.flaws {
                note(&self.reporter, "theme", &format!("ignored: {flaw}")).await;
            }
        }
        let made = progress(PictureStage::Made, source.pictures.count(), 0);
        self.show_pictures(source, made).await
    }

    /// Makes these; none if it is over meanwhile.
    async fn make_part(
        &self,
        catalog: &Arc<Catalog>,
        names: &[String],
    ) -> Option<Result<Part, CliError>> {
        let dir = self.plan.dir.clone();
        let catalog = Arc::clone(catalog);
        let names: HashSet<String> = names.iter().cloned().collect();
        let work = off_thread("preparing the pictures", move || {
            let all = load::wanted_pictures(&catalog);
            let some: Vec<Wanted<'_>> =
                all.into_iter().filter(|wanted| names.contains(wanted.name)).collect();
            pictures::make_some(&dir, &some)
        });
        self.unless_over(work).await
    }

    /// Does this work unless no pictures are wanted any more. It may go on unheard.
    async fn unless_over<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            biased;
            () = self.pictures_wanted.cancelled() => None,
            done = work => Some(done),
        }
    }

    /// Shows the pictures of this source, and tells how many they are.
    async fn show_pictures(
        &self,
        source: StorefrontSource,
        made: PictureProgress,
    ) -> Result<(), CliError> {
        let built = off_thread("building the storefront", move || content::build(source)).await?;
        self.web.show(built);
        self.tell_pictures(PictureProgress { stage: PictureStage::Shown, ..made }).await;
        Ok(())
    }

    async fn tell_pictures(&self, progress: PictureProgress) {
        tell(&self.reporter, ShopWord::Pictures(progress)).await;
    }

    async fn tell_refused(&self, refused: &CliError) {
        let hint = refused.hint_text().map(|hint| format!("; {hint}")).unwrap_or_default();
        let text = format!("left out of the pages: {}{hint}", refused.what());
        note(&self.reporter, "pictures", &text).await;
    }
}

/// Makes the theme's logo; returns the theme with it, or none if it was made before.
/// Flaws are those that were not found without the logo.
fn logo_made(dir: &ShopDir) -> Option<theme::Found> {
    let before = theme::load_as_made(dir);
    if !before.lacks_logo {
        return None;
    }
    let mut look = theme::load(dir);
    look.flaws.retain(|flaw| !before.flaws.contains(flaw));
    Some(look)
}
