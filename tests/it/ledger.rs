//! Segments as others read them.

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int8Type, TimestampNanosecondType, UInt64Type};
use arrow_array::{Array, StringArray};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use tapewright_ledger::{Ledger, NewRun, UnitRow};
use tapewright_model::{Batch, NodeNames, OutputRows, UnitNames, What};
use tapewright_replay::RunOptions;
use tapewright_tests::{guests, markets, runs};

#[test]
fn a_segment_holds_what_was_said_in_the_order_of_the_commit() {
    let kit = guests::load("kit");
    let bindings = vec![guests::bind(&kit, "late_pivot", &[])];
    let mut request = runs::request(markets::five(400), bindings);
    request.symbols.truncate(1);
    let ran = runs::keep(&request, &RunOptions::default());
    let records = ran.of("late_pivot@AAA");
    let folder = tempfile::tempdir().unwrap();
    let ledger = Ledger::open(folder.path()).unwrap();
    let nodes = vec![NodeNames {
        label: "late_pivot@AAA".into(),
        patterns: vec!["pivot_high".into()],
        reasons: Vec::new(),
        outputs: vec!["level".into()],
    }];
    let labels = UnitNames { symbols: vec!["AAA".into()], nodes };
    let mut segment = ledger.segment(labels.clone()).unwrap();
    for (record, values) in records {
        let record = tapewright_model::Record { values: (0, values.len() as u32), ..*record };
        segment.add(&Batch { records: vec![record], values: values.clone(), ..Batch::default() }).unwrap();
    }
    let outputs = &ran.outputs["late_pivot@AAA"];
    for rows in outputs.chunks(7) {
        let (times, slot) = rows.iter().map(|(_, time, values)| (*time, values[0])).unzip();
        let block = OutputRows { node: 0, first_row: rows[0].0, times, slots: vec![slot] };
        segment.add(&Batch { outputs: vec![block], ..Batch::default() }).unwrap();
    }
    let digest = ran.result.units[0].digest;
    let written = segment.finish(&digest).unwrap();
    let path = ledger.segment_path(&digest);
    let figures = "[]".to_owned();
    let unit = UnitRow { key: digest, digest, records: 0, segment: written.digest, outputs: written.outputs, figures };
    assert!(ledger.is_whole(&unit));
    // what is read back is what was written, but for what a file does not keep
    let mut reader = ledger.read(&unit, labels).unwrap();
    let mut back = Vec::new();
    while let Some(batch) = reader.next_batch().unwrap() {
        back.extend(batch.records.iter().map(|record| (*record, batch.values_of(record).to_vec())));
    }
    assert_eq!(back.len(), records.len());
    for ((a, evidence), (b, values)) in back.iter().zip(records) {
        assert_eq!((a.known_time, a.row, evidence), (b.known_time, b.row, values));
        // NaN is not equal to itself
        assert_eq!(format!("{:?}", a.what), format!("{:?}", b.what));
    }
    let mut reader = ledger.read_outputs(&unit, 0).unwrap().unwrap();
    let mut rows = 0;
    while let Some(block) = reader.next_rows().unwrap() {
        for (at, time) in block.times.iter().enumerate() {
            let (row, want_time, values) = &outputs[rows];
            assert_eq!((block.first_row + at as u64, time), (*row, want_time));
            assert_eq!(runs::bits(&[block.slots[0][at]]), runs::bits(values));
            rows += 1;
        }
    }
    assert_eq!(rows, outputs.len());
    let file = std::fs::File::open(path).unwrap();
    let read = ParquetRecordBatchReaderBuilder::try_new(file).unwrap().with_batch_size(1 << 20).build().unwrap();
    let batch = read.map(Result::unwrap).next().unwrap();
    assert_eq!(batch.num_rows(), records.len());
    let column = |name: &str| batch.column_by_name(name).unwrap_or_else(|| panic!("{name}")).clone();
    let word = |name: &str, row: usize| {
        let words = arrow_cast(&column(name));
        words.is_valid(row).then(|| words.value(row).to_owned())
    };
    let strength = column("strength");
    for (at, (record, values)) in records.iter().enumerate() {
        assert_eq!(column("known_time").as_primitive::<TimestampNanosecondType>().value(at), record.known_time.0);
        assert_eq!(column("row").as_primitive::<UInt64Type>().value(at), record.row);
        assert_eq!(word("what", at).unwrap(), record.what.word());
        assert_eq!(word("symbol", at).unwrap(), "AAA");
        if let What::Detection(said) = record.what {
            assert_eq!(word("name", at).unwrap(), "pivot_high");
            assert_eq!(strength.as_primitive::<Float64Type>().value(at), said.strength);
            assert_eq!(column("direction").as_primitive::<Int8Type>().value(at), -1);
            let kept = column("evidence").as_list::<i32>().value(at);
            assert_eq!(kept.as_primitive::<Float64Type>().values().to_vec(), *values);
        }
    }
}

