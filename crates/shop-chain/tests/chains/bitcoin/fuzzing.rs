#[path = "../../../../../fuzz/src/bitcoin.rs"]
mod target;
use super::{Simulated, node::Manner};
use crate::suite::TestChain;
use bitcoin::{
    bip158::{BlockFilter, FilterHash, FilterHeader},
    consensus::serialize,
    hashes::Hash,
    p2p::message_filter::{CFHeaders, CFilter},
};
use shop_core::money::{Amount, AssetId};
fn put(out: &mut Vec<u8>, kind: u8, payload: &[u8]) {
    out.push(kind);
    out.extend((payload.len() as u16).to_le_bytes());
    out.extend(payload);
}
#[tokio::test]
async fn dump() {
    let mut bench = Simulated::new(&[Manner::Honest]);
    let to =
        shop_chain::pay_to(AssetId::BTC, "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080").unwrap();
    bench.pay(&to, Amount::new(AssetId::BTC, 7)).await;
    bench.mine(1).await;
    let blocks = bench.chain.lock().blocks.clone();
    let mut out = vec![1];
    let mut version = 70016u32.to_le_bytes().to_vec();
    version.extend((1u64 | 8 | 64).to_le_bytes());
    version.extend([0; 8]);
    put(&mut out, 0, &version);
    put(&mut out, 1, &[]);
    let mut headers = vec![2];
    for b in &blocks[1..] {
        headers.extend(serialize(&b.header));
        headers.push(0);
    }
    put(&mut out, 4, &headers);
    put(&mut out, 4, &headers);
    let filters: Vec<Vec<u8>> = blocks
        .iter()
        .map(|b| {
            BlockFilter::new_script_filter(b, |_: &_| Ok(bitcoin::ScriptBuf::from(vec![0x52])))
                .unwrap()
                .content
        })
        .collect();
    let last = blocks[2].block_hash();
    let told = |from: usize| CFHeaders {
        filter_type: 0,
        stop_hash: last,
        previous_filter_header: FilterHeader::all_zeros(),
        filter_hashes: filters[from..].iter().map(|f| FilterHash::hash(f)).collect(),
    };
    let filter = |n: usize| CFilter {
        filter_type: 0,
        block_hash: blocks[n].block_hash(),
        filter: filters[n].clone(),
    };
    put(&mut out, 5, &serialize(&told(2)));
    put(&mut out, 6, &serialize(&filter(2)));
    put(&mut out, 7, &serialize(&blocks[2]));
    put(&mut out, 4, &headers);
    put(&mut out, 5, &serialize(&told(1)));
    put(&mut out, 6, &serialize(&filter(1)));
    put(&mut out, 6, &serialize(&filter(2)));
    put(&mut out, 7, &serialize(&blocks[2]));
    std::thread::spawn({
        let out = out.clone();
        move || target::bitcoin_peer(&out)
    })
    .join()
    .unwrap();
    for cut in [5, 40, 200] {
        let out = out.clone();
        std::thread::spawn(move || target::bitcoin_peer(&out[..out.len() - cut])).join().unwrap();
    }
    std::thread::spawn(|| target::bitcoin_peer(&[0; 200])).join().unwrap();
    std::fs::create_dir_all("../../fuzz/corpus/bitcoin_peer").unwrap();
    std::fs::write("../../fuzz/corpus/bitcoin_peer/honest", out).unwrap();
}
