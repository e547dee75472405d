//! The target `path`: see `parser_fuzz::path`.
#![cfg_attr(fuzzing, no_main)]

parser_fuzz::target!(path);
