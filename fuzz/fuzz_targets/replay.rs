//! The target `replay`: see `parser_fuzz::replay`.
#![cfg_attr(fuzzing, no_main)]

parser_fuzz::target!(replay);
