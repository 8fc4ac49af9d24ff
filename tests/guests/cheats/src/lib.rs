//! Detectors that know nothing and try to look good: what the judge must not be taken in by.

mod flood;
mod near_target;
mod stale;
mod stretcher;
mod twofaced;
mod wick;

tapewright_sdk::export_detectors!(
    flood::Flood,
    near_target::NearTarget,
    stale::Stale,
    stretcher::Stretcher,
    twofaced::Twofaced,
    wick::Wick,
);
