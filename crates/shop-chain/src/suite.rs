//! One suite that every chain passes.
