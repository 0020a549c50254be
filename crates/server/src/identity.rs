//! Access tokens, put together.

use std::sync::Arc;

use wagon_domain::{Clock, HttpUrl};
use wagon_outbound::Outbound;
use wagon_services::Tokens;
use wagon_store::Store;
use wagon_tokens::{External, ExternalIssuer};

use crate::config::Config;

/// Issuer and audience of a gateway that does not know under which address it is reached.
const NAMELESS: &str = "urn:wagon";

/// Signs under the gateway's public address, and believes the configured issuer.
pub(crate) fn tokens(config: &Config, store: &Store, outbound: &Outbound, clock: &Arc<dyn Clock>) -> Tokens {
    let external = external(config).map(|external| {
        tracing::info!(issuer = external.issuer, "tokens of this issuer are believed");
        ExternalIssuer::new(external, outbound.clone(), Arc::clone(clock))
    });
    let name = config.public_url.as_deref().unwrap_or(NAMELESS);
    Tokens::new(store.clone(), Arc::clone(clock), name, external)
}

fn external(config: &Config) -> Option<External> {
    let issuer = config.oidc_issuer.clone()?;
    let beside = || {
        let url: Option<HttpUrl> = format!("{}/api/auth/jwks", issuer.trim_end_matches('/'))
            .parse()
            .ok();
        if url.is_none() {
            tracing::error!(
                "oidc_issuer is no URL, so oidc_jwks_url has to name its keys; it is not believed"
            );
        }
        url
    };
    let jwks_url = config.oidc_jwks_url.clone().or_else(beside)?;
    let audience = config.oidc_audience.clone().unwrap_or_else(|| issuer.clone());
    Some(External {
        issuer,
        audience,
        jwks_url,
    })
}
