use std::sync::Arc;

use wacore::net::{HttpClient, HttpRequest, HttpResponse, StreamingHttpResponse, UploadBody};
use whatsapp_rust::http::UreqHttpClient;

/// The client's HTTP, with every WhatsApp host played by the sandbox.
#[derive(Clone)]
pub(crate) struct Http {
    inner: UreqHttpClient,
    sandbox: Arc<str>,
}

impl Http {
    pub(crate) fn new(sandbox: &str) -> Self {
        Self {
            inner: UreqHttpClient::new(),
            sandbox: sandbox.into(),
        }
    }

    fn redirected(&self, mut request: HttpRequest) -> HttpRequest {
        if let Some(rest) = request.url.strip_prefix("https://") {
            let path = rest.find('/').map_or("/", |at| &rest[at..]);
            request.url = format!("{}{path}", self.sandbox);
        }
        request
    }
}

#[async_trait::async_trait]
impl HttpClient for Http {
    async fn execute(&self, request: HttpRequest) -> anyhow::Result<HttpResponse> {
        self.inner.execute(self.redirected(request)).await
    }

    fn supports_streaming(&self) -> bool {
        true
    }

    fn execute_streaming(&self, request: HttpRequest) -> anyhow::Result<StreamingHttpResponse> {
        self.inner.execute_streaming(self.redirected(request))
    }

    fn supports_upload_streaming(&self) -> bool {
        true
    }

    fn execute_upload(
        &self,
        request: HttpRequest,
        body: UploadBody,
        content_length: u64,
    ) -> anyhow::Result<HttpResponse> {
        self.inner
            .execute_upload(self.redirected(request), body, content_length)
    }
}
