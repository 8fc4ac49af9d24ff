//! What a format says, kept whole: for tests.

use std::path::PathBuf;
use std::sync::Arc;

use super::format::{Fit, Format, Hints, recognise};
use super::formats::FORMATS;
use super::rows::{Rows, Shape, When};
use super::source::Source;
use crate::chain::Chain;
use crate::error::MarketError;
use crate::event::Event;
use crate::factors::Factors;

/// Keeps everything, and leaves out what cannot be read.
#[derive(Default)]
pub(crate) struct Heard {
    pub(crate) series: Vec<Shape>,
    pub(crate) rows: Vec<(usize, u64, When, Vec<f64>)>,
    pub(crate) chains: Vec<Chain>,
    pub(crate) events: Vec<(u64, Event)>,
    pub(crate) factors: Vec<Factors>,
    pub(crate) unreadable: Vec<(u64, String)>,
}

impl Rows for Heard {
    fn series(&mut self, shape: Shape) -> Result<usize, MarketError> {
        if let Some(at) = self.series.iter().position(|known| *known == shape) {
            return Ok(at);
        }
        self.series.push(shape);
        Ok(self.series.len() - 1)
    }

    fn row(&mut self, series: usize, line: u64, when: When, values: &[f64]) -> Result<(), MarketError> {
        assert_eq!(values.len(), self.series[series].columns.len());
        self.rows.push((series, line, when, values.to_vec()));
        Ok(())
    }

    fn chain(&mut self, chain: Chain) -> Result<(), MarketError> {
        self.chains.push(chain);
        Ok(())
    }

    fn event(&mut self, line: u64, event: Event) -> Result<(), MarketError> {
        self.events.push((line, event));
        Ok(())
    }

    fn factors(&mut self, factors: Factors) -> Result<(), MarketError> {
        self.factors.push(factors);
        Ok(())
    }

    fn unreadable(&mut self, line: u64, reason: String) -> Result<(), MarketError> {
        self.unreadable.push((line, reason));
        Ok(())
    }
}

/// Reads a text under a file's name, which must be recognised as that format and no other.
pub(crate) fn hear(format: &'static dyn Format, name: &str, text: &str) -> Heard {
    try_hear(format, name, text, &Hints::default()).unwrap()
}

/// The same with hints.
pub(crate) fn try_hear(
    format: &'static dyn Format,
    name: &str,
    text: &str,
    hints: &Hints,
) -> Result<Heard, MarketError> {
    hear_source(format, &Source::of_bytes(name, text.as_bytes()), hints)
}

/// Reads a source, which must be recognised as that format and no other.
pub(crate) fn hear_source(format: &'static dyn Format, source: &Source, hints: &Hints) -> Result<Heard, MarketError> {
    let recognised = recognise(&source.head()?, FORMATS)?;
    assert_eq!(recognised.name(), format.name(), "{}", source.shown);
    let mut heard = Heard::default();
    format.read(source, hints, &mut heard)?;
    Ok(heard)
}

/// How a text under a file's name fits.
pub(crate) fn fit(format: &dyn Format, name: &str, text: &str) -> Fit {
    format.fits(&Source::of_bytes(name, text.as_bytes()).head().unwrap())
}

