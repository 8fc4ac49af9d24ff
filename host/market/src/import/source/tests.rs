//! Packed bytes come out whole, or not at all.

use super::*;

fn read(bytes: Vec<u8>, bytes_max: u64) -> Result<String, String> {
    let mut text = String::new();
    let source = Source::of_bytes("a.csv", &bytes);
    let opened = source.open_within(bytes_max).map_err(|error| error.to_string())?;
    let read = io::BufReader::new(opened).read_to_string(&mut text);
    read.map(|_| text).map_err(|error| error.to_string().lines().next().unwrap_or_default().to_owned())
}

fn pack(text: &str) -> Vec<u8> {
    use std::io::Write;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn a_packed_text_is_read_whole_or_refused() {
    let packed = pack("time,close\n");
    let with = |at: usize, byte: u8| {
        let mut packed = packed.clone();
        packed[at] ^= byte;
        packed
    };
    let crc = packed.len() - 8;
    let truncated = "the gzip stream ends too early: the file is truncated";
    for (file, bytes_max, want) in [
        (Vec::new(), 9, Ok("")),
        (b"t".to_vec(), 9, Ok("t")),
        (b"plain".to_vec(), 5, Ok("plain")),
        (b"plain".to_vec(), 4, Err("it holds more than 8589934592 bytes")),
        (packed.clone(), 11, Ok("time,close\n")),
        (packed.clone(), 10, Err("it holds more than 8589934592 bytes")),
        ([pack("time,"), pack("close\n")].concat(), 11, Ok("time,close\n")),
        (packed[..2].to_vec(), 99, Err(truncated)),
        (packed[..15].to_vec(), 99, Err(truncated)),
        (packed[..packed.len() - 1].to_vec(), 99, Err(truncated)),
        (with(crc, 1), 99, Err("the gzip stream is damaged (corrupt gzip stream does not have a matching checksum)")),
        ([packed.clone(), b"rest".to_vec()].concat(), 99, Err(truncated)),
        (with(2, 1), 99, Err("the gzip stream is damaged (invalid gzip header)")),
    ] {
        assert_eq!(read(file.clone(), bytes_max), want.map(str::to_owned).map_err(str::to_owned), "{file:?}");
    }
}
