//! Runs whose records stay in memory.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use tapewright_engine::Limits;
use tapewright_market::Market;
use tapewright_model::{Batch, Record, SaidDigest, What};
use tapewright_replay::{Binding, Graph, Request, RunOptions, RunResult, Sink, SinkError, UnitInfo, UnitResult, run};

/// Records with their values, by node label.
pub type Records = BTreeMap<String, Vec<(Record, Vec<f64>)>>;

/// What a run said, by node label, in the order of its commit.
pub struct Ran {
    pub result: RunResult,
    pub records: Records,
}

pub fn request(market: Market, bindings: Vec<Binding>) -> Request {
    let symbols = market.symbols().cloned().collect();
    Request {
        engine: crate::guests::engine(),
        bindings,
        market: Arc::new(market),
        symbols,
        limits: Limits::default(),
        cash: 100_000.0,
    }
}

struct Kept<'a> {
    unit: UnitInfo,
    records: Vec<(Record, Vec<f64>)>,
    all: &'a Mutex<Records>,
}

impl Sink for Kept<'_> {
    fn batch(&mut self, batch: &Batch) -> Result<(), SinkError> {
        self.records.extend(batch.records.iter().map(|record| (*record, batch.values_of(record).to_vec())));
        Ok(())
    }

    fn finish(self: Box<Self>, result: &UnitResult) -> Result<(), SinkError> {
        // what reached the sink is what the digest covers, in the order that the house promises
        let key =
            |(record, _): &(Record, Vec<f64>)| (record.known_time, record.instrument, record.node, record.sequence);
        assert!(self.records.is_sorted_by_key(key), "committed out of order");
        let mut batch = Batch::default();
        for (record, values) in &self.records {
            let start = batch.values.len() as u32;
            batch.values.extend(values);
            batch.records.push(Record { values: (start, batch.values.len() as u32), ..*record });
        }
        let mut said = SaidDigest::new(self.unit.nodes.iter().map(|node| node.label.as_str()));
        said.add(&batch);
        assert_eq!(said.finish(), (result.digest, result.records));
        let mut all = self.all.lock().unwrap();
        for node in &self.unit.nodes {
            all.entry(node.label.clone()).or_default();
        }
        for (record, values) in self.records {
            all.get_mut(&self.unit.nodes[record.node as usize].label).unwrap().push((record, values));
        }
        Ok(())
    }
}

pub fn keep(request: &Request, options: &RunOptions) -> Ran {
    let graph = Graph::new(request).unwrap();
    let all = Mutex::default();
    let sink = |unit: &UnitInfo| -> Result<Box<dyn Sink + '_>, SinkError> {
        Ok(Box::new(Kept { unit: unit.clone(), records: Vec::new(), all: &all }))
    };
    let result = run(request, &graph, options, &BTreeMap::new(), &sink).unwrap();
    Ran { result, records: all.into_inner().unwrap() }
}

impl Ran {
    pub fn of(&self, label: &str) -> &[(Record, Vec<f64>)] {
        &self.records[label]
    }

    /// The rows of a node's output columns: row, values.
    pub fn columns(&self, label: &str) -> Vec<(u64, Vec<f64>)> {
        let rows = self.of(label).iter().filter(|(record, _)| record.what == What::Columns);
        rows.map(|(record, values)| (record.row, values.clone())).collect()
    }

    pub fn fault(&self, label: &str) -> Option<&tapewright_model::Fault> {
        let nodes = self.result.units.iter().flat_map(|unit| &unit.nodes);
        nodes.filter(|node| node.label == label).find_map(|node| node.fault.as_ref())
    }
}

/// Bits, so that NaN equals NaN and −0 does not equal 0.
pub fn bits(values: &[f64]) -> Vec<u64> {
    values.iter().map(|value| value.to_bits()).collect()
}