/// Bytes that are no data of any format; none of them may do more than fail.
pub(crate) fn rubbish(format: &'static dyn Format, name: &str, header: &str) {
    for rest in [
        "",
        "\n",
        ",\n",
        ",,,,,,,,,,,,,,,,,,,,,,,,,,,,,,\n",
        "\u{0}\u{0}\n",
        "\"\n\n",
        "9999999999999999999999,1e999,nan,inf,-0\n",
        "日本語,日本語,日本語,日本語,日本語\n",
        "2024-01-03\n2024-01-03,1\n",
    ] {
        let text = format!("{header}{rest}");
        for hints in [Hints::default(), Hints { zone: Some(jiff::tz::TimeZone::UTC), ..Hints::default() }] {
            let mut heard = Heard::default();
            let _ = format.read(&Source::of_bytes(name, text.as_bytes()), &hints, &mut heard);
            assert!(heard.chains.iter().all(|chain| chain.quotes.iter().all(|quote| quote.strike > 0.0)));
        }
    }
    let bytes: Vec<u8> = (0..4096_u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let mut heard = Heard::default();
    let _ = format.read(&Source::of_bytes(name, &[header.as_bytes(), &bytes].concat()), &Hints::default(), &mut heard);
}

/// A file of the shared data; `None`, said once, when it is not there.
pub(crate) fn shared(path: &str) -> Option<Source> {
    let folder = std::env::var_os("TAPEWRIGHT_TEST_DATA")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"), PathBuf::from);
    let path = folder.join(path);
    if !path.exists() {
        println!("skipped: {} is not there", path.display());
        return None;
    }
    Source::of_file(&path, &Arc::default()).unwrap().into_iter().next()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLES: [(&str, &str, &str); 12] = [
        (
            "cboe-csv",
            "a.csv",
            "\nS&P 500,Last: 4697.24\n\"Date: January 4, 2024 at 4:05 PM EST\",Bid: 1\nExpiration Date,Calls,Last Sale,Net,Bid,Ask,Volume,IV,Delta,Gamma,Open Interest,Strike,Puts,Last Sale,Net,Bid,Ask,Volume,IV,Delta,Gamma,Open Interest\nFri Jan 19 2024,SPX240119C04700000,50.1,1,49,51,10,0.12,0.51,0.002,100,4700.00,SPX240119P04700000,48,1,47,49,20,0,-0.49,0,300\n",
        ),
        (
            "cboe-json",
            "a.json",
            "{\"timestamp\":\"2024-01-03 21:05:00\",\"data\":{\"symbol\":\"SPX\",\"current_price\":1,\"options\":[{\"option\":\"SPXW240103C04700000\",\"bid\":4.9,\"iv\":0.1}]}}",
        ),
        (
            "lean-universe",
            "goog-20151222.csv",
            "#expiry,strike,right,open,high,low,close,volume,open_interest,implied_volatility,delta,gamma\n20151224,600,C,1,1,1,1,1,1,0.1,0.1,0.1\n,,,1,1,1,1,1,,,,\n",
        ),
        (
            "chain-csv",
            "a.csv",
            "underlying,quotedate,expiration,strike,type,bid,ask,gamma\nSPX,2017-01-03,2017-03-17,300,call,1,2,0.1\nSPX,2017-01-04,2017-03-17,300,call,1,2,0.1\n",
        ),
        (
            "events",
            "a.csv",
            "date,time,kind,title,text,value\n2024-01-03,2:31 PM,fomc,a,\"b\nc\",1\n2024-01-03,,x,y,,\n",
        ),
        (
            "events",
            "a.jsonl",
            "{\"date\":\"2024-01-03\",\"title\":\"x\",\"value\":1}\n{\"date\":1704292260,\"title\":\"y\"}\n",
        ),
        ("dividends", "a.csv", "ex_date,declared,amount\n2024-02-09,2024-02-01,0.24\n"),
        ("vintages", "a.csv", "date,GDP_20200130,GDP_20200227\n2019-10-01,1,2\n2019-07-01,1,1\n"),
        ("fred", "a.csv", "DATE,VALUE\n2024-01-04,1\n2024-01-05,2\n2024-01-08,3\n"),
        ("treasury", "a.csv", "Date,\"1 Mo\",\"30 Yr\"\n01/31/2025,4.37,4.2\n"),
        ("onchain", "a.csv", "asset,time,AdrActCnt\nbtc,2024-01-03,1\n"),
        ("prints", "a.csv", "time,option,price,size,bid,ask\n2024-01-03T14:31:00Z,SPY240119C00470000,5,20,5.0,5.1\n"),
    ];

    #[test]
    fn a_damaged_file_never_does_more_than_fail() {
        let mut state = 1_u64;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize
        };
        for (name, file, text) in SAMPLES {
            let format = FORMATS.iter().find(|format| format.name() == name).unwrap();
            for round in 0..400 {
                let mut bytes = text.as_bytes().to_vec();
                for _ in 0..round % 4 {
                    let at = next() % bytes.len();
                    bytes[at] = [next() as u8, b'9', b'-', b',', b'"', b'\n', b'e', 0xff][next() % 8];
                }
                bytes.truncate(if round % 3 == 0 { bytes.len() } else { next() % bytes.len() });
                let source = Source::of_bytes(file, &bytes);
                for format in FORMATS {
                    format.fits(&source.head().unwrap());
                }
                let mut heard = Heard::default();
                let _ = format.read(&source, &Hints::default(), &mut heard);
                assert!(heard.rows.iter().all(|(_, _, _, values)| values.iter().all(|value| !value.is_infinite())));
            }
        }
    }
}
