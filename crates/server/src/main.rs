//! The binary `wagon`.

use std::process::ExitCode;

use clap::Parser;
use wagon::cli::Cli;

#[tokio::main]
async fn main() -> ExitCode {
    match wagon::cli::run(Cli::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            wagon::cli::complain(&error);
            ExitCode::FAILURE
        }
    }
}
