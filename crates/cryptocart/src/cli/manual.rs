//! `cryptocart manual`: the manual pages, from the help texts.

use crate::{
    error::{CliError, IoContext},
    files,
};
use clap_mangen::Man;
use std::path::Path;

/// Writes `cryptocart.1`, and a page for each command below it.
pub(super) fn write(command: clap::Command, folder: &Path) -> Result<(), CliError> {
    let mut command = command.disable_help_subcommand(true);
    command.build();
    pages(&command, folder)
}

fn pages(command: &clap::Command, folder: &Path) -> Result<(), CliError> {
    let man = Man::new(command.clone());
    let mut text = Vec::new();
    man.render(&mut text).io_context(|| "writing a manual page".into())?;
    files::write(&folder.join(man.get_filename()), &text, false)?;
    let below = command.get_subcommands().filter(|command| !command.is_hide_set());
    below.cloned().try_for_each(|command| pages(&command, folder))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn each_command_that_is_shown_has_a_page() {
        let folder = tempfile::tempdir().unwrap();
        write(crate::cli::Cli::command(), folder.path()).unwrap();
        let page = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
        assert!(page("cryptocart.1").contains("cryptocart\\-serve(1)"));
        assert!(page("cryptocart.1").contains("Exit status"));
        assert!(page("cryptocart-orders-sent.1").contains("tracking number"));
        for hidden in ["cryptocart-role.1", "cryptocart-manual.1", "cryptocart-help.1"] {
            assert!(!folder.path().join(hidden).exists(), "{hidden}");
        }
    }
}
