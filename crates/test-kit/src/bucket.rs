use std::path::Path;

use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use s3s::auth::SimpleAuth;
use s3s::service::S3ServiceBuilder;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio_util::task::AbortOnDropHandle;

/// An S3 server of other make with one bucket, whose objects are files of a folder.
#[derive(Debug)]
pub struct Bucket {
    root: TempDir,
    endpoint: String,
    _server: AbortOnDropHandle<()>,
}

impl Bucket {
    pub const NAME: &'static str = "media";
    pub const ACCESS_KEY: &'static str = "AKIAEXAMPLE";
    pub const SECRET_KEY: &'static str = "not-a-secret";

    pub async fn start() -> Self {
        let root = tempfile::tempdir().expect("a temporary directory can be made");
        std::fs::create_dir(root.path().join(Self::NAME)).expect("our own directory can be written to");
        let files = s3s_fs::FileSystem::new(root.path()).expect("our own directory is there");
        let mut service = S3ServiceBuilder::new(files);
        service.set_auth(SimpleAuth::from_single(Self::ACCESS_KEY, Self::SECRET_KEY));
        let service = service.build();
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .expect("loopback has free ports");
        let address = listener.local_addr().expect("a bound listener has an address");
        let server = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let service = service.clone();
                tokio::spawn(async move {
                    let served = auto::Builder::new(TokioExecutor::new());
                    // A client that goes away is none of the server's business.
                    let _ = served.serve_connection(TokioIo::new(stream), service).await;
                });
            }
        });
        Self {
            root,
            endpoint: format!("http://{address}"),
            _server: AbortOnDropHandle::new(server),
        }
    }

    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// The keys of all objects, sorted.
    pub fn keys(&self) -> Vec<String> {
        let bucket = self.root.path().join(Self::NAME);
        let mut keys = Vec::new();
        collect(&bucket, &bucket, &mut keys);
        keys.sort();
        keys
    }
}

fn collect(bucket: &Path, folder: &Path, keys: &mut Vec<String>) {
    // The server removes folders meanwhile.
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(bucket, &path, keys);
        } else if let Ok(key) = path.strip_prefix(bucket) {
            keys.push(key.to_string_lossy().into_owned());
        }
    }
}