#[test]
fn what_a_killed_process_had_begun_to_write_is_swept() {
    let folder = tempfile::tempdir().unwrap();
    drop(Ledger::open(folder.path()).unwrap());
    let mut child = std::process::Command::new("true").spawn().unwrap();
    child.wait().unwrap();
    let segments = folder.path().join("segments");
    let two_hours_ago = std::time::SystemTime::now() - std::time::Duration::from_secs(7200);
    let begin = |pid: u32, number: u32, old: bool| {
        let path = segments.join(format!(".{pid}-{number}.part"));
        let file = std::fs::File::create(&path).unwrap();
        if old {
            file.set_modified(two_hours_ago).unwrap();
        }
        path
    };
    let (gone, lately) = (begin(child.id(), 0, true), begin(child.id(), 1, false));
    let own = begin(std::process::id(), 0, true);
    drop(Ledger::open(folder.path()).unwrap());
    assert!(!gone.exists() && lately.exists() && own.exists());
}

/// A dictionary of words as plain words.
fn arrow_cast(column: &arrow_array::ArrayRef) -> StringArray {
    match column.as_any_dictionary_opt() {
        Some(dictionary) => {
            let words = dictionary.values().as_string::<i32>();
            let keys = dictionary.normalized_keys();
            (0..column.len()).map(|row| column.is_valid(row).then(|| words.value(keys[row]))).collect()
        }
        None => column.as_string::<i32>().clone(),
    }
}

#[test]
fn a_segment_that_was_not_finished_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = Ledger::open(folder.path()).unwrap();
    drop(ledger.segment(UnitNames::default()).unwrap());
    assert_eq!(std::fs::read_dir(folder.path().join("segments")).unwrap().count(), 0);
}

#[test]
fn a_ledger_opens_again_and_a_newer_one_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let key = tapewright_model::Digest::of_file(b"key");
    let ledger = Ledger::open(folder.path()).unwrap();
    let run = ledger.begin_run(&NewRun { key: &key, provenance: "{}" }).unwrap();
    let unit = UnitRow { key, digest: key, records: 3, segment: key, outputs: vec![0, 12], figures: "[]".into() };
    ledger.finish_unit(run, &unit).unwrap();
    drop(ledger);
    let ledger = Ledger::open(folder.path()).unwrap();
    assert_eq!(ledger.units(run).unwrap(), [unit]);
    assert_eq!(ledger.run(run).unwrap().digest, None);
    ledger.finish_run(run, &key).unwrap();
    assert_eq!(ledger.run(run).unwrap().digest, Some(key));
    drop(ledger);
    // what a later version would leave
    let path = folder.path().join("ledger.db");
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[60..64].copy_from_slice(&99_u32.to_be_bytes());
    std::fs::write(&path, bytes).unwrap();
    let error = Ledger::open(folder.path()).err().unwrap().to_string();
    assert!(error.contains("has version 99, and this Tapewright knows 2"), "{error}");
}

#[test]
fn many_openings_of_a_new_ledger_at_once_all_succeed() {
    for _ in 0..20 {
        let folder = tempfile::tempdir().unwrap();
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| Ledger::open(folder.path()).unwrap().unfinished().unwrap());
            }
        });
    }
}

#[cfg(unix)]
#[test]
fn no_link_in_the_home_folder_leads_the_ledger_out_of_it() {
    use std::os::unix::fs::symlink;
    for (name, said) in [
        ("ledger.db", "it is a link, and the ledger's files lie in its own folder"),
        ("plugins", "a path led outside of the filesystem"),
        ("segments", "a path led outside of the filesystem"),
    ] {
        let around = tempfile::tempdir().unwrap();
        let (home, outside) = (around.path().join("home"), around.path().join("outside"));
        std::fs::create_dir(&home).unwrap();
        std::fs::create_dir(&outside).unwrap();
        symlink(&outside, home.join(name)).unwrap();
        let error = Ledger::open(&home).err().unwrap().to_string();
        assert_eq!(error, format!("{}: {said}", home.join(name).display()));
        assert_eq!(std::fs::read_dir(&outside).unwrap().count(), 0);
        // the home folder itself lies where its user wants it
        std::fs::remove_file(home.join(name)).unwrap();
        symlink(&home, around.path().join("link")).unwrap();
        Ledger::open(&around.path().join("link")).unwrap();
    }
    // a log of the database that leads elsewhere is not written through
    let around = tempfile::tempdir().unwrap();
    let home = around.path().join("home");
    drop(Ledger::open(&home).unwrap());
    std::fs::write(around.path().join("secret"), "secret").unwrap();
    for name in ["ledger.db-wal", "ledger.db-shm"] {
        let _ = std::fs::remove_file(home.join(name));
        symlink("../secret", home.join(name)).unwrap();
        assert!(Ledger::open(&home).is_err(), "{name}");
        std::fs::remove_file(home.join(name)).unwrap();
    }
    assert_eq!(std::fs::read_to_string(around.path().join("secret")).unwrap(), "secret");
}
