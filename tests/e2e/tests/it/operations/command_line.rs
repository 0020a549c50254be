use wagon_test_kit::Gateway;

use crate::support::run;

#[tokio::test]
async fn every_command_explains_itself() {
    for (command, says) in [
        (&[][..], "wagon serve --sandbox"),
        (&["serve"], "--sandbox-url"),
        (&["sandbox"], "--state"),
        (&["keys"], "revoke"),
        (&["keys", "create"], "--capabilities"),
        (&["keys", "list"], "--data-dir"),
        (&["keys", "revoke"], "key_"),
        (&["users"], "password"),
        (&["users", "add"], "--super-admin"),
        (&["token-keys", "rotate"], "--data-dir"),
        (&["config"], "Usage"),
    ] {
        let mut help = Gateway::command();
        help.args(command).arg("--help");
        let help = run(help).await.expect_success();
        assert!(
            help.contains("Usage:") && help.contains(says),
            "{command:?}: {help}"
        );
    }
    let mut version = Gateway::command();
    version.arg("--version");
    assert!(run(version).await.expect_success().starts_with("wagon "));
}

#[tokio::test]
async fn the_printed_configuration_is_a_valid_one() {
    let mut config = Gateway::command();
    config.arg("config");
    let printed = run(config).await.expect_success();
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("wagon.toml");
    std::fs::write(&file, &printed).unwrap();
    let mut keys = Gateway::command();
    keys.args(["keys", "list", "--config"])
        .arg(&file)
        .current_dir(home.path());
    run(keys).await.expect_success();
    assert!(
        home.path().join("data/wagon.db").is_file(),
        "the default data directory"
    );
}

#[tokio::test]
async fn a_bad_setting_is_named_with_its_source() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("wagon.toml");
    let complaint = async |content: &str, env: &[(&str, &str)], args: &[&str]| {
        std::fs::write(&file, content).unwrap();
        let mut command = Gateway::command();
        command
            .args(["serve", "--config"])
            .arg(&file)
            .args(args)
            .envs(env.iter().copied())
            .current_dir(home.path());
        run(command).await.expect_failure()
    };
    for (content, env, args, says) in [
        (
            "",
            &[("WAGON_RATE_PER_MIN", "many")][..],
            &[][..],
            ["rate_per_min", "WAGON_"],
        ),
        ("", &[("WAGON_LISTEN", "somewhere")], &[], ["listen", "WAGON_"]),
        ("", &[("WAGON_NONSENSE", "1")], &[], ["nonsense", "WAGON_"]),
        (
            "",
            &[("DEFAULT_RATE_PER_HOUR", "few")],
            &[],
            ["rate_per_hour", "environment"],
        ),
        (
            "",
            &[("WAGON_SANDBOX_URL", "http://10.0.0.1:80")],
            &[],
            ["sandbox_url", "loopback"],
        ),
        ("listen = \"somewhere\"\n", &[], &[], ["listen", "wagon.toml"]),
        ("colour = 1\n", &[], &[], ["colour", "wagon.toml"]),
        (
            "database_url = \"mysql://x\"\n",
            &[],
            &[],
            ["database_url", "wagon.toml"],
        ),
        ("listen = \n", &[], &[], ["wagon.toml", "TOML"]),
        ("", &[], &["--log", "a=b=c"], ["a=b=c", "log filter"]),
        ("", &[], &["--listen", "somewhere"], ["--listen", "somewhere"]),
        (
            "",
            &[],
            &["--sandbox", "--sandbox-url", "http://127.0.0.1:1"],
            ["--sandbox", "--sandbox-url"],
        ),
    ] {
        let complaint = complaint(content, env, args).await;
        for word in says {
            // The environment spells its names in capitals.
            let said = complaint.to_lowercase().contains(&word.to_lowercase());
            assert!(said, "{word} is missing in: {complaint}");
        }
    }
}
