//! The configuration: one documented file, the environment, and flags, each with a name in errors.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context;
use figment::providers::{Env, Format, Serialized, Toml};
use figment::value::{Uncased, UncasedStr};
use figment::{Figment, Profile};
use serde::{Deserialize, Serialize};
use wagon_api_openwa::{Limit, Limits};
use wagon_domain::webhook::{Backoff, RetryPolicy};
use wagon_domain::{Email, HttpUrl, Networks};
use wagon_engine_whatsapp::{Network, SandboxUrl};
use wagon_media::{MediaStore, S3};
use wagon_outbound::Allow;
use wagon_services::Pepper;
use wagon_store::DatabaseUrl;

use crate::data_dir;

/// Every setting, with its default and its meaning.
pub const DEFAULTS: &str = include_str!("../config.default.toml");

/// The settings as they were given; see [`DEFAULTS`] for what each means.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    pub listen: SocketAddr,
    pub data_dir: PathBuf,
    #[serde(deserialize_with = "parsed")]
    pub database_url: Option<DatabaseUrl>,
    #[serde(deserialize_with = "filled")]
    pub encryption_key_file: Option<PathBuf>,
    #[serde(deserialize_with = "filled")]
    pub bootstrap_key_file: Option<PathBuf>,
    #[serde(deserialize_with = "filled")]
    pub public_url: Option<String>,
    pub gateway_id: String,
    pub media_download_max_bytes: usize,
    pub bulk_min_delay_ms: u32,
    pub bulk_max_concurrent_batches: usize,
    pub media_conversion_enabled: bool,
    #[serde(deserialize_with = "filled")]
    pub media_dir: Option<PathBuf>,
    #[serde(deserialize_with = "filled")]
    pub media_s3_bucket: Option<String>,
    pub media_s3_region: String,
    #[serde(deserialize_with = "filled")]
    pub media_s3_endpoint: Option<String>,
    #[serde(deserialize_with = "filled")]
    pub media_s3_access_key_id: Option<String>,
    #[serde(deserialize_with = "filled")]
    pub media_s3_secret_access_key: Option<Secret>,
    pub rate_per_min: i32,
    pub rate_per_hour: i32,
    #[serde(deserialize_with = "list")]
    pub outbound_allow: Allow,
    #[serde(deserialize_with = "filled")]
    pub outbound_ca_file: Option<PathBuf>,
    pub typing_ends_after_seconds: u32,
    pub retention_days: u32,
    pub audit_days: u32,
    pub webhook_media_inline_max_bytes: u64,
    pub simulate_typing: bool,
    pub sockets_per_key: usize,
    pub rate_limit_short_limit: u32,
    pub rate_limit_short_ttl: u32,
    pub rate_limit_medium_limit: u32,
    pub rate_limit_medium_ttl: u32,
    pub rate_limit_long_limit: u32,
    pub rate_limit_long_ttl: u32,
    #[serde(deserialize_with = "networks")]
    pub trusted_proxies: Networks,
    #[serde(deserialize_with = "parsed")]
    pub admin_email: Option<Email>,
    #[serde(deserialize_with = "filled")]
    pub oidc_issuer: Option<String>,
    #[serde(deserialize_with = "filled")]
    pub oidc_audience: Option<String>,
    #[serde(deserialize_with = "parsed")]
    pub oidc_jwks_url: Option<HttpUrl>,
    pub webhook_timeout_seconds: u32,
    pub webhook_in_flight: u32,
    pub webhook_retries_delay: u32,
    pub webhook_retries_attempts: u32,
    pub webhook_disable_after_seconds: u32,
    pub sandbox: bool,
    pub sandbox_listen: SocketAddr,
    #[serde(deserialize_with = "filled")]
    pub sandbox_scripts: Option<PathBuf>,
    /// 0 is none.
    pub sandbox_seed: u64,
    #[serde(deserialize_with = "parsed")]
    pub sandbox_url: Option<SandboxUrl>,
    pub log: String,
    pub log_format: LogFormat,
    #[serde(skip)]
    pub api_master_key: Option<Secret>,
    #[serde(skip)]
    pub api_key_pepper: Option<Secret>,
    #[serde(skip)]
    pub metrics_token: Option<Secret>,
    #[serde(skip)]
    pub admin_password: Option<Secret>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    Text,
    Json,
}

/// A configured secret; debug output does not show it.
#[derive(Clone)]
pub struct Secret(pub String);

