use tempfile::TempDir;
use wagon_test_kit::Bucket;

use super::*;

fn store_in(bucket: &Bucket, secret: &str) -> MediaStore {
    MediaStore::s3(S3 {
        bucket: Bucket::NAME.into(),
        region: "eu-central-1".into(),
        endpoint: Some(bucket.endpoint().to_owned()),
        access_key_id: Bucket::ACCESS_KEY.into(),
        secret_access_key: secret.into(),
    })
    .unwrap()
}

/// The same, kept in a folder and kept in a bucket. They live as long as the guards.
async fn stores() -> ((TempDir, Bucket), [MediaStore; 2]) {
    let (root, bucket) = (tempfile::tempdir().unwrap(), Bucket::start().await);
    let folder = MediaStore::folder(&root.path().join("folder")).unwrap();
    let in_bucket = store_in(&bucket, Bucket::SECRET_KEY);
    ((root, bucket), [folder, in_bucket])
}

fn key(index: usize) -> MediaKey {
    MediaKey::outgoing(&"out_1".parse().unwrap(), index)
}

#[tokio::test]
async fn files_are_kept_until_dropped() {
    let (_guards, stores) = stores().await;
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
    let (_guards, stores) = stores().await;
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
    let (_guards, stores) = stores().await;
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
    let (_guards, [_, bucket]) = stores().await;
    let large = Bytes::from(vec![7; 16 << 20]);
    bucket.put(&key(0), large.clone()).await.unwrap();
    assert_eq!(bucket.get(&key(0)).await.unwrap(), Some(large));
}

#[tokio::test]
async fn a_bucket_refuses_a_wrong_key() {
    let bucket = Bucket::start().await;
    let store = store_in(&bucket, "wrong");
    let refused = store.put(&key(0), Bytes::from_static(b"hello")).await;
    assert!(refused.is_err());
    assert!(store.get(&key(0)).await.is_err());
}

#[test]
fn secrets_do_not_show() {
    let s3 = S3 {
        bucket: Bucket::NAME.into(),
        region: "eu".into(),
        endpoint: None,
        access_key_id: Bucket::ACCESS_KEY.into(),
        secret_access_key: Bucket::SECRET_KEY.into(),
    };
    let shown = format!("{s3:?}");
    assert!(
        !shown.contains(Bucket::SECRET_KEY) && !shown.contains(Bucket::ACCESS_KEY),
        "{shown}"
    );
}
