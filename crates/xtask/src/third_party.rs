//! THIRD_PARTY.md: everything by others that the built site contains, from cargo's and npm's own records.

use std::collections::{BTreeSet, HashMap};
use std::fs;

use serde_json::Value;

use crate::Result;
use crate::process::{command, output, root};

const FILE: &str = "THIRD_PARTY.md";
/// The wasm modules of the site.
const SHIPPED: [&str; 3] = [
    "glasshouse-engine",
    "glasshouse-toy-engine",
    "glasshouse-tokenizer",
];

/// Name, version, licence, home.
type Row = (String, String, String, String);

/// `cargo xtask generate`.
pub fn write() -> Result {
    fs::write(root().join(FILE), generate()?).map_err(|error| format!("{FILE}: {error}."))?;
    println!("{FILE} written");
    Ok(())
}

/// # Errors
/// When the committed file is not what the lock files say now.
pub fn check() -> Result {
    let committed = fs::read_to_string(root().join(FILE)).unwrap_or_default();
    if committed == generate()? {
        Ok(())
    } else {
        Err(format!(
            "{FILE} is stale; `cargo xtask generate` writes it anew."
        ))
    }
}

fn generate() -> Result<String> {
    let mut text = String::from(
        "# Third-party software in the site\n\n\
         Glasshouse itself is licensed MIT OR Apache-2.0. The built site also contains the software below, under its own\n\
         licences. `cargo xtask generate` writes this file from Cargo.lock and package-lock.json; `cargo xtask check`\n\
         compares it.\n",
    );
    for (title, rows) in [
        ("Rust, compiled to WebAssembly", crates()?),
        ("JavaScript, bundled", packages()?),
    ] {
        text += &format!("\n## {title}\n\n| Package | Version | Licence |\n|---|---|---|\n");
        for (name, version, licence, home) in rows {
            let name = if home.is_empty() {
                name
            } else {
                format!("[{name}]({home})")
            };
            text += &format!("| {name} | {version} | {licence} |\n");
        }
    }
    text += TEXTS;
    Ok(text)
}

/// Quoted text travels with the site, too.
const TEXTS: &str = "
## Passages of text

`models/stories-sae-*/features.*` quote short passages of stories, to show where a feature fires. Each names its document, and the widget shows
that beside it: children's books published before 1930 (public domain); stories of the African Storybook and of Pratham Books' StoryWeaver
(CC BY, with title and author); excerpts of TinyStories by Eldan and Li (CDLA-Sharing-1.0). They remain under these licences.
";

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// The crates that the shipped modules link on wasm32; build scripts, macros and tests stay at home.
fn crates() -> Result<BTreeSet<Row>> {
    let arguments = [
        "metadata",
        "--format-version=1",
        "--locked",
        "--filter-platform=wasm32-unknown-unknown",
    ];
    let metadata: Value = serde_json::from_str(&output(command("cargo", &arguments))?)
        .map_err(|error| error.to_string())?;
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let packages: HashMap<String, Value> = list(&metadata["packages"])
        .into_iter()
        .map(|package| (text(&package["id"]), package))
        .collect();
    let nodes: HashMap<String, Value> = list(&metadata["resolve"]["nodes"])
        .into_iter()
        .map(|node| (text(&node["id"]), node))
        .collect();

    let ours = |package: &&Value| SHIPPED.contains(&package["name"].as_str().unwrap_or_default());
    let mut waiting: Vec<String> = packages
        .values()
        .filter(ours)
        .map(|package| text(&package["id"]))
        .collect();
    let (mut seen, mut rows) = (BTreeSet::new(), BTreeSet::new());
    while let Some(id) = waiting.pop() {
        if !seen.insert(id.clone()) {
            continue;
        }
        let (Some(package), Some(node)) = (packages.get(&id), nodes.get(&id)) else {
            continue;
        };
        if list(&package["targets"])
            .iter()
            .any(|target| target["kind"][0] == "proc-macro")
        {
            continue;
        }
        if !package["source"].is_null() {
            rows.insert((
                text(&package["name"]),
                text(&package["version"]),
                text(&package["license"]),
                text(&package["repository"]),
            ));
        }
        let linked = |dependency: &&Value| {
            list(&dependency["dep_kinds"])
                .iter()
                .any(|kind| kind["kind"].is_null())
        };
        waiting.extend(
            list(&node["deps"])
                .iter()
                .filter(linked)
                .map(|dependency| text(&dependency["pkg"])),
        );
    }
    Ok(rows)
}

/// The npm packages that are not only development tools.
fn packages() -> Result<BTreeSet<Row>> {
    let lock = fs::read(root().join("package-lock.json"))
        .map_err(|error| format!("package-lock.json: {error}."))?;
    let lock: Value =
        serde_json::from_slice(&lock).map_err(|error| format!("package-lock.json: {error}."))?;
    let entries = lock["packages"].as_object().cloned().unwrap_or_default();
    let shipped = entries.iter().filter_map(|(path, package)| {
        let name = path
            .strip_prefix("node_modules/")
            .filter(|name| !name.starts_with("@types/"))?;
        let at_home = ["dev", "optional", "devOptional", "link"]
            .iter()
            .any(|flag| package[*flag] == true);
        let home = format!("https://www.npmjs.com/package/{name}");
        (!at_home).then(|| {
            (
                name.to_owned(),
                text(&package["version"]),
                text(&package["license"]),
                home,
            )
        })
    });
    Ok(shipped.collect())
}
