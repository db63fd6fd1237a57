//! Somebody with a browser: cookies, forms, redirects, nothing else.

use super::{Form, html, until};
use std::{
    collections::BTreeMap,
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

/// A way to reach the shop.
pub(crate) type Connect = Box<dyn Fn() -> std::io::Result<TcpStream> + Send>;

/// A buyer with a cookie jar.
pub(crate) struct Buyer {
    connect: Connect,
    host: String,
    scheme: &'static str,
    cookies: BTreeMap<String, String>,
}

/// An answer of the shop.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

/// An order as its buyer knows it.
#[derive(Debug)]
pub(crate) struct Placed {
    pub(crate) id: String,
    pub(crate) ticket: String,
    pub(crate) amount: String,
    pub(crate) pay_to: String,
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }
}

impl Buyer {
    /// Makes a buyer at an address of this machine.
    pub(crate) fn at(address: &str) -> Self {
        let to = address.to_owned();
        Self::through(address, Box::new(move || TcpStream::connect(&to)))
    }

    /// Makes a buyer at `host`, over connections that are made for it.
    pub(crate) fn through(host: &str, connect: Connect) -> Self {
        Self { connect, host: host.to_owned(), scheme: "http", cookies: BTreeMap::new() }
    }

    /// Makes a buyer whose browser speaks TLS, which ends before these connections.
    pub(crate) fn behind_tls(host: &str, connect: Connect) -> Self {
        Self { scheme: "https", ..Self::through(host, connect) }
    }

    /// Turns the same browser to a shop that has another address of this machine by now.
    pub(crate) fn moved_to(&mut self, address: &str) {
        let to = address.to_owned();
        self.connect = Box::new(move || TcpStream::connect(&to));
        address.clone_into(&mut self.host);
    }

    /// Returns the same browser once more, with the cookies it has now.
    pub(crate) fn copied(&self, address: &str) -> Self {
        Self { cookies: self.cookies.clone(), ..Self::at(address) }
    }

    /// Takes the cookies of a browser, as it tells them.
    pub(crate) fn take_over(&mut self, cookies: &[serde_json::Value]) {
        let text = |cookie: &serde_json::Value, key: &str| {
            cookie[key].as_str().unwrap_or_default().to_owned()
        };
        let pairs = cookies.iter().map(|cookie| (text(cookie, "name"), text(cookie, "value")));
        self.cookies.extend(pairs);
    }

    /// Looks at a page.
    pub(crate) fn get(&mut self, path: &str) -> std::io::Result<Answer> {
        self.send("GET", path, None)
    }

    /// Sends a form, as a page of the shop would, and follows the redirect.
    pub(crate) fn post(&mut self, path: &str, form: Form<'_>) -> std::io::Result<Answer> {
        let answer = self.send("POST", path, Some(encode(form)))?;
        match answer.header("location").map(str::to_owned) {
            Some(to) if answer.status == 303 => self.get(&to),
            _ => Ok(answer),
        }
    }

    /// Puts one of the sample shop's shirts into the cart.
    pub(crate) fn take_a_shirt(&mut self) -> std::io::Result<()> {
        let answer =
            self.post("/cart", &[("id", "hash-range"), ("option", "Medium"), ("quantity", "1")])?;
        assert!(answer.text().contains("Your cart"), "{}", answer.text());
        Ok(())
    }

