//! The pages as a person meets them, in a headless browser.
//!
//! They need Debian's chromium and chromium-driver, which .ci/run installs; so they are ignored where only the tests'
//! own tools are at hand: `cargo test --workspace --test all -- --ignored browser`.

use crate::book::site;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Map, Value, json};
use std::future::Future;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A browser window; its driver ends with it.
pub struct Browser {
    driver: Child,
    client: Client,
}

/// Text whose contrast with what is behind it is under 4.5, or under 3 where it is large (WCAG 2.1, AA).
const FAINT: &str = "
    const parts = colour => (colour.match(/[\\d.]+/g) || []).map(Number);
    const light = c => { const l = c.slice(0, 3).map(v => { v /= 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; }); return 0.2126 * l[0] + 0.7152 * l[1] + 0.0722 * l[2]; };
    const behind = e => { for (; e; e = e.parentElement) { const c = parts(getComputedStyle(e).backgroundColor); if (c.length && c[3] !== 0) return c; } return [255, 255, 255]; };
    const faint = [];
    for (const e of document.querySelectorAll('body *')) {
      if (e.closest('svg, script, style, option') || !e.offsetHeight) continue;
      if (![...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())) continue;
      const style = getComputedStyle(e), size = parseFloat(style.fontSize);
      const [a, b] = [light(parts(style.color)), light(behind(e))].sort((x, y) => y - x);
      const large = size >= 24 || (size >= 18.66 && style.fontWeight >= 600);
      if ((a + 0.05) / (b + 0.05) < (large ? 3 : 4.5)) faint.push(e.outerHTML.slice(0, 100));
    }
    return faint.slice(0, 5);";

/// How wide the window is.
#[derive(Clone, Copy)]
pub enum Screen {
    /// 1280 px.
    Desk,
    /// 360 px.
    Phone,
}

impl Browser {
    async fn open(screen: Screen) -> Browser {
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver: install chromium and chromium-driver");
        let mut said = BufReader::new(driver.stdout.take().unwrap()).lines();
        let port = said
            .by_ref()
            .find_map(|line| line.unwrap().split("started successfully on port ").nth(1).map(str::to_string))
            .expect("the driver says its port");
        // The pipe is kept open: a driver that cannot write ends.
        std::thread::spawn(move || said.for_each(drop));
        let mut options = json!({ "args": [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
            "--window-size=1280,900",
        ]});
        if matches!(screen, Screen::Phone) {
            options["mobileEmulation"] =
                json!({ "deviceMetrics": { "width": 360, "height": 740, "pixelRatio": 1, "mobile": true } });
        }
        let mut capabilities = Map::new();
        capabilities.insert("goog:chromeOptions".into(), options);
        capabilities.insert("goog:loggingPrefs".into(), json!({ "browser": "ALL" }));
        let address = format!("http://127.0.0.1:{}", port.trim().trim_end_matches('.'));
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&address)
            .await
            .expect("a session");
        Browser { driver, client }
    }

    /// Opens a file, with a query or an anchor behind its name.
    pub async fn visit(&self, file: &Path, tail: &str) {
        self.client.goto(&format!("file://{}{tail}", file.display())).await.unwrap();
    }

    /// What a script returns.
    pub async fn eval(&self, script: &str) -> Value {
        self.client.execute(script, vec![]).await.unwrap_or_else(|error| panic!("{script}: {error}"))
    }

    /// Types into the element.
    pub async fn type_into(&self, selector: &str, words: &str) {
        self.client.find(Locator::Css(selector)).await.unwrap().send_keys(words).await.unwrap();
    }

    /// Clicks on the element.
    pub async fn click(&self, selector: &str) {
        self.client.find(Locator::Css(selector)).await.unwrap().click().await.unwrap();
    }

    /// Holds what every page keeps: no error, no request for anything else, nothing wider than the window.
    pub async fn check_page(&self, name: &str) {
        let logged = self.client.issue_cmd(Log).await.unwrap();
        assert_eq!(logged, json!([]), "{name}: the console");
        let fetched = self
            .eval(
                "return performance.getEntriesByType('resource').map(e => e.name).filter(n => !n.startsWith('data:') && !n.endsWith('/search.js'))",
            )
            .await;
        assert_eq!(fetched, json!([]), "{name}: requests");
        let wide = self
            .eval(
                "const wide = document.documentElement.clientWidth;
                 return [...document.querySelectorAll('body *')].filter(e => {
                   const box = e.getBoundingClientRect();
                   return box.width > 0 && box.right > wide + 1 && !e.closest('.scroll, svg');
                 }).slice(0, 5).map(e => e.outerHTML.slice(0, 120));",
            )
            .await;
        assert_eq!(wide, json!([]), "{name}: wider than the window");
        let scrolls =
            self.eval("return document.documentElement.scrollWidth - document.documentElement.clientWidth").await;
        assert!(scrolls.as_i64().unwrap() <= 0, "{name}: the page scrolls sideways");
    }

    async fn close(mut self) {
        let _ = self.client.clone().close().await;
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.driver.kill();
    }
}

