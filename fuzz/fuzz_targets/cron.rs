//! The target `cron`: see `parser_fuzz::cron`.
#![cfg_attr(fuzzing, no_main)]

parser_fuzz::target!(cron);
