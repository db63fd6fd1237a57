//! Stretch of blocks, read side by side: the proved part is kept, whatever the rest does.

use super::{
    block::{Block, Unfinished},
    fetch::{Fetched, NotFetched, Partial, fetch},
    quorum::{NodeAnswers, Quorum, UNASKED},
};
use crate::{
    heads::{Head, most_told},
    transport::{BoxFuture, join_prefix},
    watcher::{NodeError, WatchError},
};
use shop_core::view::{BlockHash, Height};
use tokio::time::Instant;

/// Reason why no block of a stretch could be read.
pub(super) enum ReadError {
    /// The oldest of them does not stand on what was read before.
    Elsewhere,
    /// Enough nodes answer, but not all of them have the block yet.
    NotYet,
    /// Its header and transactions are proved, but no node gave its receipts.
    Receipts(Box<Unfinished>, WatchError),
    /// The oldest of them could not be read.
    Watch(WatchError),
}

/// Reads the blocks from `from` to `to`, or as many of the first of them as can be proved.
/// Each names its parent, and a strict majority tells the hash of the last one. The first has to
/// stand on `parent`, if that is known.
pub(super) async fn read(
    quorum: &Quorum<'_>,
    from: Height,
    to: Height,
    parent: Option<BlockHash>,
) -> Result<Vec<Block>, ReadError> {
    let nodes = quorum.sessions.len();
    // Another node each time, so that none gets all the work or can hold up all the reading.
    let start = usize::try_from(from.0).unwrap_or(0) % nodes.max(1);
    let mut order: Vec<usize> = (0..nodes).cycle().skip(start).take(nodes).collect();
    for _ in 0..nodes {
        let stretch = fetch_stretch(quorum, &order, from, to, parent).await?;
        match agree(quorum, stretch).await? {
            Agreed::On(blocks) => return Ok(blocks),
            Agreed::OnOthers(by) => {
                // The node that was read from stands elsewhere: one of the many goes first.
                order.sort_by_key(|place| !by.contains(place));
            }
        }
    }
    Err(ReadError::Watch(WatchError::Moved))
}

/// Blocks that follow from one another, with the heads other nodes tell of the last.
struct Stretch {
    fetched: Vec<Fetched>,
    heads: NodeAnswers<Head>,
    /// The height `heads` are of.
    asked: Height,
}

async fn fetch_stretch(
    quorum: &Quorum<'_>,
    order: &[usize],
    from: Height,
    to: Height,
    parent: Option<BlockHash>,
) -> Result<Stretch, ReadError> {
    let Some(session) = order.first().and_then(|place| quorum.sessions.get(*place)) else {
        return Err(ReadError::Watch(WatchError::NoNodes));
    };
    let one = |height| {
        let block = fetch(quorum, order, Height(height));
        Box::pin(block) as BoxFuture<'_, Result<Fetched, NotFetched>>
    };
    let blocks = (from.0..=to.0).map(one).collect();
    let until = Instant::now() + session.settings.step_time;
    let reading = join_prefix(blocks, session.peer.width(), || Instant::now() > until);
    let (read, heads) = tokio::join!(reading, quorum.heads(to, order.first().copied()));
    let (mut fetched, failed) = read;
    let mut below = parent;
    let follows = |fetched: &Fetched| {
        let stands = below.is_none_or(|below| below == fetched.block.parent);
        below = Some(fetched.block.at.hash);
        stands
    };
    let linked = fetched.iter().map(follows).take_while(|stands| *stands).count();
    if linked == 0 && !fetched.is_empty() {
        return Err(ReadError::Elsewhere);
    }
    // Where the branch changed while it was read, the rest of it is read the next time.
    fetched.truncate(linked);
    match failed {
        Some(failed) if fetched.is_empty() => {
            Err(why_not(quorum, failed, from, parent, heads, to).await)
        }
        _ => Ok(Stretch { fetched, heads, asked: to }),
    }
}

/// Returns the reason why no block could be read.
/// Checks that the proved part of the first block stands where it should, and that enough nodes
/// tell its hash.
async fn why_not(
    quorum: &Quorum<'_>,
    failed: NotFetched,
    from: Height,
    parent: Option<BlockHash>,
    heads: NodeAnswers<Head>,
    asked: Height,
) -> ReadError {
    let NotFetched { trouble: (place, trouble), partial } = failed;
    let may_be_had = |partial: &Partial| receipts_may_be_had(&partial.trouble);
    let Some(partial) = partial.filter(|partial| !may_be_had(partial)) else {
        if trouble == NodeError::Missing {
            return ReadError::NotYet;
        }
        let number = place.saturating_add(1);
        return ReadError::Watch(WatchError::Node { number, trouble });
    };
    let Partial { block: partial, from: place, trouble } = partial;
    let error = WatchError::Node { number: place.saturating_add(1), trouble };
    if parent.is_some_and(|parent| parent != partial.parent()) {
        return ReadError::Elsewhere;
    }
    let is_told = asked == from && !heads.contains(&Err(UNASKED));
    let heads = if is_told { heads } else { quorum.heads(from, Some(place)).await };
    let hash = partial.at().hash;
    let tell = heads.iter().enumerate().filter(|(other, head)| {
        *other == place || head.as_ref().is_ok_and(|head| head.hash == hash)
    });
    if tell.count() >= quorum.needed() {
        ReadError::Receipts(Box::new(partial), error)
    } else {
        ReadError::Watch(error)
    }
}

/// Returns true after trouble that says nothing of the receipts themselves.
const fn receipts_may_be_had(trouble: &NodeError) -> bool {
    matches!(
        trouble,
        NodeError::Unreachable
            | NodeError::Busy { .. }
            | NodeError::WrongChain { .. }
            | NodeError::TooNew(_)
    )
}

enum Agreed {
    /// Enough nodes tell the hash of the last of these.
    On(Vec<Block>),
    /// Enough nodes, at these places, tell another.
    OnOthers(Vec<usize>),
}

/// Asks for a strict majority for the last block.
/// If some nodes do not have that one yet, one block less will do.
async fn agree(quorum: &Quorum<'_>, stretch: Stretch) -> Result<Agreed, ReadError> {
    let Stretch { mut fetched, mut heads, mut asked } = stretch;
    let needed = quorum.needed();
    while let Some(last) = fetched.last() {
        let at = last.block.at;
        let giver = last.from;
        if asked != at.height {
            heads = quorum.heads(at.height, Some(giver)).await;
            asked = at.height;
        }
        let tells = |(place, head): &(usize, &Result<Head, NodeError>)| {
            *place == giver || head.as_ref().is_ok_and(|head| head.hash == at.hash)
        };
        let mut agreed = heads.iter().enumerate().filter(tells).count();
        if agreed < needed && heads.contains(&Err(UNASKED)) {
            // The one not asked is not the one that gave the block.
            heads = quorum.heads(at.height, Some(giver)).await;
            agreed = heads.iter().enumerate().filter(tells).count();
        }
        if agreed >= needed {
            return Ok(Agreed::On(fetched.into_iter().map(|fetched| fetched.block).collect()));
        }
        if let Some((_, by)) = most_told(&heads)
            && by.len() >= needed
        {
            return Ok(Agreed::OnOthers(by));
        }
        if !heads.contains(&Err(NodeError::Missing)) {
            return Err(ReadError::Watch(quorum.no_majority(agreed, &heads)));
        }
        fetched.pop();
    }
    Err(ReadError::NotYet)
}