/// Chromium's own command for what the console said; icons that a browser asks for by itself are left out.
#[derive(Debug)]
struct Log;

impl fantoccini::wd::WebDriverCompatibleCommand for Log {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/se/log", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(json!({ "type": "browser" }).to_string()))
    }
}

/// Runs a test with a browser, and closes it.
pub fn with_browser<F: Future<Output = Browser>>(screen: Screen, test: impl FnOnce(Browser) -> F) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let browser = Browser::open(screen).await;
        let browser = tokio::time::timeout(Duration::from_mins(4), test(browser)).await.expect("in time");
        browser.close().await;
    });
}

/// What the browser computes for a style of the first such element.
async fn style(browser: &Browser, selector: &str, name: &str) -> String {
    let script = format!("return getComputedStyle(document.querySelector('{selector}')).{name}");
    browser.eval(&script).await.as_str().unwrap().to_string()
}

fn files() -> Vec<std::path::PathBuf> {
    let mut files: Vec<_> = std::fs::read_dir(site()).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "html"));
    files.sort();
    files
}

#[test]
#[ignore = "needs chromium and chromium-driver"]
fn no_page_of_the_book_errs_fetches_or_overflows() {
    for screen in [Screen::Desk, Screen::Phone] {
        with_browser(screen, |browser| async move {
            for file in files() {
                browser.visit(&file, "").await;
                for theme in ["as it opens", "the other theme"] {
                    let name = format!("{}, {theme}", file.display());
                    browser.check_page(&name).await;
                    assert_eq!(browser.eval(FAINT).await, json!([]), "{name}: faint text");
                    browser.click("#theme").await;
                }
                let shown = browser
                    .eval("return [...document.querySelectorAll('figure > div')].filter(e => e.offsetHeight > 0).map(e => e.className)")
                    .await;
                let expected = if matches!(screen, Screen::Phone) { "narrow" } else { "beside" };
                for class in shown.as_array().unwrap() {
                    assert_eq!(class, expected, "{}", file.display());
                }
            }
            browser
        });
    }
}

#[test]
#[ignore = "needs chromium and chromium-driver"]
fn the_checks_hear_and_see_what_they_are_for() {
    with_browser(Screen::Desk, |browser| async move {
        browser.visit(&site().join("index.html"), "").await;
        browser.eval("console.error('heard'); document.querySelector('.tally h2').style.color = '#999'").await;
        let logged = browser.client.issue_cmd(Log).await.unwrap();
        assert!(logged.to_string().contains("heard"), "{logged}");
        assert_eq!(browser.eval(FAINT).await.as_array().unwrap().len(), 1);
        browser
    });
}

#[test]
#[ignore = "needs chromium and chromium-driver"]
fn the_theme_switches_and_figures_follow_it() {
    with_browser(Screen::Desk, |browser| async move {
        browser.visit(&site().join("learning-rate.html"), "").await;
        let before =
            [style(&browser, "body", "backgroundColor").await, style(&browser, "figure .mllab-f-ink", "fill").await];
        browser.click("#theme").await;
        let after =
            [style(&browser, "body", "backgroundColor").await, style(&browser, "figure .mllab-f-ink", "fill").await];
        assert!(before[0] != after[0] && before[1] != after[1], "{before:?} {after:?}");
        browser.visit(&site().join("index.html"), "").await;
        assert_eq!(style(&browser, "body", "backgroundColor").await, after[0], "the choice stays");
        browser
    });
}

