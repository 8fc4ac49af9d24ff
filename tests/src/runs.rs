//! Runs whose records stay in memory.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use tapewright_market::Market;
use tapewright_model::{Batch, OutputRows, Record, SaidDigest};
use tapewright_replay::{Binding, Graph, Request, RunOptions, RunResult, Sink, SinkError, UnitInfo, UnitResult, run};

/// Records with their values, by node label.
pub type Records = BTreeMap<String, Vec<(Record, Vec<f64>)>>;
/// Rows of output columns, by node label: row, known time, values by slot.
pub type Outputs = BTreeMap<String, Vec<(u64, i64, Vec<f64>)>>;

/// What a run said, by node label, in the order of its commit.
pub struct Ran {
    pub result: RunResult,
    pub records: Records,
    pub outputs: Outputs,
}

pub fn request(market: Market, bindings: Vec<Binding>) -> Request {
    let symbols = market.symbols().cloned().collect();
    Request { engine: crate::guests::engine(), bindings, market: Arc::new(market), symbols, cash: 100_000.0 }
}

struct Kept<'a> {
    unit: UnitInfo,
    records: Vec<(Record, Vec<f64>)>,
    outputs: Vec<OutputRows>,
    all: &'a Mutex<(Records, Outputs)>,
}

impl Sink for Kept<'_> {
    fn batch(&mut self, batch: &Batch) -> Result<(), SinkError> {
        self.records.extend(batch.records.iter().map(|record| (*record, batch.values_of(record).to_vec())));
        self.outputs.extend(batch.outputs.iter().cloned());
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
        // however it is cut: here into rows
        for block in &self.outputs {
            for (at, time) in block.times.iter().enumerate() {
                let slots = block.slots.iter().map(|slot| vec![slot[at]]).collect();
                let first_row = block.first_row + at as u64;
                batch.outputs.push(OutputRows { node: block.node, first_row, times: vec![*time], slots });
            }
        }
        let mut said = SaidDigest::new(&self.unit.names());
        said.add(&batch);
        assert_eq!(said.finish(), (result.digest, result.records));
        let mut all = self.all.lock().unwrap();
        let (records, outputs) = &mut *all;
        for node in &self.unit.nodes {
            records.entry(node.label.clone()).or_default();
        }
        for (record, values) in self.records {
            records.get_mut(&self.unit.nodes[record.node as usize].label).unwrap().push((record, values));
        }
        for row in batch.outputs {
            let rows = outputs.entry(self.unit.nodes[row.node as usize].label.clone()).or_default();
            assert_eq!(row.first_row, rows.len() as u64, "a row of output columns is missing");
            rows.push((row.first_row, row.times[0], row.slots.into_iter().flatten().collect()));
        }
        Ok(())
    }
}

pub fn keep(request: &Request, options: &RunOptions) -> Ran {
    let graph = Graph::new(request).unwrap();
    let all = Mutex::default();
    let sink = |unit: &UnitInfo| -> Result<Box<dyn Sink + Send + '_>, SinkError> {
        Ok(Box::new(Kept { unit: unit.clone(), records: Vec::new(), outputs: Vec::new(), all: &all }))
    };
    let result = run(request, &graph, options, &BTreeMap::new(), &sink).unwrap();
    let (records, outputs) = all.into_inner().unwrap();
    Ran { result, records, outputs }
}

impl Ran {
    pub fn of(&self, label: &str) -> &[(Record, Vec<f64>)] {
        &self.records[label]
    }

    /// The rows of a node's output columns: row, values.
    pub fn columns(&self, label: &str) -> Vec<(u64, Vec<f64>)> {
        self.outputs[label].iter().map(|(row, _, values)| (*row, values.clone())).collect()
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
