use super::Admin;

/// A sandbox network in this process, on a port of its own.
#[derive(Debug)]
pub struct Sandbox {
    network: wagon_sandbox::Sandbox,
    admin: Admin,
}

impl Sandbox {
    /// Starts a network that forgets everything when it ends.
    pub async fn start() -> Self {
        Self::start_with(wagon_sandbox::Config::default()).await
    }

    /// Starts a network as configured.
    pub async fn start_with(config: wagon_sandbox::Config) -> Self {
        let network = wagon_sandbox::Sandbox::start(config).await;
        let network = network.unwrap_or_else(|error| panic!("the sandbox does not start: {error}"));
        let admin = Admin::new(&format!("http://{}", network.addr()));
        Self { network, admin }
    }

    /// The control API.
    pub fn admin(&self) -> &Admin {
        &self.admin
    }

    /// Ends the network and closes all connections.
    pub async fn stop(self) {
        self.network.shutdown().await;
    }
}