#[test]
#[ignore = "needs chromium and chromium-driver"]
fn the_filter_filters_and_sorts() {
    const SHOWN: &str = "return [...document.querySelectorAll('#rows > li')].filter(e => e.offsetHeight > 0).map(e => e.dataset.verdict)";
    with_browser(Screen::Desk, |browser| async move {
        let page = site().join("claims.html");
        browser.visit(&page, "").await;
        let all = browser.eval(SHOWN).await.as_array().unwrap().len();
        browser.click("input[name=verdict][value=depends]").await;
        let shown = browser.eval(SHOWN).await;
        let shown = shown.as_array().unwrap();
        assert!(!shown.is_empty() && shown.len() < all && shown.iter().all(|verdict| verdict == "depends"));
        let count = browser.eval("return document.getElementById('count').textContent").await;
        assert_eq!(count, format!("{} of {all} claims", shown.len()));

        browser.type_into("#word", "quuxly").await;
        assert_eq!(browser.eval(SHOWN).await, json!([]));
        assert_eq!(browser.eval("return document.getElementById('none').hidden").await, json!(false));
        browser.click("#show-all").await;
        assert_eq!(browser.eval(SHOWN).await.as_array().unwrap().len(), all);

        browser.visit(&page, "?domain=model-development&q=adam&order=verdict").await;
        let shown = browser.eval("return [...document.querySelectorAll('#rows > li')].filter(e => e.offsetHeight > 0).map(e => e.textContent)").await;
        let shown = shown.as_array().unwrap();
        assert!(!shown.is_empty() && shown.iter().any(|row| row.as_str().unwrap().contains("Adam")));
        browser.visit(&page, "?order=verdict").await;
        let order = browser.eval(SHOWN).await;
        let mut sorted: Vec<usize> = order
            .as_array()
            .unwrap()
            .iter()
            .map(|v| ["fails", "depends", "negligible", "undecided", "holds"].iter().position(|w| v == w).unwrap())
            .collect();
        let seen = sorted.clone();
        sorted.sort_unstable();
        assert_eq!(seen, sorted);
        browser
    });
}

