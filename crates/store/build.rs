//! `sqlx::migrate!` embeds a folder, and Cargo only notices new files in it when told to look.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
