//! The kit: toy guests, each the shortest that can do one thing which the loop must get right.

mod bracket;
mod daily;
mod ema_cross;
mod follower;
mod hungry;
mod late_pivot;
mod learner;
mod mirror;
mod rank;
mod smuggler;
mod trailing;
mod trap_at;
mod witness;

tapewright_sdk::export_detectors!(
    daily::Daily,
    ema_cross::EmaCross,
    follower::Follower,
    hungry::Hungry,
    late_pivot::LatePivot,
    learner::Learner,
    mirror::Mirror,
    rank::Rank,
    smuggler::Smuggler,
    trap_at::TrapAt,
    witness::Witness,
);
tapewright_sdk::export_strategies!(bracket::Bracket, trailing::Trailing);
tapewright_sdk::export_learning!();