    /// Goes to the checkout and fills in the form.
    pub(crate) fn fill_in(&mut self, fields: Form<'_>) -> std::io::Result<Vec<(String, String)>> {
        let page = self.get("/checkout")?.text();
        let token = html::hidden(&page, "/checkout", "token")
            .unwrap_or_else(|| panic!("no checkout form: {page}"));
        let all = [("token", token.as_str())].into_iter().chain(fields.iter().copied());
        Ok(all.map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
    }

    /// Goes to the checkout and sends the form; returns the next page.
    pub(crate) fn check_out(&mut self, fields: Form<'_>) -> std::io::Result<Answer> {
        let filled = self.fill_in(fields)?;
        let form: Vec<_> = filled.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        // Where visitors have limits, a form that comes back faster than anybody writes is asked for
        // again, and more than a few tries a second are refused.
        until("the shop takes the form", || match self.post("/checkout", &form) {
            Ok(answer) if answer.text().contains("That was very quick") => {
                std::thread::sleep(Duration::from_millis(500));
                None
            }
            answer => Some(answer),
        })
    }

    /// Buys a shirt: cart, checkout, order code, order page.
    pub(crate) fn buy(&mut self, fields: Form<'_>) -> std::io::Result<Placed> {
        self.take_a_shirt()?;
        self.finish(fields)
    }

    /// Buys what is in the cart: checkout, order code, order page.
    pub(crate) fn finish(&mut self, fields: Form<'_>) -> std::io::Result<Placed> {
        let fresh = self.check_out(fields)?;
        let page = fresh.text();
        let ticket = html::text_of(&page, "class=\"code copy ticket\"")
            .unwrap_or_else(|| panic!("no ticket ({}): {page}", fresh.status));
        let token = html::hidden(&page, "/order/kept", "token").expect("a token");
        let order = self.post("/order/kept", &[("token", &token)])?.text();
        let id = html::text_of(&order, "<h1").expect("a heading").replace("Order ", "");
        let id = id.split_whitespace().next().unwrap_or_default().to_owned();
        let amount = html::text_of(&order, "class=\"big\"").expect("an amount");
        let pay_to = order.split("address</dt>").nth(1).expect("a pay-to");
        let pay_to = html::text_of(pay_to, "<dd").expect("a pay-to");
        Ok(Placed { id, ticket, amount, pay_to })
    }

    /// Opens an order with its order code.
    pub(crate) fn return_with(&mut self, ticket: &str) -> std::io::Result<Answer> {
        self.post("/order/enter", &[("ticket", ticket)])
    }

    /// Sends one of the order page's forms.
    pub(crate) fn on_order(&mut self, action: &str, fields: Form<'_>) -> std::io::Result<Answer> {
        let page = self.get("/order")?.text();
        let token = html::hidden(&page, action, "token")
            .unwrap_or_else(|| panic!("no form for {action}: {page}"));
        let mut form = vec![("token", token.as_str())];
        form.extend_from_slice(fields);
        self.post(action, &form)
    }

    /// Presses "check now" where the page still has it: a settled order's page does not.
    pub(crate) fn check_now(&mut self) {
        let page = self.get("/order").map(|answer| answer.text()).unwrap_or_default();
        if let Some(token) = html::hidden(&page, "/order/check", "token") {
            // The answer is the same page again.
            drop(self.post("/order/check", &[("token", &token)]));
        }
    }

    /// Forgets every cookie, as a new identity does.
    pub(crate) fn new_identity(&mut self) {
        self.cookies.clear();
    }

    fn send(&mut self, method: &str, path: &str, body: Option<String>) -> std::io::Result<Answer> {
        let mut stream = (self.connect)()?;
        stream.set_read_timeout(Some(Duration::from_secs(60)))?;
        let Self { host, scheme, .. } = self;
        let mut request =
            format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n");
        if !self.cookies.is_empty() {
            let all: Vec<_> = self.cookies.iter().map(|(n, v)| format!("{n}={v}")).collect();
            request.push_str(&format!("Cookie: {}\r\n", all.join("; ")));
        }
        if let Some(body) = body {
            request.push_str(&format!(
                "Origin: {scheme}://{host}\r\nContent-Type: application/x-www-form-urlencoded\r\n\
                 Content-Length: {}\r\n\r\n{body}",
                body.len()
            ));
        } else {
            request.push_str("\r\n");
        }
        stream.write_all(request.as_bytes())?;
        let answer = read_answer(&mut stream)?;
        for (_, cookie) in answer.headers.iter().filter(|(name, _)| name == "set-cookie") {
            let mut parts = cookie.split(';');
            if let Some((name, value)) = parts.next().and_then(|pair| pair.split_once('=')) {
                if parts.any(|part| part.trim() == "Max-Age=0") {
                    self.cookies.remove(name);
                } else {
                    self.cookies.insert(name.to_owned(), value.to_owned());
                }
            }
        }
        Ok(answer)
    }
}

fn read_answer(stream: &mut TcpStream) -> std::io::Result<Answer> {
    let broken =
        |what: &str| std::io::Error::new(std::io::ErrorKind::UnexpectedEof, what.to_owned());
    let mut all = Vec::new();
    let mut piece = [0; 16 * 1024];
    loop {
        if let Some(head) = all.windows(4).position(|window| window == b"\r\n\r\n") {
            let text = String::from_utf8_lossy(all.get(..head).unwrap_or_default()).into_owned();
            let mut lines = text.lines();
            let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok());
            let headers: Vec<(String, String)> = lines
                .filter_map(|line| line.split_once(": "))
                .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
                .collect();
            let length = headers.iter().find(|(name, _)| name == "content-length");
            let length: usize = length.and_then(|(_, value)| value.parse().ok()).unwrap_or(0);
            let body = all.get(head + 4..).unwrap_or_default();
            if body.len() >= length {
                let body = body.get(..length).unwrap_or_default().to_vec();
                return Ok(Answer {
                    status: status.ok_or_else(|| broken("no status"))?,
                    headers,
                    body,
                });
            }
        }
        match stream.read(&mut piece)? {
            0 => return Err(broken("the answer broke off")),
            n => all.extend_from_slice(piece.get(..n).unwrap_or_default()),
        }
    }
}

fn encode(form: Form<'_>) -> String {
    let part = |text: &str| -> String {
        text.bytes()
            .map(|b| match b {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => {
                    char::from(b).to_string()
                }
                b => format!("%{b:02X}"),
            })
            .collect()
    };
    form.iter().map(|(n, v)| format!("{}={}", part(n), part(v))).collect::<Vec<_>>().join("&")
}
