use serde_json::Value;
use wagon_test_kit::{Account, Admin, DEADLINE, SandboxProcess, wait_until};

use crate::{Client, Linking};

/// A network of its own for one test.
#[derive(Debug)]
pub struct Network {
    process: SandboxProcess,
}

impl Network {
    /// Starts `wagon sandbox`.
    pub async fn start() -> Self {
        Self {
            process: SandboxProcess::start().await,
        }
    }

    /// The control API.
    pub fn admin(&self) -> &Admin {
        self.process.admin()
    }

    /// A new phone number and a client linked to it.
    pub async fn client(&self, name: &str) -> Client {
        self.client_with(name, Linking::default()).await
    }

    /// The same, linked in another way than usual.
    pub async fn client_with(&self, name: &str, linking: Linking) -> Client {
        let account = self.admin().account(name).await;
        let linking = Linking {
            name: Some(name.to_owned()),
            ..linking
        };
        Client::link(self.admin(), &account, linking).await
    }

    /// One more device on the account of a client.
    pub async fn device_beside(&self, client: &Client) -> Client {
        Client::link(self.admin(), client.account(), client.linking().clone()).await
    }

    /// A phone number without a linked device.
    pub async fn phone(&self, name: &str) -> Account {
        self.admin().account(name).await
    }

    /// Takes the client off the network and waits until the network has noticed.
    pub async fn go_offline(&self, client: &mut Client) {
        client.go_offline().await;
        wait_until(DEADLINE, "the network to notice", async || {
            let device = self.device(client).await;
            if device["connected"] == false {
                Ok(())
            } else {
                Err(device)
            }
        })
        .await;
    }

    /// What the network knows about one device of a client's account.
    pub async fn device(&self, client: &Client) -> Value {
        let account = self.admin().inspect(&client.account().pn).await;
        let number = client.address().device;
        let devices = account["devices"].as_array().cloned().unwrap_or_default();
        devices
            .into_iter()
            .find(|device| device["id"] == number)
            .unwrap_or_else(|| panic!("no device {number}: {account:#}"))
    }
}
