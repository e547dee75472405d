//! The target `fixtures`: see `parser_fuzz::fixtures`.
#![cfg_attr(fuzzing, no_main)]

parser_fuzz::target!(fixtures);
