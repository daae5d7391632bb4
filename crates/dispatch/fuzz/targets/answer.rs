#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| crier_dispatch::native::fuzzing::read_answer(bytes));
