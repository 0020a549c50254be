//! A server on loopback, and names that lead to it or elsewhere.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use futures_util::future::BoxFuture;
use tokio::net::TcpListener;
use wagon_domain::HttpUrl;
use wagon_outbound::{Limits, Options, Outbound, Resolve};

/// Counts who got as far as connecting.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pub(crate) connections: Arc<AtomicUsize>,
}

impl Server {
    pub(crate) async fn start(router: Router) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let connections = Arc::new(AtomicUsize::new(0));
        let counted = axum::serve::ListenerExt::tap_io(listener, {
            let connections = Arc::clone(&connections);
            move |_| {
                connections.fetch_add(1, Ordering::SeqCst);
            }
        });
        tokio::spawn(async move { axum::serve(counted, router).await });
        Self { address, connections }
    }

    pub(crate) fn url(&self, path: &str) -> HttpUrl {
        url(&format!("http://{}{path}", self.address))
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

/// A resolver that gives, for each name, one prepared answer after the other; the last one stays.
#[derive(Default)]
pub(crate) struct Names {
    answers: Mutex<HashMap<String, Vec<Vec<IpAddr>>>>,
    pub(crate) asked: AtomicUsize,
}

impl Names {
    pub(crate) fn of(entries: &[(&str, &[&[&str]])]) -> Arc<Self> {
        let addresses = |texts: &&[&str]| texts.iter().map(|text| text.parse().unwrap()).collect();
        let answers = entries
            .iter()
            .map(|(name, answers)| ((*name).to_owned(), answers.iter().rev().map(addresses).collect()))
            .collect();
        Arc::new(Self {
            answers: Mutex::new(answers),
            asked: AtomicUsize::new(0),
        })
    }
}

impl Resolve for Names {
    fn resolve<'a>(&'a self, host: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let mut answers = self.answers.lock().unwrap();
        let answer = match answers.get_mut(host) {
            Some(left) if left.len() > 1 => Ok(left.pop().unwrap()),
            Some(left) => Ok(left[0].clone()),
            None => Err(io::Error::from(io::ErrorKind::NotFound)),
        };
        Box::pin(async move { answer })
    }
}

pub(crate) fn url(text: &str) -> HttpUrl {
    text.parse().unwrap()
}

/// The public Internet and whatever `allow` lists.
pub(crate) fn outbound(allow: &str) -> Outbound {
    Outbound::new(Options {
        allow: allow.parse().unwrap(),
        ..Options::default()
    })
}

pub(crate) fn named(allow: &str, names: &Arc<Names>) -> Outbound {
    Outbound::new(Options {
        allow: allow.parse().unwrap(),
        resolver: Arc::<Names>::clone(names),
        ..Options::default()
    })
}

pub(crate) const LIMITS: Limits = Limits {
    bytes: 1024,
    time: Duration::from_secs(10),
    redirects: 3,
};
