//! A real Firefox with the settings of Tor Browser at *Safest*.

use super::{
    marionette::{Element, Marionette},
    until,
};
use serde_json::{Value, json};
use std::{
    collections::BTreeSet,
    io::{BufRead, BufReader},
    net::{SocketAddr, TcpListener},
    path::Path,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    time::Duration,
};

/// Settings of *Safest*, and those of every level of Tor Browser that matter to a page.
const SAFEST: &str = r#"
user_pref("javascript.enabled", false);
user_pref("svg.disabled", true);
user_pref("mathml.disabled", true);
user_pref("gfx.downloadable_fonts.enabled", false);
user_pref("dom.securecontext.allowlist_onions", true);
user_pref("network.http.referer.hideOnionSource", true);
user_pref("security.mixed_content.upgrade_display_content", false);
"#;

/// Nothing that Firefox does by itself, and a window as narrow as a phone.
const QUIET: &str = r#"
user_pref("app.normandy.enabled", false);
user_pref("app.update.disabledForTesting", true);
user_pref("browser.aboutwelcome.enabled", false);
user_pref("browser.newtabpage.enabled", false);
user_pref("browser.region.network.url", "");
user_pref("browser.safebrowsing.downloads.enabled", false);
user_pref("browser.safebrowsing.malware.enabled", false);
user_pref("browser.safebrowsing.phishing.enabled", false);
user_pref("browser.search.update", false);
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("browser.startup.homepage", "about:blank");
user_pref("browser.startup.page", 0);
user_pref("browser.topsites.contile.enabled", false);
user_pref("datareporting.healthreport.uploadEnabled", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("dom.push.connection.enabled", false);
user_pref("extensions.getAddons.cache.enabled", false);
user_pref("extensions.systemAddon.update.enabled", false);
user_pref("extensions.update.enabled", false);
user_pref("media.gmp-manager.updateEnabled", false);
user_pref("messaging-system.rsexperimentloader.enabled", false);
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
user_pref("network.dns.disablePrefetch", true);
user_pref("network.http.speculative-parallel-limit", 0);
user_pref("network.prefetch-next", false);
user_pref("network.trr.mode", 5);
user_pref("services.settings.server", "data:,#remote-settings-dummy/v1");
user_pref("toolkit.telemetry.enabled", false);
user_pref("toolkit.telemetry.server", "");
user_pref("toolkit.telemetry.unified", false);
user_pref("ui.useOverlayScrollbars", 1);
user_pref("toolkit.legacyUserProfileCustomizations.stylesheets", true);
"#;

/// A window nobody sees.
pub(crate) struct Firefox {
    _process: Process,
    marionette: Marionette,
    strays: Arc<Mutex<BTreeSet<String>>>,
    // After the process, so that it is removed when nothing writes there any more.
    _home: tempfile::TempDir,
}

/// Ends with its owner, also with one that gives up early.
struct Process(Child);

impl Firefox {
    /// Starts with a new identity: nothing from before. It reaches this machine alone.
    pub(crate) fn safest() -> Self {
        let (proxy, strays) = stray_catcher();
        let ways = format!(
            r#"
user_pref("network.proxy.type", 1);
user_pref("network.proxy.http", "127.0.0.1");
user_pref("network.proxy.http_port", {proxy});
user_pref("network.proxy.ssl", "127.0.0.1");
user_pref("network.proxy.ssl_port", {proxy});
user_pref("network.proxy.no_proxies_on", "127.0.0.1");
"#
        );
        Self::by(&ways, strays)
    }

    /// Starts one that reaches onion names alone, by this SOCKS port of a tor.
    pub(crate) fn over_tor(socks: SocketAddr) -> Self {
        let (proxy, strays) = stray_catcher();
        let script = format!(
            "function FindProxyForURL(url, host) {{ return host.endsWith('.onion') ? \
             'SOCKS5 {socks}' : 'PROXY 127.0.0.1:{proxy}'; }}"
        );
        let ways = format!(
            r#"
user_pref("network.dns.blockDotOnion", false);
user_pref("network.proxy.type", 2);
user_pref("network.proxy.autoconfig_url", "data:application/x-ns-proxy-autoconfig,{script}");
user_pref("network.proxy.socks_remote_dns", true);
user_pref("network.proxy.socks5_remote_dns", true);
"#
        );
        Self::by(&ways, strays)
    }

    fn by(ways: &str, strays: Arc<Mutex<BTreeSet<String>>>) -> Self {
        let home = tempfile::tempdir().expect("a folder");
        let settings = format!("{SAFEST}{QUIET}user_pref(\"marionette.port\", 0);\n{ways}");
        write(&home.path().join("user.js"), &settings);
        std::fs::create_dir(home.path().join("chrome")).expect("a folder");
        let narrow = ":root { min-width: 0 !important }";
        write(&home.path().join("chrome/userChrome.css"), narrow);
        let child = Command::new("firefox-esr")
            .args(["--headless", "--marionette", "--no-remote", "--profile"])
            .arg(home.path())
            .env("HOME", home.path())
            .env("MOZ_CRASHREPORTER_DISABLE", "1")
            // Or a release would not take `services.settings.server`.
            .env("MOZ_REMOTE_SETTINGS_DEVTOOLS", "1")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("firefox-esr starts (Debian: apt install firefox-esr)");
        let process = Process(child);
        let port = home.path().join("MarionetteActivePort");
        let marionette = until("Firefox listens", || {
            Marionette::at(std::fs::read_to_string(&port).ok()?.trim().parse().ok()?).ok()
        });
        let mut firefox = Self { _process: process, marionette, strays, _home: home };
        firefox.ask("WebDriver:NewSession", &json!({}));
        firefox
    }

    /// Makes the page so many CSS pixels wide.
    pub(crate) fn widen(&mut self, width: u64) {
        self.ask("WebDriver:SetWindowRect", &json!({ "width": width, "height": 900 }));
        let root = self.find("html").expect("a page");
        until(&format!("the page is {width} px wide"), || {
            (self.property(&root, "clientWidth") == width).then_some(())
        });
    }

    /// Types an address.
    pub(crate) fn open(&mut self, url: &str) {
        self.ask("WebDriver:Navigate", &json!({ "url": url }));
    }

    /// Returns the address of the page.
    pub(crate) fn url(&mut self) -> String {
        text(&self.ask("WebDriver:GetCurrentURL", &json!({})))
    }

    /// Returns the first element this CSS selector means, if there is one.
    pub(crate) fn find(&mut self, selector: &str) -> Option<Element> {
        let wanted = json!({ "using": "css selector", "value": selector });
        let found = self.marionette.ask("WebDriver:FindElement", &wanted).ok()?;
        Element::from(&found["value"])
    }

    /// Returns all elements this CSS selector means.
    pub(crate) fn all(&mut self, selector: &str) -> Vec<Element> {
        let wanted = json!({ "using": "css selector", "value": selector });
        let found = self.ask("WebDriver:FindElements", &wanted);
        found.as_array().into_iter().flatten().filter_map(Element::from).collect()
    }

    /// Waits for an element.
    pub(crate) fn seen(&mut self, selector: &str) -> Element {
        until(selector, || self.find(selector))
    }

    /// Returns the text of an element.
    pub(crate) fn text(&mut self, selector: &str) -> String {
        let element = self.seen(selector);
        text(&self.ask_of(&element, "WebDriver:GetElementText", json!({})))
    }

    /// Returns the value of an element's property.
    pub(crate) fn property(&mut self, element: &Element, name: &str) -> Value {
        self.ask_of(element, "WebDriver:GetElementProperty", json!({ "name": name }))
    }

    /// Returns the content of a field.
    pub(crate) fn value(&mut self, selector: &str) -> String {
        let field = self.seen(selector);
        text(&self.property(&field, "value"))
    }

    /// Types into a field, instead of what was there.
    pub(crate) fn fill(&mut self, selector: &str, with: &str) {
        let field = self.seen(selector);
        self.ask_of(&field, "WebDriver:ElementClear", json!({}));
        self.ask_of(&field, "WebDriver:ElementSendKeys", json!({ "text": with }));
    }

    /// Clicks on something that stays on this page.
    pub(crate) fn click(&mut self, selector: &str) {
        let element = self.seen(selector);
        self.ask_of(&element, "WebDriver:ElementClick", json!({}));
    }

    /// Clicks on something that leads to another page, and waits for that.
    pub(crate) fn follow(&mut self, selector: &str) {
        let before = self.seen("html");
        self.click(selector);
        until(&format!("{selector} leads on"), || {
            let old = self.marionette.ask_of(&before, "WebDriver:GetElementTagName", json!({}));
            (old.is_err() && self.find("footer").is_some()).then_some(())
        });
    }

    /// Returns a picture of an element as PNG, or of the page from top to bottom.
    pub(crate) fn screenshot(&mut self, element: Option<&Element>) -> Vec<u8> {
        let wanted = json!({ "full": element.is_none(), "hash": false });
        let picture = match element {
            Some(element) => self.ask_of(element, "WebDriver:TakeScreenshot", wanted),
            None => self.ask("WebDriver:TakeScreenshot", &wanted),
        };
        from_base64(&text(&picture))
    }

    /// Checks that each picture of a page of this width is shown, and that nothing sticks out
    /// sideways.
    ///
    /// Keeps a picture of the page in the folder `CRYPTOCART_SHOTS` names, for people to look at.
    pub(crate) fn look(&mut self, name: &str, width: u64) {
        for picture in self.all("img") {
            until(&format!("every picture of the {name} page is loaded"), || {
                let shown = self.property(&picture, "naturalWidth");
                shown.as_u64().is_some_and(|width| width > 0).then_some(())
            });
        }
        let root = self.seen("html");
        let widest = self.property(&root, "scrollWidth");
        assert_eq!(widest, width, "something sticks out of the {name} page");
        if let Some(folder) = std::env::var_os("CRYPTOCART_SHOTS") {
            let file = Path::new(&folder).join(format!("{name}-{width}.png"));
            std::fs::write(file, self.screenshot(None)).expect("the folder of the pictures");
        }
    }

    /// Returns the cookies it keeps for this page: what the browser made of the headers.
    pub(crate) fn cookies(&mut self) -> Vec<Value> {
        let all = self.ask("WebDriver:GetCookies", &json!({}));
        all.as_array().cloned().unwrap_or_default()
    }

    /// Returns what it asked of other hosts than this machine.
    pub(crate) fn strays(&self) -> Vec<String> {
        self.strays.lock().expect("no catcher panics").iter().cloned().collect()
    }

    fn ask(&mut self, command: &str, parameters: &Value) -> Value {
        let answer = self.marionette.ask(command, parameters);
        answer.map(value).unwrap_or_else(|error| panic!("{command} {parameters}: {error}"))
    }

    fn ask_of(&mut self, element: &Element, command: &str, parameters: Value) -> Value {
        let answer = self.marionette.ask_of(element, command, parameters);
        answer.map(value).unwrap_or_else(|error| panic!("{command}: {error}"))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Its content processes end when this one is gone.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// Starts a proxy that leads nowhere.
/// It writes down where a request wanted to go, and hangs up.
fn stray_catcher() -> (u16, Arc<Mutex<BTreeSet<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("bound").port();
    let strays = Arc::new(Mutex::new(BTreeSet::new()));
    let caught = Arc::clone(&strays);
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let mut asked = String::new();
            drop(stream.set_read_timeout(Some(Duration::from_secs(5))));
            drop(BufReader::new(stream).read_line(&mut asked));
            // What a Firefox we have not met asks its maker is not our pages' doing.
            let maker = [".mozilla.", ".firefox."].iter().any(|name| asked.contains(name));
            if !maker && !asked.is_empty() {
                caught.lock().expect("no catcher panics").insert(asked.trim().to_owned());
            }
        }
    });
    (port, strays)
}

/// Unwraps an answer: most are `{"value": ...}`, some are the value itself.
fn value(mut answer: Value) -> Value {
    match answer.get_mut("value") {
        Some(inner) => inner.take(),
        None => answer,
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("not a text: {value}")).to_owned()
}

fn write(path: &Path, text: &str) {
    std::fs::write(path, text).expect("the profile is ours");
}

fn from_base64(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let mut bits = 0_u32;
    let mut count = 0;
    for digit in text.bytes() {
        let six = match digit {
            b'A'..=b'Z' => digit - b'A',
            b'a'..=b'z' => digit - b'a' + 26,
            b'0'..=b'9' => digit - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => break,
        };
        bits = (bits << 6 | u32::from(six)) & 0xFFFF;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count & 0xFF) as u8);
        }
    }
    bytes
}
