//! What `wit-bindgen` makes of the contract: one world a kind, over one set of types.

mod shared {
    wit_bindgen::generate!({
        path: "../../wit/signal",
        inline: "
            package tapewright:sdk;
            world shared {
                import tapewright:signal/types@0.1.0;
                import tapewright:signal/log@0.1.0;
            }
        ",
        generate_all,
        additional_derives: [Clone, PartialEq],
    });
}

pub use shared::tapewright::signal::{log, types};

macro_rules! kind {
    ($module:ident, $world:literal, $export:literal, $path:literal) => {
        pub mod $module {
            wit_bindgen::generate!({
                path: "../../wit/signal",
                world: $world,
                with: {
                    "tapewright:signal/types@0.1.0": crate::bindings::types,
                    "tapewright:signal/log@0.1.0": crate::bindings::log,
                },
                pub_export_macro: true,
                export_macro_name: $export,
                default_bindings_module: $path,
                additional_derives: [Clone, PartialEq],
            });
        }
    };
}

kind!(detector, "detector-plugin", "export_detector", "tapewright_sdk::bindings::detector");
kind!(strategy, "strategy-plugin", "export_strategy", "tapewright_sdk::bindings::strategy");
kind!(feedback, "learning-plugin", "export_feedback", "tapewright_sdk::bindings::feedback");
kind!(trainable, "trainable-plugin", "export_trainable", "tapewright_sdk::bindings::trainable");
