//! The target `filter_path`: see `parser_fuzz::filter_path`.
#![cfg_attr(fuzzing, no_main)]

parser_fuzz::target!(filter_path);
