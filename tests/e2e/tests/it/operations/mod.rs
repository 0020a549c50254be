//! Running the gateway: first start, keys, configuration, signals, metrics, logs.

mod command_line;
mod first_start;
mod logs;
mod process;
