//! Settings of the memory allocator: how much a role keeps of what it has given back.

use std::process::Command;

/// Settings of the C library's allocator (glibc reads them at start; others ignore them).
/// By itself it keeps a heap for each thread, up to eight for each processor, and does not give back
/// memory that was needed once, at the start: a shop at rest then holds a fifth more than it uses.
/// Two heaps are enough for what runs at once here, and memory that is free at the end of one goes
/// back.
const SETTINGS: [(&str, &str); 3] =
    [("MALLOC_ARENA_MAX", "2"), ("MALLOC_TRIM_THRESHOLD_", "65536"), ("MALLOC_TOP_PAD_", "65536")];

/// Starts the role with these, but for what the seller's environment sets.
pub(super) fn keep_little(command: &mut Command) {
    for (name, value) in SETTINGS {
        if std::env::var_os(name).is_none() {
            command.env(name, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn role_is_started_with_the_allocator_settings() {
        let mut command = Command::new("true");
        keep_little(&mut command);
        let set = command.get_envs().filter(|(_, value)| value.is_some()).count();
        let given = SETTINGS.iter().filter(|(name, _)| std::env::var_os(name).is_some()).count();
        assert_eq!(set + given, SETTINGS.len());
    }
}
