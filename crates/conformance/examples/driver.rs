//! A driver with a small client of its own: `driver [FAULT]`.
//!
//! Without a fault it does everything right; each fault is a mistake that client libraries make.
//! The tests of the kit run it. To write a driver for a real client, begin with one of `drivers/`.
#![expect(clippy::print_stdout, reason = "a driver speaks over standard output")]

use std::{
    env,
    fmt::Write as _,
    io::{self, BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    process::ExitCode,
    time::Duration,
};

use flate2::{
    Compression,
    read::{GzDecoder, GzEncoder},
};

use api_types::{
    endpoint::{Endpoint, Operation},
    json::{Json, Object},
};

/// How often a request is sent at most.
const TRIES: usize = 4;

struct Client {
    address: String,
    timeout: Duration,
    fault: String,
    connection: Option<BufReader<TcpStream>>,
    calls: usize,
}

struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

fn main() -> ExitCode {
    let fault = env::args().nth(1).unwrap_or_default();
    match drive(&fault) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn drive(fault: &str) -> io::Result<()> {
    let mut client = None;
    for line in io::stdin().lock().lines() {
        let line = parse(line?.as_bytes())?;
        if line.get("type").and_then(Json::as_str) == Some("start") {
            client = Some(Client::new(&line, fault));
            say(Object::new()
                .with("type", "ready")
                .with("protocol", 1)
                .with("client", about(fault)));
            continue;
        }
        let Some(client) = &mut client else { continue };
        client.calls += 1;
        match (fault, client.calls) {
            ("crash in the seventh call", 7) | ("crash in every call", _) => std::process::abort(),
            ("hang in the seventh call", 7) => std::thread::sleep(Duration::from_secs(600)),
            ("rubbish in the seventh call", 7) => println!("Traceback (most recent call last):"),
            _ => {}
        }
        let reply = client.reply(&line);
        say(reply.with("id", line.get("id").cloned().unwrap_or_default()));
    }
    Ok(())
}

fn about(fault: &str) -> Object {
    let language = format!("Rust{}{fault}", if fault.is_empty() { "" } else { ", " });
    Object::new().with("name", "example").with("version", "1.0.0").with("language", language)
}

fn say(line: Object) {
    println!("{}", Json::Object(line).to_compact());
    let _ = io::stdout().flush();
}

fn parse(text: &[u8]) -> io::Result<Json> {
    Json::parse(text).map_err(io::Error::other)
}

fn raised(class: &'static str, message: String, answer: Option<&Answer>) -> Object {
    let mut error = Object::new().with("class", class).with("message", message);
    if let Some(answer) = answer {
        error.insert("status", i64::from(answer.status));
        error.insert_some("body", Json::parse(&answer.body).ok());
    }
    Object::new().with("type", "raised").with("error", error)
}

impl Client {
    fn new(start: &Json, fault: &str) -> Self {
        let text = |name: &str| start.get(name).and_then(Json::as_str).unwrap_or_default();
        let milliseconds = start.get("timeout_ms").and_then(Json::as_i64).unwrap_or_default();
        Self {
            address: text("url").trim_start_matches("http://").to_owned(),
            timeout: Duration::from_millis(u64::try_from(milliseconds).unwrap_or_default()),
            fault: fault.to_owned(),
            connection: None,
            calls: 0,
        }
    }

    fn is(&self, fault: &str) -> bool {
        self.fault == fault
    }

    /// Calls the server and says what came of it.
    fn reply(&mut self, call: &Json) -> Object {
        let name = call.get("operation").and_then(Json::as_str).unwrap_or_default();
        let Some(operation) = Operation::from_name(name) else {
            return Object::new().with("type", "unsupported").with("reason", "no such method");
        };
        if self.is("lie about the answer") {
            return Object::new().with("type", "returned").with("body", Object::new());
        }
        let mut tries = 0;
        let answer = loop {
            tries += 1;
            let drops_body = tries > 1 && self.is("drop the body when trying again");
            let answer = self.send(operation, call, drops_body);
            let again = match &answer {
                Ok(answer) if self.is("retry on 400") => answer.status == 400,
                Ok(answer) if self.is("never retry") => answer.status == 0,
                Ok(answer) => matches!(answer.status, 429 | 502 | 503 | 504),
                Err(_) if self.is("use a closed connection") => false,
                Err(error) => error.kind() == io::ErrorKind::ConnectionReset,
            };
            if !again || tries == TRIES {
                break answer;
            }
        };
        match answer {
            Ok(answer) => self.judge(&answer),
            Err(error) => raised("ConnectionError", error.to_string(), None),
        }
    }

    fn judge(&self, answer: &Answer) -> Object {
        let returned = |body: Json| Object::new().with("type", "returned").with("body", body);
        let product = answer.header("x-elastic-product").is_some();
        match answer.status {
            404 if self.is("swallow 404") => returned(Json::from(false)),
            400.. if self.is("error to null") => returned(Json::Null),
            400.. if self.is("raise something else") => {
                let other = Json::Object(Object::new().with("error", "something went wrong"));
                let body = other.to_compact().into_bytes();
                let other = Answer { status: answer.status, headers: Vec::new(), body };
                raised("ApiError", "something went wrong".to_owned(), Some(&other))
            }
            400.. => raised("ApiError", format!("status {}", answer.status), Some(answer)),
            _ if !product => raised("ProductError", "this is not Elasticsearch".to_owned(), None),
            _ => match Json::parse(&answer.body) {
                Err(error) => raised("JsonError", error.to_string(), None),
                Ok(body) if self.is("round numbers") => returned(rounded(body)),
                Ok(body) if self.is("refuse unknown fields") => match unknown_field(&body) {
                    Some(name) => raised("TypeError", format!("unknown field {name}"), None),
                    None => returned(body),
                },
                Ok(body) if self.is("lose nulls") => returned(without_nulls(body)),
                Ok(body) => returned(body),
            },
        }
    }

    /// Method, path with query, and body of the call.
    fn request(&self, operation: Operation, call: &Json) -> (String, String, Option<String>) {
        let value = |name: &str| {
            let given = call.get("path").and_then(|path| path.get(name)).and_then(Json::as_str);
            given.map(|value| match self.fault.as_str() {
                "no path encoding" => raw(value),
                "line ends as they are" => encoded(value).replace("%0D%0A", "\r\n"),
                _ => encoded(value),
            })
        };
        let has_all = |row: &&Endpoint| row.path_params().all(|name| value(name).is_some());
        let rows = operation.endpoints().filter(has_all);
        let Some(row) = rows.max_by_key(|row| row.path_params().count()) else {
            return (String::new(), String::new(), None);
        };
        let segment = |segment: &str| {
            let name = segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
            name.and_then(value).unwrap_or_else(|| segment.to_owned())
        };
        let mut path = row.path.split('/').map(segment).collect::<Vec<_>>().join("/");
        let query = call.get("query").and_then(Json::as_object).cloned().unwrap_or_default();
        for (index, (name, value)) in query.iter().enumerate() {
            path.push(if index == 0 { '?' } else { '&' });
            let _ = write!(path, "{name}={}", encoded(&text_of(value)));
        }
        let method = match row.method.as_str() {
            "DELETE" if self.is("wrong method") => "POST",
            method => method,
        };
        let body = call.get("body").filter(|_| !self.is("drop the body"));
        let body = match body {
            Some(body) if self.is("round numbers") => Some(rounded(body.clone()).to_compact()),
            Some(body) => Some(body.to_compact()),
            None if self.is("an object instead of no body") => Some("{}".to_owned()),
            None if self.is("null instead of no body") => Some("null".to_owned()),
            None => None,
        };
        (method.to_owned(), path, body)
    }

    /// The bytes of the request.
    fn message(&self, (method, path, body): (String, String, Option<String>)) -> Vec<u8> {
        let mut head = format!("{method} {path} HTTP/1.1\r\nhost: {}\r\n", self.address);
        if !self.is("take no packed answers") {
            head.push_str("accept-encoding: gzip\r\n");
        }
        let mut body = body.map(String::into_bytes);
        if let Some(body) = &mut body {
            let other_type = self.is("wrong media type");
            let media_type = if other_type { "text/plain" } else { "application/json" };
            if self.is("pack bodies") {
                let mut packed = Vec::new();
                let _ = GzEncoder::new(&body[..], Compression::fast()).read_to_end(&mut packed);
                *body = packed;
                head.push_str("content-encoding: gzip\r\n");
            }
            let length = body.len();
            let _ = write!(head, "content-type: {media_type}\r\ncontent-length: {length}\r\n");
        }
        head.push_str("\r\n");
        [head.into_bytes(), body.unwrap_or_default()].concat()
    }

    fn send(&mut self, operation: Operation, call: &Json, drops_body: bool) -> io::Result<Answer> {
        let (method, path, body) = self.request(operation, call);
        let message = self.message((method, path, body.filter(|_| !drops_body)));
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => {
                let stream = TcpStream::connect(&self.address)?;
                stream.set_read_timeout(Some(self.timeout))?;
                BufReader::new(stream)
            }
        };
        connection.get_mut().write_all(&message)?;
        let mut answer = receive(&mut connection)?;
        let closes = answer.header("connection") == Some("close");
        let keeps = match self.fault.as_str() {
            "a connection for every call" => false,
            "a new connection after an error" => answer.status < 400,
            "use a closed connection" => true,
            _ => !closes,
        };
        self.connection = keeps.then_some(connection);
        if answer.header("content-encoding") == Some("gzip") && !self.is("never unpack") {
            let mut body = Vec::new();
            GzDecoder::new(&answer.body[..]).read_to_end(&mut body)?;
            answer.body = body;
        }
        Ok(answer)
    }
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(given, _)| given == name);
        found.map(|(_, value)| value.as_str())
    }
}

