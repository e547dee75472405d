//! The target `body`: see `parser_fuzz::body`.
#![cfg_attr(fuzzing, no_main)]

parser_fuzz::target!(body);
