#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| cryptocart_fuzz::rates(bytes));
