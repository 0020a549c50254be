use super::{ScriptFile, ScriptName};

/// The default cast and the scripts that every sandbox has, as a file that users can learn from.
pub const BUILT_IN: &str = include_str!("built_in.toml");

/// A phone that is there from the start.
#[derive(Debug)]
pub(crate) struct Phone {
    pub(crate) pn: String,
    pub(crate) name: Option<String>,
    pub(crate) script: ScriptName,
}

/// The phones of the default cast.
pub(crate) fn cast() -> Vec<Phone> {
    built_in().phones
}

pub(super) fn built_in() -> ScriptFile {
    ScriptFile::parse(BUILT_IN, &[]).expect("a test reads it")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_phone_of_the_cast_says_what_it_does() {
        let file = built_in();
        assert!(file.phones.len() > 3);
        for phone in &file.phones {
            assert!(phone.name.is_some(), "{phone:?}");
            assert!(!file.scripts[&phone.script].about.is_empty(), "{phone:?}");
        }
    }
}