fn receive(connection: &mut BufReader<TcpStream>) -> io::Result<Answer> {
    let mut line = String::new();
    if connection.read_line(&mut line)? == 0 {
        return Err(io::ErrorKind::ConnectionReset.into());
    }
    let status = line.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    let mut headers = Vec::new();
    loop {
        line.clear();
        connection.read_line(&mut line)?;
        let Some((name, value)) = line.split_once(':') else { break };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length = length.and_then(|(_, value)| value.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    connection.read_exact(&mut body)?;
    Ok(Answer { status, headers, body })
}

fn text_of(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone().into_owned(),
        Json::Array(elements) => elements.iter().map(text_of).collect::<Vec<_>>().join(","),
        other => other.to_compact(),
    }
}

fn encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let encode = |byte: u8| match byte {
        byte if plain(byte) => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    text.bytes().map(encode).collect()
}

/// As careless clients do it: only what would break the request line.
fn raw(text: &str) -> String {
    let encode = |character: char| match character {
        ' ' | '?' | '#' | '\r' | '\n' | '\t' => encoded(&character.to_string()),
        other => other.to_string(),
    };
    text.chars().map(encode).collect()
}

/// What a client makes of a value that keeps all numbers as floating-point numbers.
fn rounded(value: Json) -> Json {
    match value {
        Json::Number(number) => {
            let text = Json::Number(number.clone()).to_compact();
            let float = text.parse::<f64>().unwrap_or_default();
            if float.fract() == 0.0 { Json::from(float as i64) } else { Json::Number(number) }
        }
        Json::Array(elements) => elements.into_iter().map(rounded).collect(),
        Json::Object(object) => {
            Json::Object(object.into_iter().map(|(name, value)| (name, rounded(value))).collect())
        }
        other => other,
    }
}

fn without_nulls(value: Json) -> Json {
    match value {
        Json::Object(object) => {
            let kept = object.into_iter().filter(|(_, value)| !value.is_null());
            Json::Object(kept.map(|(name, value)| (name, without_nulls(value))).collect())
        }
        other => other,
    }
}

/// A member that this client has never heard of.
fn unknown_field(body: &Json) -> Option<String> {
    let known = |name: &str| !name.starts_with("brand");
    let object = body.as_object()?;
    object.iter().map(|(name, _)| name).find(|name| !known(name)).map(str::to_owned)
}
