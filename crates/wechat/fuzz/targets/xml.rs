#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| crier_wechat::fuzzing::read_xml(bytes));
