//! Webhooks: what receivers get, whatever they answer and whenever the gateway is killed.

mod access;
mod crash;
mod deliveries;
mod failing;
mod hooked;
mod registration;
mod secrets;
mod signatures;
