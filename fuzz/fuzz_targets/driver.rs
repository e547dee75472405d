//! The target `driver`: see `parser_fuzz::driver`.
#![cfg_attr(fuzzing, no_main)]

parser_fuzz::target!(driver);
