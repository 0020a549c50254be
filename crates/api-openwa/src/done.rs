//! The answer to what has nothing to show.

use schemars::JsonSchema;
use serde::Serialize;

#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
pub(crate) struct Done {
    success: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'static str>,
}

impl Done {
    pub(crate) const OK: Self = Self {
        success: true,
        message: None,
    };
    /// WhatsApp would not.
    pub(crate) const DECLINED: Self = Self {
        success: false,
        message: None,
    };

    pub(crate) const fn said(message: &'static str) -> Self {
        Self {
            success: true,
            message: Some(message),
        }
    }
}
