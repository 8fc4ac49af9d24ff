//! Zip archives: cut, damaged, hostile, or of something else.

use std::io::Write;

use crate::desk::{broken, gzip, zip};

const DAYS: &[u8] = b"date,close\n2024-01-03,1\n2024-01-04,2\n";
const HELD: &str = "AAA 1d close|2024-01-04T00:00:00Z 1|2024-01-05T00:00:00Z 2";

#[test]
fn a_member_is_read_whatever_its_name_leads_to() {
    for name in ["AAA.csv", "../../../AAA.csv", "/etc/AAA.csv", "C:\\windows\\AAA.csv", "a/b/../AAA.csv"] {
        broken("AAA.zip", zip(&[(name, DAYS)])).taken(HELD);
    }
    broken("AAA.zip", zip(&[("folder/", b""), ("AAA.csv", DAYS)])).taken(HELD);
    broken("AAA.zip", zip(&[("AAA.csv", &gzip(DAYS))])).taken(HELD);
    broken("AAA.zip", zip(&[("AAA.csv", DAYS), ("readme.txt", b"hello")]))
        .says(&["unreadable Told", "AAA.zip!readme.txt: its form is not known; it begins with `hello`"])
        .taken(HELD);
}

#[test]
fn an_archive_that_is_cut_or_damaged_gives_no_row() {
    let lines: String = (0..4_000).map(|at| format!("{},{}\n", 1_704_067_260 + at * 60, at + 1)).collect();
    let whole = zip(&[("AAA.csv", format!("time,close\n{lines}").as_bytes())]);
    for cut in [5, 30, whole.len() / 2, whole.len() - 1] {
        broken("AAA.zip", &whole[..cut])
            .says(&["AAA.zip: the zip archive is damaged", "hint: fetch or pack it again"])
            .refused();
    }
    let mut other = whole.clone();
    other[whole.len() / 2] ^= 0x55;
    broken("AAA.zip", other).says(&["AAA.zip!AAA.csv: the zip archive is damaged"]).refused();
    // the stream ends where the member should not
    let mut short = whole;
    let at = short.len() / 3;
    short.drain(at..at + 100);
    broken("AAA.zip", short).says(&["AAA.zip", "the zip archive is damaged"]).refused();
    broken("AAA.zip", zip(&[])).says(&["AAA.zip: the archive is empty"]).refused();
    broken("AAA.zip", zip(&[("folder/", b"")])).says(&["AAA.zip: the archive is empty"]).refused();
}

#[test]
fn an_archive_of_many_members_is_read_in_one_go() {
    let names: Vec<String> = (0..3_000).map(|at| format!("{at}.csv")).collect();
    let texts: Vec<String> =
        (0..3_000_i64).map(|at| format!("ts,symbol,close\n{},AAA,{}\n", 1_704_292_260 + at * 60, at + 1)).collect();
    let members: Vec<(&str, &[u8])> =
        names.iter().map(String::as_str).zip(texts.iter().map(String::as_bytes)).collect();
    broken("AAA.zip", zip(&members)).ends(|held| held.split('|').count() == 3_001);
}

#[test]
fn two_members_of_one_name_are_not_one() {
    let mut bytes = zip(&[("AAA.csv", DAYS), ("AAB.csv", b"date,close\n2024-01-03,5\n")]);
    while let Some(at) = bytes.windows(7).position(|name| name == b"AAB.csv") {
        bytes[at + 2] = b'A';
    }
    broken("AAA.zip", bytes).says(&["AAA.zip: two of its members have one name", "hint: pack it again"]).refused();
}

#[test]
fn what_is_locked_or_packed_otherwise_is_not_damaged() {
    let whole = zip(&[("AAA.csv", DAYS)]);
    // APPNOTE 4.4.4: bit 0 of the flags says that it is encrypted; in the local header and in the directory
    let directory = whole.windows(4).position(|mark| mark == b"PK\x01\x02").unwrap();
    let mut locked = whole.clone();
    locked[6] |= 1;
    locked[directory + 8] |= 1;
    broken("AAA.zip", locked)
        .says(&["AAA.zip!AAA.csv: it is encrypted\nhint: unpack it with its password first"])
        .refused();
    // 4.4.5: method 14 is LZMA
    let mut other = whole;
    other[8] = 14;
    other[directory + 10] = 14;
    broken("AAA.zip", other)
        .says(&["AAA.zip!AAA.csv: it is packed in a way that is not read here", "hint: unpack it first"])
        .refused();
}

