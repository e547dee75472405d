//! Changes to a body that keep most of it: bytes, tokens, nesting, numbers, names, types.

use fastrand::Rng;

/// Longer bodies are not made longer still.
const MOST_BYTES: usize = 20_000;

/// Changes the bytes once.
pub(crate) fn tamper(rng: &mut Rng, body: &mut Vec<u8>) {
    match rng.u8(..16) {
        0 => flip(rng, body),
        1 => remove(rng, body),
        2 => body.truncate(rng.usize(0..=body.len())),
        3 => repeat(rng, body),
        4..=6 => insert(rng, body, TOKENS),
        7 => nest(rng, body),
        8 | 9 => replace_token(rng, body),
        10 => replace_number(rng, body),
        11 => duplicate_member(rng, body),
        12 => misspell(rng, body),
        13 => insert(rng, body, TEXTS),
        14 => *body = in_utf16(rng, body),
        _ => long_text(rng, body),
    }
}

const TOKENS: &[&[u8]] = &[
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b"\"",
    b"\\",
    b"null",
    b"true",
    b"false",
    b"nul",
    b"NaN",
    b"-",
    b"0",
    b"1.5",
    b"1e999",
    b"-0",
    b"99999999999999999999",
    b"/*",
    b"*/",
    b"//",
    b"#",
    b"'",
    b" ",
    b"\n",
    b"\r",
    b"\t",
    b"\x0c",
    b"\0",
    b"\xef\xbb\xbf",
    b"{}",
    b"[]",
    b"\"a\":",
    b"\"a\":1,",
];

const TEXTS: &[&[u8]] = &[
    b"\\u0000",
    b"\\ud800",
    b"\\udc00\\ud800",
    b"\\ud83d\\ude00",
    b"\\u12",
    b"\\x",
    b"\xf0\x9f\x98\x80",
    b"\xc3",
    b"\xff",
    b"\xed\xa0\x80",
    b"\xe2\x80\xae",
    b"\xc2\xa0",
    b"%00",
    b"<script>",
    b"\x7f",
    b"\x01",
];

fn flip(rng: &mut Rng, body: &mut [u8]) {
    if !body.is_empty() {
        let at = rng.usize(..body.len());
        body[at] = rng.u8(..);
    }
}

fn remove(rng: &mut Rng, body: &mut Vec<u8>) {
    let range = slice(rng, body.len(), 8);
    body.drain(range);
}

fn repeat(rng: &mut Rng, body: &mut Vec<u8>) {
    if body.len() < MOST_BYTES {
        let piece = body[slice(rng, body.len(), 60)].to_vec();
        let at = rng.usize(0..=body.len());
        body.splice(at..at, piece);
    }
}

fn slice(rng: &mut Rng, length: usize, most: usize) -> std::ops::Range<usize> {
    let from = rng.usize(0..=length);
    from..(from + rng.usize(0..=most)).min(length)
}

fn insert(rng: &mut Rng, body: &mut Vec<u8>, pieces: &[&[u8]]) {
    let at = rng.usize(0..=body.len());
    body.splice(at..at, rng.choice(pieces).unwrap().iter().copied());
}

/// The places of the tokens that are no punctuation: strings, numbers, words.
fn tokens(body: &[u8]) -> Vec<std::ops::Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(&byte) = body.get(at) {
        let start = at;
        at += 1;
        if byte == b'"' {
            while body.get(at).is_some_and(|byte| *byte != b'"') {
                at += if body[at] == b'\\' { 2 } else { 1 };
            }
            at = (at + 1).min(body.len());
        } else if byte.is_ascii_alphanumeric() || byte == b'-' {
            let continues = |byte: &u8| byte.is_ascii_alphanumeric() || b".+-".contains(byte);
            while body.get(at).is_some_and(continues) {
                at += 1;
            }
        } else {
            continue;
        }
        found.push(start..at);
    }
    found
}

fn is_name(body: &[u8], token: &std::ops::Range<usize>) -> bool {
    body.get(token.end) == Some(&b':')
}

