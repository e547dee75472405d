//! The yardstick of `cargo xtask bench`: hyper and tokio set up as in the mock server, with a
//! constant answer. `bare [FILE]` answers GET with the bytes of FILE and everything else, its body
//! read, with `{"result":"updated"}`.
#![expect(clippy::print_stdout, reason = "this is a program")]

use std::{convert::Infallible, io::Write as _};

use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, header};
use http_body_util::{BodyExt as _, Full};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};

async fn answer(request: Request<Incoming>, document: Bytes) -> Response<Full<Bytes>> {
    let is_get = request.method() == Method::GET;
    // A body that breaks off is no concern of a yardstick.
    let _ = request.into_body().collect().await;
    let body = if is_get { document } else { Bytes::from_static(br#"{"result":"updated"}"#) };
    let mut response = Response::new(Full::new(body));
    let headers = response.headers_mut();
    headers.insert("x-elastic-product", HeaderValue::from_static("Elasticsearch"));
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

async fn serve(document: Bytes) -> std::io::Result<()> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("listening on http://{}", listener.local_addr()?);
    std::io::stdout().flush()?;
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let document = document.clone();
        tokio::spawn(async move {
            let service = service_fn(move |request| {
                let document = document.clone();
                async move { Ok::<_, Infallible>(answer(request, document).await) }
            });
            let mut builder = http1::Builder::new();
            builder.timer(TokioTimer::new()).auto_date_header(false).pipeline_flush(true);
            // What a broken connection says is of no use to anybody.
            let _ = builder.serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

fn main() -> std::io::Result<()> {
    let document = match std::env::args_os().nth(1) {
        Some(file) => Bytes::from(std::fs::read(file)?),
        None => Bytes::from_static(b"{}"),
    };
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(serve(document))
}