#[test]
fn an_archive_of_something_else_is_said_to_be() {
    let nested = zip(&[("inner.zip", &zip(&[("AAA.csv", DAYS)]))]);
    broken("AAA.zip", nested.clone()).says(&["AAA.zip!inner.zip: it is an archive within an archive"]).refused();
    broken("AAA.zip", zip(&[("a.zip", &nested), ("AAA.csv", DAYS)]))
        .says(&["unreadable Told", "AAA.zip!a.zip: it is an archive within an archive\nhint: unpack it first"])
        .taken(HELD);
    broken("AAA.xlsx", zip(&[("[Content_Types].xml", b"<x/>"), ("xl/workbook.xml", b"<x/>")]))
        .says(&["AAA.xlsx: it is a workbook of Excel\nhint: save its sheets as CSV"])
        .refused();
    for (bytes, says) in [
        (&b"\x28\xb5\x2f\xfd\x04\x00"[..], "AAA.csv: it is packed with zstd\nhint: unpack it first"),
        (b"\xfd7zXZ\x00\x00", "AAA.csv: it is packed with xz"),
        (b"BZh91AY&SY", "AAA.csv: it is packed with bzip2"),
        (b"7z\xbc\xaf\x27\x1c", "AAA.csv: it is an archive of 7-Zip"),
        (b"ARROW1\0\0", "AAA.csv: it is a file of Arrow or Feather\nhint: write it as Parquet"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "AAA.csv: it is a workbook of Excel"),
    ] {
        broken("AAA.csv", bytes).says(&[says]).refused();
    }
}

#[test]
fn a_member_that_unpacks_to_a_thousandfold_is_read_no_further_than_it_makes_sense() {
    // 256 MiB of zeros, of line ends, and of one row again and again
    let bomb = |piece: &[u8]| {
        let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        archive.start_file("AAA.csv", zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(b"date,close\n").unwrap();
        let block = piece.repeat((1 << 20) / piece.len());
        (0..256).for_each(|_| archive.write_all(&block).unwrap());
        archive.finish().unwrap().into_inner()
    };
    for piece in [&b"\0"[..], b"\n", b","] {
        broken("AAA.zip", bomb(piece))
            .format("plain")
            .says(&["AAA.zip!AAA.csv: a line is longer than 1048576 bytes"])
            .refused();
    }
}

#[test]
fn the_name_of_a_member_may_lie() {
    // the archive is Apple's, the member says that it is of another day and grain
    let bars =
        b"19980102 00:00,136300,162500,135000,162500,6315000\n19980105 00:00,165000,165200,156500,160200,5677300\n";
    broken("equity/daily/aapl.zip", zip(&[("msft.csv", bars)])).taken(
        "MSFT 1d open high low close volume|1998-01-02T21:00:00Z 13.63 16.25 13.5 16.25 6315000|\
         1998-01-05T21:00:00Z 16.5 16.52 15.65 16.02 5677300",
    );
    broken("equity/daily/aapl.zip", zip(&[("20140605_aapl_minute_trade.csv", bars)])).taken(
        "AAPL 1d open high low close volume|1998-01-02T21:00:00Z 13.63 16.25 13.5 16.25 6315000|\
         1998-01-05T21:00:00Z 16.5 16.52 15.65 16.02 5677300",
    );
    broken("equity/daily/aapl.zip", zip(&[("20149905_aapl_minute_trade.csv", b"34200000,1,1,1,1,90\n")]))
        .says(&["aapl.zip!20149905_aapl_minute_trade.csv: its form is not known"])
        .refused();
    broken("aapl.zip", zip(&[("a b.csv", DAYS)])).says(&["aapl.zip!a b.csv", "is not a symbol", "--symbol"]).refused();
}
