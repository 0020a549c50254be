use wagon_domain::Event;

/// A dialect's words for events: the body of a webhook's request.
pub trait Render: Send + Sync + 'static {
    fn body(&self, event: &Event) -> String;
}

impl<F: Fn(&Event) -> String + Send + Sync + 'static> Render for F {
    fn body(&self, event: &Event) -> String {
        self(event)
    }
}