#[test]
#[ignore = "needs chromium and chromium-driver"]
fn search_finds_from_every_page_by_keyboard_alone() {
    with_browser(Screen::Desk, |browser| async move {
        browser.visit(&site().join("index.html"), "").await;
        browser.type_into("#search", "adam stall").await;
        let found = browser
            .eval("return [...document.querySelectorAll('#search-results [role=option]')].map(e => e.textContent)")
            .await;
        let found = found.as_array().unwrap();
        assert!(found[0].as_str().unwrap().contains("Adam"), "{found:?}");
        // Arrow down, then Enter.
        browser.type_into("#search", "\u{e015}\u{e007}").await;
        for _ in 0..50 {
            if browser.eval("return location.hash").await != json!("") {
                break;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        let place = browser.eval("return location.pathname.split('/').pop() + location.hash").await;
        assert_eq!(place, json!("learning-rate.html#plateau-switch-optimizer"));
        browser.type_into("#search", "quuxly").await;
        let said = browser.eval("return document.querySelector('.search [role=status]').textContent").await;
        assert_eq!(said, json!("Nothing speaks of quuxly."));
        browser
    });
}

/// The shell and a page give the same hits in the same order.
#[test]
#[ignore = "needs chromium and chromium-driver"]
fn one_index_for_every_search() {
    let index = mllab_book::find::Index::new(mllab_labs::LABS).unwrap();
    with_browser(Screen::Desk, |browser| async move {
        browser.visit(&site().join("claims.html"), "").await;
        for (query, _) in crate::find::asked() {
            let found = index.find(query);
            let here: Vec<String> = found.hits.into_iter().map(crate::find::name).collect();
            let there =
                browser.eval(&format!("return window.mllab.find({}).hits.map(hit => hit.id)", json!(query))).await;
            assert_eq!(there, json!(here), "{query}");
        }
        let unknown = browser.eval("return window.mllab.find('quuxly of recall').unknown").await;
        assert_eq!(unknown, json!(["quuxly"]));
        // Enter without a choice opens the claims with the same hits.
        browser.visit(&site().join("index.html"), "").await;
        browser.type_into("#search", "is it true that oversampling helps?\u{e007}").await;
        for _ in 0..50 {
            if browser.eval("return location.pathname.endsWith('claims.html')").await == json!(true) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        let shown = browser.eval("return [...document.querySelectorAll('#rows > li')].filter(e => e.offsetHeight > 0).map(e => e.dataset.id)").await;
        let expected: Vec<String> = index
            .find("is it true that oversampling helps?")
            .hits
            .into_iter()
            .map(crate::find::name)
            .filter(|hit| hit.contains('/'))
            .collect();
        assert_eq!(shown, json!(expected));
        browser
    });
}

#[test]
#[ignore = "needs chromium and chromium-driver"]
fn a_term_opens_by_key_and_by_click_and_closes() {
    const OPEN: &str = "return [...document.querySelectorAll('.def')].filter(e => e.matches(':popover-open')).length";
    for screen in [Screen::Desk, Screen::Phone] {
        with_browser(screen, |browser| async move {
            browser.visit(&site().join("class-imbalance.html"), "").await;
            browser.click(".lead .term").await;
            assert_eq!(browser.eval(OPEN).await, json!(1));
            let inside = browser.eval("const b = document.querySelector('.def:popover-open').getBoundingClientRect(); return b.left >= 0 && b.right <= innerWidth && b.top >= 0 && b.bottom <= innerHeight").await;
            assert_eq!(inside, json!(true), "it opens inside the window");
            browser.type_into("body", "\u{e00c}").await;
            assert_eq!(browser.eval(OPEN).await, json!(0));
            browser.type_into(".meas .term", "\u{e007}").await;
            assert_eq!(browser.eval(OPEN).await, json!(1));
            browser
        });
    }
}

#[test]
#[ignore = "needs chromium and chromium-driver"]
fn a_guess_comes_before_the_verdict() {
    const SEEN: &str =
        "return [...document.querySelectorAll('.claim .meas.reveal')].filter(e => e.offsetHeight > 0).length";
    with_browser(Screen::Desk, |browser| async move {
        browser.visit(&site().join("learning-rate.html"), "").await;
        let all = browser.eval(SEEN).await.as_i64().unwrap();
        browser.click(".switch label").await;
        assert_eq!(browser.eval(SEEN).await, json!(0));
        let leaks = browser
            .eval("return [...document.querySelectorAll('main .chip, .rail .glyph, main figure')].filter(e => e.checkVisibility({ visibilityProperty: true }) && !e.closest('details:not([open])')).length")
            .await;
        assert_eq!(leaks, json!(0), "a verdict shows before the guess");
        browser.click(".claim input[value=depends]").await;
        assert_eq!(browser.eval(SEEN).await, json!(1));
        assert!(all > 1);
        browser
    });
}

#[test]
#[ignore = "needs chromium and chromium-driver"]
fn hostile_notes_do_nothing_and_cards_stand_beside_their_lines() {
    let folder = tempfile::tempdir().unwrap();
    let mut notes = String::from(
        "# Week 3 <img src=x onerror=\"console.error('ran')\"><script>console.error('ran')</script>\n\
         if the loss oscillates, the learning rate is too high\n\u{202e}\u{1b}[2J\0 & < >\n\
         stuck on a plateau: adam or rmsprop instead of plain descent\n- sleep\n\
         lasso makes a sparse model\nridge is stable under multicollinearity\n",
    );
    notes.push_str(&"long".repeat(20_000));
    std::fs::write(folder.path().join("week-3.md"), notes).unwrap();
    let output = crate::support::mllab(
        folder.path(),
        &["annotate", "week-3.md", "--results", site().parent().unwrap().to_str().unwrap()],
    );
    assert_eq!(output.status.code(), Some(0), "{}", crate::support::text(&output.stderr));
    let page = folder.path().join("out/notes.html");
    for (screen, shown, hidden) in [(Screen::Desk, ".margin", ".folded"), (Screen::Phone, ".folded", ".margin")] {
        let page = page.clone();
        with_browser(screen, |browser| async move {
            browser.visit(&page, "").await;
            browser.check_page("notes").await;
            browser.click("#theme").await;
            browser.check_page("notes, the other theme").await;
            let count = |css: &str| {
                format!("return [...document.querySelectorAll('{css}')].filter(e => e.offsetHeight > 0).length")
            };
            assert!(browser.eval(&count(&format!("{shown} .note-card"))).await.as_i64().unwrap() >= 4);
            assert_eq!(browser.eval(&count(&format!("{hidden} .note-card"))).await, json!(0));
            let overlapping = browser
                .eval(
                    "const boxes = [...document.querySelectorAll('.note-card')].map(e => e.getBoundingClientRect()).filter(b => b.height);
                     return boxes.filter((b, i) => i && b.top < boxes[i - 1].bottom - 0.5).length;",
                )
                .await;
            assert_eq!(overlapping, json!(0), "cards overlap");
            browser
        });
    }
}