impl From<String> for Secret {
    fn from(secret: String) -> Self {
        Self(secret)
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

/// What was set on the command line; settings left out come from elsewhere.
#[derive(Debug, Default, Serialize)]
pub struct Flags {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listen: Option<SocketAddr>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_dir: Option<PathBuf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sandbox: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sandbox_listen: Option<SocketAddr>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sandbox_scripts: Option<PathBuf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sandbox_seed: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sandbox_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log: Option<String>,
}

/// A setting that makes no sense. The text names it and where it was set.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct InvalidConfig(Box<figment::Error>);

impl Config {
    /// Merges defaults, the file if one is named, the environment and flags.
    pub fn load(file: Option<&Path>, flags: &Flags) -> Result<Self, InvalidConfig> {
        let mut figment = Figment::from(Named("the defaults", Toml::string(DEFAULTS)));
        if let Some(file) = file {
            figment = figment.merge(Toml::file_exact(file));
        }
        let seeds = Env::raw().only(&SEEDS.map(|(name, _)| name)).map(seed_name);
        let own = Env::prefixed("WAGON_");
        let mut config: Self = figment
            .merge(seeds)
            .merge(own)
            .merge(Named(
                "the command line",
                Serialized::from(flags, Profile::Default),
            ))
            .extract()
            .map_err(|error| InvalidConfig(Box::new(error)))?;
        config.api_master_key = secret("API_MASTER_KEY");
        config.api_key_pepper = secret("API_KEY_PEPPER");
        config.metrics_token = secret("METRICS_TOKEN");
        config.admin_password = secret("ADMIN_PASSWORD");
        Ok(config)
    }

    pub fn database(&self) -> DatabaseUrl {
        self.database_url
            .clone()
            .unwrap_or_else(|| DatabaseUrl::Sqlite(self.data_dir.join("wagon.db")))
    }

    pub fn key_file(&self) -> PathBuf {
        self.encryption_key_file
            .clone()
            .unwrap_or_else(|| self.data_dir.join("secret.key"))
    }

    /// What is hashed into every API key.
    pub fn pepper(&self) -> Pepper {
        let pepper = self.api_key_pepper.as_ref();
        pepper.map_or_else(Pepper::default, |Secret(pepper)| Pepper::new(pepper))
    }

    /// Where people find the first API key.
    pub fn first_key_file(&self) -> PathBuf {
        let named = self.bootstrap_key_file.clone();
        named.unwrap_or_else(|| self.data_dir.join("api-key"))
    }

    /// How new webhooks repeat what failed.
    pub fn webhook_retry(&self) -> RetryPolicy {
        RetryPolicy {
            backoff: Backoff::Exponential,
            delay_seconds: self.webhook_retries_delay.max(1),
            attempts: self.webhook_retries_attempts.max(1),
        }
    }

    /// Where the bytes of media are kept: a bucket if one is named, else a folder.
    pub fn media_store(&self) -> anyhow::Result<MediaStore> {
        let Some(bucket) = self.media_s3_bucket.clone() else {
            let folder = self
                .media_dir
                .clone()
                .unwrap_or_else(|| self.data_dir.join("media"));
            data_dir::create(&folder)?;
            return MediaStore::folder(&folder)
                .with_context(|| format!("media_dir {} cannot be used", folder.display()));
        };
        let (Some(access_key_id), Some(secret)) =
            (&self.media_s3_access_key_id, &self.media_s3_secret_access_key)
        else {
            anyhow::bail!("media_s3_bucket needs media_s3_access_key_id and media_s3_secret_access_key");
        };
        MediaStore::s3(S3 {
            bucket,
            region: self.media_s3_region.clone(),
            endpoint: self.media_s3_endpoint.clone(),
            access_key_id: access_key_id.clone(),
            secret_access_key: secret.0.clone(),
        })
        .context("the media_s3 settings make no sense")
    }

    /// How often routes of the OpenWA dialect may be called.
    pub fn throttle(&self) -> Limits {
        let limit = |requests, millis: u32| Limit {
            requests,
            window: Duration::from_millis(millis.max(1).into()),
        };
        Limits {
            short: limit(self.rate_limit_short_limit, self.rate_limit_short_ttl),
            medium: limit(self.rate_limit_medium_limit, self.rate_limit_medium_ttl),
            long: limit(self.rate_limit_long_limit, self.rate_limit_long_ttl),
        }
    }

    /// Whether sessions connect to a sandbox, and whether this process is to run it.
    pub fn network(&self) -> NetworkChoice {
        match (&self.sandbox_url, self.sandbox) {
            (Some(url), _) => NetworkChoice::Join(Network::Sandbox(url.clone())),
            (None, true) => NetworkChoice::Host(self.sandbox_listen),
            (None, false) => NetworkChoice::Join(Network::WhatsApp),
        }
    }
}

/// Where WhatsApp is.
#[derive(Debug, Clone)]
pub enum NetworkChoice {
    Join(Network),
    /// Start a sandbox here and join that.
    Host(SocketAddr),
}

/// A provider under a name that means something to whoever reads the error.
struct Named<P>(&'static str, P);

impl<P: figment::Provider> figment::Provider for Named<P> {
    fn metadata(&self) -> figment::Metadata {
        figment::Metadata::named(self.0)
    }

    fn data(&self) -> Result<figment::value::Map<Profile, figment::value::Dict>, figment::Error> {
        self.1.data()
    }
}

fn filled<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: From<String>,
{
    let text = String::deserialize(deserializer)?;
    Ok(Some(text).filter(|text| !text.is_empty()).map(T::from))
}

/// Read apart from the rest, which would take a key of digits for a number.
#[expect(clippy::disallowed_methods, reason = "this is the configuration")]
fn secret(name: &str) -> Option<Secret> {
    std::env::var(name)
        .ok()
        .filter(|secret| !secret.is_empty())
        .map(Secret)
}

/// Names that other gateways use, and the settings behind them.
const SEEDS: [(&str, &str); 20] = [
    ("BETTER_AUTH_URL", "oidc_issuer"),
    ("BETTER_AUTH_JWKS_URL", "oidc_jwks_url"),
    ("MEDIA_DOWNLOAD_MAX_BYTES", "media_download_max_bytes"),
    ("BULK_MAX_CONCURRENT_BATCHES", "bulk_max_concurrent_batches"),
    ("MEDIA_CONVERSION_ENABLED", "media_conversion_enabled"),
    ("DEFAULT_RATE_PER_MIN", "rate_per_min"),
    ("DEFAULT_RATE_PER_HOUR", "rate_per_hour"),
    ("RETENTION_DAYS", "retention_days"),
    ("WEBHOOK_RETRIES_DELAY", "webhook_retries_delay"),
    ("WEBHOOK_RETRIES_ATTEMPTS", "webhook_retries_attempts"),
    ("WEBHOOK_MEDIA_INLINE_MAX_BYTES", "webhook_media_inline_max_bytes"),
    ("SIMULATE_TYPING", "simulate_typing"),
    ("BOOTSTRAP_KEY_FILE", "bootstrap_key_file"),
    ("WS_MAX_SOCKETS_PER_KEY", "sockets_per_key"),
    ("RATE_LIMIT_SHORT_LIMIT", "rate_limit_short_limit"),
    ("RATE_LIMIT_SHORT_TTL", "rate_limit_short_ttl"),
    ("RATE_LIMIT_MEDIUM_LIMIT", "rate_limit_medium_limit"),
    ("RATE_LIMIT_MEDIUM_TTL", "rate_limit_medium_ttl"),
    ("RATE_LIMIT_LONG_LIMIT", "rate_limit_long_limit"),
    ("RATE_LIMIT_LONG_TTL", "rate_limit_long_ttl"),
];

fn seed_name(name: &UncasedStr) -> Uncased<'_> {
    let seed = SEEDS.iter().find(|(seed, _)| name == *seed);
    seed.map_or_else(|| name.into(), |(_, setting)| (*setting).into())
}

fn networks<'de, D>(deserializer: D) -> Result<Networks, D::Error>
where
    D: serde::Deserializer<'de>,
{
    let networks: Option<Networks> = parsed(deserializer)?;
    Ok(networks.unwrap_or_default())
}

fn list<'de, D>(deserializer: D) -> Result<Allow, D::Error>
where
    D: serde::Deserializer<'de>,
{
    let allow: Option<Allow> = parsed(deserializer)?;
    Ok(allow.unwrap_or_default())
}

fn parsed<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: std::str::FromStr<Err: std::fmt::Display>,
{
    let text: Option<String> = filled(deserializer)?;
    text.map(|text| text.parse().map_err(serde::de::Error::custom))
        .transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::result_large_err, reason = "the signature is figment's")]
    fn each_layer_beats_the_one_below() {
        figment::Jail::expect_with(|jail| {
            jail.create_file(
                "wagon.toml",
                "listen = \"127.0.0.1:1\"\ngateway_id = \"file\"\nrate_per_min = 7\n",
            )?;
            jail.set_env("WAGON_LISTEN", "127.0.0.1:2");
            jail.set_env("DEFAULT_RATE_PER_HOUR", "9");
            jail.set_env("API_MASTER_KEY", "12345678901234567890");
            let flags = Flags {
                data_dir: Some("elsewhere".into()),
                ..Flags::default()
            };
            let config = Config::load(Some(Path::new("wagon.toml")), &flags).unwrap();
            assert_eq!(config.listen, "127.0.0.1:2".parse().unwrap());
            assert_eq!(
                (
                    config.gateway_id.as_str(),
                    config.rate_per_min,
                    config.rate_per_hour
                ),
                ("file", 7, 9)
            );
            assert_eq!(config.data_dir, PathBuf::from("elsewhere"));
            assert_eq!(config.api_master_key.unwrap().0, "12345678901234567890");
            Ok(())
        });
    }

    #[test]
    #[expect(clippy::result_large_err, reason = "the signature is figment's")]
    fn a_bad_value_names_its_source() {
        figment::Jail::expect_with(|jail| {
            jail.set_env("WAGON_RATE_PER_MIN", "many");
            let error = Config::load(None, &Flags::default()).unwrap_err().to_string();
            assert!(
                error.contains("RATE_PER_MIN") && error.contains("WAGON_"),
                "{error}"
            );
            jail.set_env("WAGON_RATE_PER_MIN", "1");
            jail.create_file("wagon.toml", "listen = \"x\"\n")?;
            let error = Config::load(Some(Path::new("wagon.toml")), &Flags::default())
                .unwrap_err()
                .to_string();
            assert!(
                error.contains("listen") && error.contains("wagon.toml"),
                "{error}"
            );
            Ok(())
        });
    }
}
