//! Runs a sandbox by itself: `cargo run -p wagon-sandbox --example network -- 127.0.0.1:8099 state.json`.
//!
//! Both arguments are optional: a free port and memory are the defaults.

use std::{error::Error, path::PathBuf};

use wagon_sandbox::{Config, Sandbox, StateLocation};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt()
        .with_env_filter("info,wagon_sandbox=debug")
        .with_writer(std::io::stderr)
        .init();
    let mut arguments = std::env::args().skip(1);
    let mut config = Config::default();
    if let Some(listen) = arguments.next() {
        config.listen = listen.parse()?;
    }
    if let Some(path) = arguments.next() {
        config.state = StateLocation::File(PathBuf::from(path));
    }
    let sandbox = Sandbox::start(config).await?;
    #[expect(clippy::print_stdout, reason = "the port is what callers wait for")]
    {
        println!("http://{}", sandbox.addr());
    }
    tokio::signal::ctrl_c().await?;
    sandbox.shutdown().await;
    Ok(())
}
