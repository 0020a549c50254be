//! Sender keys in memory: one for each group and device that writes into it.

use std::collections::HashMap;

use async_trait::async_trait;
use wacore_libsignal::protocol::{
    SenderKeyDistributionMessage, SenderKeyName, SenderKeyRecord, SenderKeyStore, SignalProtocolError,
    create_sender_key_distribution_message, group_decrypt, group_encrypt,
    process_sender_key_distribution_message,
};

type Result<T> = std::result::Result<T, SignalProtocolError>;

#[derive(Default)]
pub(crate) struct SenderKeys(pub(crate) HashMap<String, SenderKeyRecord>);

impl SenderKeys {
    /// What others need to open messages from now on. Makes the own key if there is none.
    pub(crate) async fn distribution(&mut self, name: &SenderKeyName) -> Result<Vec<u8>> {
        let mut rng = rand::make_rng::<rand::rngs::StdRng>();
        let message = create_sender_key_distribution_message(name, self, &mut rng).await?;
        Ok(message.serialized().to_vec())
    }

    /// Takes in what another device has distributed.
    pub(crate) async fn learn(&mut self, name: &SenderKeyName, distribution: &[u8]) -> Result<()> {
        let message = SenderKeyDistributionMessage::try_from(distribution)?;
        process_sender_key_distribution_message(name, &message, self).await
    }

    pub(crate) async fn encrypt(&mut self, name: &SenderKeyName, plaintext: &[u8]) -> Result<Vec<u8>> {
        let mut rng = rand::make_rng::<rand::rngs::StdRng>();
        let message = group_encrypt(self, name, plaintext, &mut rng).await?;
        Ok(message.serialized().to_vec())
    }

    pub(crate) async fn decrypt(&mut self, name: &SenderKeyName, ciphertext: &[u8]) -> Result<Vec<u8>> {
        group_decrypt(ciphertext, self, name).await
    }

    /// The next distribution is about a fresh key.
    pub(crate) fn forget(&mut self, name: &SenderKeyName) {
        self.0.remove(name.cache_key());
    }
}

#[async_trait]
impl SenderKeyStore for SenderKeys {
    async fn store_sender_key(&mut self, name: &SenderKeyName, record: SenderKeyRecord) -> Result<()> {
        self.0.insert(name.cache_key().to_owned(), record);
        Ok(())
    }

    async fn load_sender_key(&self, name: &SenderKeyName) -> Result<Option<SenderKeyRecord>> {
        Ok(self.0.get(name.cache_key()).cloned())
    }
}
