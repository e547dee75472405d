//! A client as an author might have it, with the mistakes that a test asks it to make.

use std::time::Duration;

use conformance::{
    client::Client,
    exchange::{Answer, Request},
    target::Credentials,
};

/// Calls a few operations.
pub(crate) struct MyClient {
    client: Client,
}

impl MyClient {
    pub(crate) fn new(url: &str) -> Self {
        let client = Client::new(url.parse().unwrap(), Credentials::None, Duration::from_secs(10));
        Self { client }
    }

    pub(crate) async fn claim(&self, job: &str, worker: &str) -> Answer {
        let job = job.replace('%', "%25").replace('/', "%2F").replace(' ', "%20");
        let target = format!("/_connector/_sync_job/{job}/_claim");
        self.send("PUT", &target, &format!(r#"{{"worker_hostname":"{worker}"}}"#)).await
    }

    /// Makes a connector and a job for it, and gives the id of the job.
    pub(crate) async fn new_job(&self, connector: &str) -> String {
        let named = format!(r#"{{"index_name":"search-{connector}","service_type":"gmail"}}"#);
        self.send("PUT", &format!("/_connector/{connector}"), &named).await;
        let body = format!(r#"{{"id":"{connector}"}}"#);
        let answer = self.send("POST", "/_connector/_sync_job", &body).await;
        let answer: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
        answer["id"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn get(&self, id: &str) -> Answer {
        self.send("GET", &format!("/_connector/{id}"), "").await
    }

    /// Anything; an empty text is no body.
    pub(crate) async fn send(&self, method: &str, target: &str, body: &str) -> Answer {
        let mut headers = vec![("X-Opaque-Id".to_owned(), "test".to_owned())];
        if !body.is_empty() {
            headers.push(("Content-Type".to_owned(), "application/json".to_owned()));
        }
        let body = (!body.is_empty()).then(|| body.to_owned());
        let (method, target) = (method.to_owned(), target.to_owned());
        self.client.send(&Request { method, target, headers, body }).await.unwrap()
    }
}