/// One of the tokens that are a name, or one of those that are a value.
fn pick(rng: &mut Rng, body: &[u8], names: Names) -> Option<std::ops::Range<usize>> {
    let mut found = tokens(body);
    found.retain(|token| is_name(body, token) == (names == Names::Only));
    if found.is_empty() { None } else { Some(found.swap_remove(rng.usize(..found.len()))) }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Names {
    Only,
    None,
}

fn replace_token(rng: &mut Rng, body: &mut Vec<u8>) {
    const VALUES: &[&[u8]] = &[
        b"null",
        b"true",
        b"0",
        b"-1",
        b"1.5",
        b"\"\"",
        b"\" \"",
        b"\"x\"",
        b"[]",
        b"{}",
        b"[1]",
        b"[[]]",
        b"[null]",
        b"[{}]",
        b"{\"a\":{\"b\":[]}}",
        b"\"true\"",
        b"\"12\"",
        b"\"2024-02-30T10:00:00Z\"",
        b"2147483648",
        b"9223372036854775808",
        b"1e400",
        b"\"\\ud800\"",
        b"\"0 0 0 * * ?\"",
        b"\"pending\"",
    ];
    if let Some(token) = pick(rng, body, Names::None) {
        body.splice(token, rng.choice(VALUES).unwrap().iter().copied());
    }
}

fn replace_number(rng: &mut Rng, body: &mut Vec<u8>) {
    let mut numbers = tokens(body);
    numbers.retain(|token| body[token.start].is_ascii_digit() || body[token.start] == b'-');
    if numbers.is_empty() {
        return replace_token(rng, body);
    }
    let token = numbers.swap_remove(rng.usize(..numbers.len()));
    let number = match rng.u8(..5) {
        0 => "9".repeat(rng.usize(1..1200)),
        1 => format!("{}e{}", rng.i32(..), rng.i32(-400..400)),
        2 => format!("-{}.{}", rng.u64(..), rng.u64(..)),
        3 => format!("0{}", rng.u8(..)),
        _ => rng.i64(..).to_string(),
    };
    body.splice(token, number.into_bytes());
}

fn duplicate_member(rng: &mut Rng, body: &mut Vec<u8>) {
    if let Some(name) = pick(rng, body, Names::Only) {
        let twice = [&body[name.clone()], b":null,"].concat();
        body.splice(name.start..name.start, twice);
    }
}

fn misspell(rng: &mut Rng, body: &mut Vec<u8>) {
    let Some(name) = pick(rng, body, Names::Only) else { return };
    let at = rng.usize(name.start..name.end);
    match rng.u8(..3) {
        0 => drop(body.remove(at)),
        1 => body.insert(at, b'a' + rng.u8(..26)),
        _ => body[at] = b'_',
    }
}

/// Wraps a value, or begins containers that nobody ends.
fn nest(rng: &mut Rng, body: &mut Vec<u8>) {
    let depth = if rng.u8(..4) == 0 { rng.usize(900..1100) } else { rng.usize(1..20) };
    let (open, close): (&[u8], &[u8]) = if rng.bool() { (b"[", b"]") } else { (b"{\"a\":", b"}") };
    if body.len() > MOST_BYTES {
        return;
    }
    let at = pick(rng, body, Names::None).unwrap_or(body.len()..body.len());
    let inner = if at.is_empty() { b"1".to_vec() } else { body[at.clone()].to_vec() };
    let mut wrapped = open.repeat(depth);
    wrapped.extend(inner);
    wrapped.extend(close.repeat(if rng.u8(..4) == 0 { depth - 1 } else { depth }));
    body.splice(at, wrapped);
}

fn long_text(rng: &mut Rng, body: &mut Vec<u8>) {
    if body.len() > MOST_BYTES {
        return;
    }
    let piece: &[u8] =
        rng.choice([b"x".as_slice(), "\u{e9}".as_bytes(), b"\\n", b"\\u00e9"]).unwrap();
    let text = [b"\"", piece.repeat(rng.usize(1..2000)).as_slice(), b"\""].concat();
    let names = if rng.u8(..4) == 0 { Names::Only } else { Names::None };
    if let Some(token) = pick(rng, body, names) {
        body.splice(token, text);
    }
}

fn in_utf16(rng: &mut Rng, body: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(body);
    match rng.u8(..4) {
        0 => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        1 => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        2 => text.chars().flat_map(|character| u32::from(character).to_be_bytes()).collect(),
        _ => text.chars().flat_map(|character| u32::from(character).to_le_bytes()).collect(),
    }
}
