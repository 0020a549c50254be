use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use s3s::auth::SimpleAuth;
use s3s::service::S3ServiceBuilder;
use tempfile::TempDir;
use tokio::net::TcpListener;

use super::*;

const ACCESS_KEY: &str = "AKIAEXAMPLE";
const SECRET_KEY: &str = "not-a-secret";

/// Serves a folder as S3, each folder in it a bucket, and answers where.
async fn serve_s3(root: &Path) -> String {
    let mut service = S3ServiceBuilder::new(s3s_fs::FileSystem::new(root).unwrap());
    service.set_auth(SimpleAuth::from_single(ACCESS_KEY, SECRET_KEY));
    let service = service.build();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let service = service.clone();
            tokio::spawn(async move {
                let served = auto::Builder::new(TokioExecutor::new());
                let _ = served.serve_connection(TokioIo::new(stream), service).await;
            });
        }
    });
    endpoint
}

fn bucket(endpoint: String, secret: &str) -> MediaStore {
    MediaStore::s3(S3 {
        bucket: "media".into(),
        region: "eu-central-1".into(),
        endpoint: Some(endpoint),
        access_key_id: ACCESS_KEY.into(),
        secret_access_key: secret.into(),
    })
    .unwrap()
}

/// The same, kept in a folder and kept in a bucket. The folder lives as long as the guard.
async fn stores() -> (TempDir, [MediaStore; 2]) {
    let root = tempfile::tempdir().unwrap();
    std::fs::create_dir(root.path().join("media")).unwrap();
    let endpoint = serve_s3(root.path()).await;
    let folder = MediaStore::folder(&root.path().join("folder")).unwrap();
    (root, [folder, bucket(endpoint, SECRET_KEY)])
}

fn key(index: usize) -> MediaKey {
    MediaKey::outgoing(&"out_1".parse().unwrap(), index)
}

#[tokio::test]
async fn files_are_kept_until_dropped() {
    let (_root, stores) = stores().await;
    for store in stores {
        assert_eq!(store.get(&key(0)).await.unwrap(), None);
        assert_eq!(store.size(&key(0)).await.unwrap(), None);
        store.put(&key(0), Bytes::from_static(b"hello")).await.unwrap();
        store.put(&key(1), Bytes::from_static(b"other")).await.unwrap();
        assert_eq!(store.size(&key(0)).await.unwrap(), Some(5));
        assert_eq!(store.get(&key(0)).await.unwrap().as_deref(), Some(&b"hello"[..]));
        store.delete(&key(0)).await.unwrap();
        store.delete(&key(0)).await.unwrap();
        assert_eq!(store.get(&key(0)).await.unwrap(), None);
        assert_eq!(store.get(&key(1)).await.unwrap().as_deref(), Some(&b"other"[..]));
    }
}

#[tokio::test]
async fn the_files_of_sends_and_messages_are_found() {
    let (_root, stores) = stores().await;
    for store in stores {
        assert!(store.outgoing().await.unwrap().is_empty());
        for index in [0, 1] {
            store
                .put(&key(index), Bytes::from_static(b"hello"))
                .await
                .unwrap();
        }
        let message = MediaKey::message(&"sess_1".parse().unwrap(), &"msg_1".parse().unwrap());
        store.put(&message, Bytes::from_static(b"kept")).await.unwrap();
        let send: OutboxId = "out_1".parse().unwrap();
        assert_eq!(store.outgoing().await.unwrap(), HashSet::from([send.clone()]));
        let kept: Vec<_> = store.messages().try_collect().await.unwrap();
        assert_eq!(kept, [("sess_1".parse().unwrap(), "msg_1".parse().unwrap())]);
        store.drop_outgoing(&send).await.unwrap();
        assert!(store.outgoing().await.unwrap().is_empty());
        assert!(store.get(&message).await.unwrap().is_some());
    }
}

#[tokio::test]
async fn a_part_is_read_by_itself() {
    let (_root, stores) = stores().await;
    for store in stores {
        assert!(store.read(&key(0), Some(1..3)).await.unwrap().is_none());
        store.put(&key(0), Bytes::from_static(b"hello")).await.unwrap();
        let part = store.read(&key(0), Some(1..3)).await.unwrap().unwrap();
        assert_eq!((part.size, part.range.clone()), (5, 1..3));
        let bytes: Vec<Bytes> = part.bytes.try_collect().await.unwrap();
        assert_eq!(bytes.concat(), b"el");
    }
}

#[tokio::test]
async fn a_bucket_takes_a_whole_file_of_the_largest_size() {
    let (_root, [_, bucket]) = stores().await;
    let large = Bytes::from(vec![7; 16 << 20]);
    bucket.put(&key(0), large.clone()).await.unwrap();
    assert_eq!(bucket.get(&key(0)).await.unwrap(), Some(large));
}

#[tokio::test]
async fn a_bucket_refuses_a_wrong_key() {
    let root = tempfile::tempdir().unwrap();
    std::fs::create_dir(root.path().join("media")).unwrap();
    let store = bucket(serve_s3(root.path()).await, "wrong");
    let refused = store.put(&key(0), Bytes::from_static(b"hello")).await;
    assert!(refused.is_err());
    assert!(store.get(&key(0)).await.is_err());
}

#[test]
fn secrets_do_not_show() {
    let s3 = S3 {
        bucket: "media".into(),
        region: "eu".into(),
        endpoint: None,
        access_key_id: ACCESS_KEY.into(),
        secret_access_key: SECRET_KEY.into(),
    };
    let shown = format!("{s3:?}");
    assert!(
        !shown.contains(SECRET_KEY) && !shown.contains(ACCESS_KEY),
        "{shown}"
    );
}
