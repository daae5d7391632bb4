//! A browser without script: it keeps cookies, follows nothing, and sends forms with the token of
//! the page it saw last.
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use actix_web::body::to_bytes;
use actix_web::cookie::Cookie;
use actix_web::test::{TestRequest, call_service, init_service};
use actix_web::{App as Routes, web};
use crier_console::operator::Operator;
use crier_core::App;
use crier_core::brands::Brand;
use crier_core::members::{self, Role};

pub const PASSWORD: &str = "correct horse";

/// What came back.
pub struct Seen {
    pub status: u16,
    pub location: String,
    pub cookies: Vec<String>,
    pub html: String,
    /// The same as it came.
    pub bytes: Vec<u8>,
}

impl Seen {
    /// Fails unless the page says all of it.
    pub fn says(&self, words: &[&str]) -> &Self {
        for words in words {
            assert!(self.html.contains(words), "no {words:?} in:\n{}", self.html);
        }
        self
    }

    pub fn says_not(&self, words: &str) -> &Self {
        assert!(!self.html.contains(words), "{words:?} in:\n{}", self.html);
        self
    }
}

pub struct Browser {
    app: Arc<App>,
    cookies: Rc<RefCell<BTreeMap<String, String>>>,
    csrf: Rc<RefCell<String>>,
    language: &'static str,
    operator: web::Data<Operator>,
}

impl Browser {
    pub fn new(app: &Arc<App>) -> Self {
        let (cookies, csrf) = Default::default();
        let operator = crate::exploring::operator();
        Self { app: app.clone(), cookies, csrf, language: "en", operator }
    }

    pub fn speaking(app: &Arc<App>, language: &'static str) -> Self {
        Self { language, ..Self::new(app) }
    }

    /// A browser in which this member is signed in.
    pub async fn signed_in(app: &Arc<App>, email: &str) -> Self {
        let browser = Self::new(app);
        browser.get("/console/login").await;
        let seen =
            browser.post("/console/login", &[("email", email), ("password", PASSWORD)]).await;
        assert_eq!(seen.status, 303, "{}", seen.html);
        browser.get("/console").await;
        browser
    }

    pub async fn get(&self, path: &str) -> Seen {
        let seen = self.call(TestRequest::get().uri(path)).await;
        if (200..300).contains(&seen.status) {
            check(&seen.html);
        }
        if let Some((_, after)) = seen.html.split_once(r#"name="csrf" value=""#) {
            after.split('"').next().unwrap().clone_into(&mut self.csrf.borrow_mut());
        }
        seen
    }

    /// A file: its type and its bytes.
    pub async fn file(&self, path: &str) -> (String, Vec<u8>) {
        let routes = Routes::new()
            .app_data(web::Data::from(self.app.clone()))
            .configure(crier_console::configure);
        let service = init_service(routes).await;
        let mut request = TestRequest::get().uri(path);
        for (name, value) in self.cookies.borrow().iter() {
            request = request.cookie(Cookie::new(name.clone(), value.clone()));
        }
        let answer = call_service(&service, request.to_request()).await;
        assert_eq!(answer.status().as_u16(), 200, "{path}");
        let kind = answer.headers().get("content-type").unwrap().to_str().unwrap().to_owned();
        (kind, to_bytes(answer.into_body()).await.ok().unwrap().to_vec())
    }

    /// Asks for what is no page: a part of one, or a file.
    pub async fn fetch(&self, path: &str) -> Seen {
        self.call(TestRequest::get().uri(path)).await
    }

    /// Fetches a file that must be there.
    pub async fn get_file(&self, path: &str) -> Seen {
        let seen = self.fetch(path).await;
        assert_eq!(seen.status, 200, "{}", seen.html);
        seen
    }

