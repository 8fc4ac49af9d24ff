//! The plugin as a host sees it: opened natively, shown rows, and listened to.

mod context;
mod market;
mod opening;
mod patterns;
mod walk;