    /// Sends a form of the page seen last.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Seen {
        let csrf = self.csrf.borrow().clone();
        let mut form = vec![("csrf", csrf.as_str())];
        form.extend(fields);
        self.post_raw(path, &form).await
    }

    /// Sends a form with a file of the page seen last.
    pub async fn upload(
        &self,
        path: &str,
        fields: &[(&str, &str)],
        (name, bytes): (&str, &[u8]),
    ) -> Seen {
        let csrf = self.csrf.borrow().clone();
        let mut body = Vec::new();
        for (field, value) in std::iter::once(&("csrf", csrf.as_str())).chain(fields) {
            let part = format!(
                "--b\r\ncontent-disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n"
            );
            body.extend(part.into_bytes());
        }
        let head = format!(
            "--b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n"
        );
        body.extend(head.into_bytes());
        body.extend(bytes);
        body.extend(b"\r\n--b--\r\n");
        let kind = ("content-type", "multipart/form-data; boundary=b");
        self.call(TestRequest::post().uri(path).insert_header(kind).set_payload(body)).await
    }

    /// Sends exactly these fields.
    pub async fn post_raw(&self, path: &str, fields: &[(&str, &str)]) -> Seen {
        self.call(TestRequest::post().uri(path).set_form(fields)).await
    }

    async fn call(&self, request: TestRequest) -> Seen {
        let routes = Routes::new()
            .app_data(web::Data::from(self.app.clone()))
            .app_data(self.operator.clone())
            .configure(crier_console::configure);
        let service = init_service(routes).await;
        let mut request = request.insert_header(("accept-language", self.language));
        for (name, value) in self.cookies.borrow().iter() {
            request = request.cookie(Cookie::new(name.clone(), value.clone()));
        }
        let answer = call_service(&service, request.to_request()).await;
        let mut cookies = Vec::new();
        for cookie in answer.response().cookies() {
            cookies.push(cookie.to_string());
            let mut kept = self.cookies.borrow_mut();
            kept.remove(cookie.name());
            if !cookie.value().is_empty() {
                kept.insert(cookie.name().to_owned(), cookie.value().to_owned());
            }
        }
        let location = answer.headers().get("location").and_then(|value| value.to_str().ok());
        let (status, location) =
            (answer.status().as_u16(), location.unwrap_or_default().to_owned());
        let html = to_bytes(answer.into_body()).await.ok().unwrap();
        let bytes = html.to_vec();
        let html = String::from_utf8_lossy(&bytes).into_owned();
        Seen { status, location, cookies, html, bytes }
    }
}

/// What holds for every page: it can be read by machines, and the content policy allows all of it.
fn check(html: &str) {
    assert_eq!(html.matches("<h1").count(), 1, "one h1:\n{html}");
    assert_eq!(html.matches("<main").count(), 1, "one main:\n{html}");
    assert!(html.contains("<title>") && html.contains("<html lang="), "{html}");
    for forbidden in [" style=", "<style", " onclick=", "<script>", "javascript:"] {
        assert!(!html.contains(forbidden), "{forbidden} in:\n{html}");
    }
    let ids: Vec<&str> =
        html.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let mut once = ids.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(once.len(), ids.len(), "ids twice: {ids:?}");
}

/// A member of the brand with [`PASSWORD`].
pub async fn member(app: &Arc<App>, brand: &Brand, email: &str, role: Role) {
    let hash = app.hash_password(PASSWORD.into()).await.unwrap();
    let (brand, email) = (brand.id, email.to_owned());
    let name = email.split('@').next().unwrap_or_default().to_owned();
    app.write(move |tx| {
        let member = members::create(tx, &email, &name, &hash, false)?;
        members::join(tx, brand, member.id, role)
    })
    .await
    .unwrap();
}

/// A browser in which the owner of the brand "Test" is signed in.
pub async fn owner(app: &Arc<App>) -> Browser {
    let brand = crier_testing::member_brand(app, "Test").await;
    member(app, &brand, "ada@example.com", Role::Owner).await;
    Browser::signed_in(app, "ada@example.com").await
}
