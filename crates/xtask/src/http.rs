//! A small static file server: what any plain host does, on 127.0.0.1, so that tests and readers see the same site.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, UNIX_EPOCH};

use crate::Result;

/// Folders and the paths they are served under, e.g. `("/", dist)`; the longest matching path wins.
pub type Mounts = Vec<(&'static str, PathBuf)>;

/// Serves `mounts` on 127.0.0.1 from a thread of its own; port 0 takes any free one. Returns the address.
///
/// # Errors
/// When the port is taken.
pub fn serve(port: u16, mut mounts: Mounts) -> Result<SocketAddr> {
    let listener = TcpListener::bind(("127.0.0.1", port))
        .map_err(|error| format!("port {port} cannot be used: {error}."))?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    mounts.sort_by_key(|(prefix, _)| std::cmp::Reverse(prefix.len()));
    let mounts = Arc::new(mounts);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let mounts = Arc::clone(&mounts);
            // A reader who goes away mid-answer is no error of ours.
            thread::spawn(move || _ = converse(&stream, &mounts));
        }
    });
    Ok(address)
}

/// Answers requests on one connection until the other side closes it.
fn converse(stream: &TcpStream, mounts: &Mounts) -> io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(60)))?;
    stream.set_nodelay(true)?;
    let mut lines = BufReader::new(stream).lines();
    while let Some(request) = lines.next().transpose()? {
        let mut known_tag = None;
        for header in lines.by_ref() {
            let header = header?;
            if header.is_empty() {
                break;
            }
            if let Some((name, value)) = header.split_once(':')
                && name.eq_ignore_ascii_case("if-none-match")
            {
                known_tag = Some(value.trim().to_owned());
            }
        }
        answer(stream, &request, known_tag.as_deref(), mounts)?;
    }
    Ok(())
}

fn answer(
    mut stream: &TcpStream,
    request: &str,
    known_tag: Option<&str>,
    mounts: &Mounts,
) -> io::Result<()> {
    let mut words = request.split(' ');
    let (method, target) = (
        words.next().unwrap_or_default(),
        words.next().unwrap_or_default(),
    );
    if !matches!(method, "GET" | "HEAD") {
        return say(
            stream,
            "405 Method Not Allowed",
            "Only GET and HEAD.",
            method,
        );
    }
    let path = target.split(['?', '#']).next().unwrap_or_default();
    let Some(file) = find(path, mounts) else {
        return say(stream, "404 Not Found", "Nothing here.", method);
    };
    if file.is_dir() {
        let head = format!(
            "HTTP/1.1 301 Moved Permanently\r\nLocation: {path}/\r\nContent-Length: 0\r\n\r\n"
        );
        return stream.write_all(head.as_bytes());
    }
    let mut body = File::open(&file)?;
    let facts = body.metadata()?;
    let modified = facts
        .modified()?
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_nanos();
    let tag = format!("\"{:x}-{modified:x}\"", facts.len());
    let shared =
        format!("ETag: {tag}\r\nCache-Control: no-cache\r\nAccess-Control-Allow-Origin: *\r\n");
    if known_tag == Some(&tag) {
        return stream.write_all(format!("HTTP/1.1 304 Not Modified\r\n{shared}\r\n").as_bytes());
    }
    let (kind, length) = (media_type(&file), facts.len());
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n{shared}\r\n"
    );
    stream.write_all(head.as_bytes())?;
    if method == "GET" {
        io::copy(&mut body, &mut stream)?;
    }
    Ok(())
}

fn say(mut stream: &TcpStream, status: &str, sentence: &str, method: &str) -> io::Result<()> {
    let body = if method == "HEAD" { "" } else { sentence };
    let kind = "Content-Type: text/plain\r\nAccess-Control-Allow-Origin: *";
    stream.write_all(
        format!(
            "HTTP/1.1 {status}\r\n{kind}\r\nContent-Length: {}\r\n\r\n{body}",
            sentence.len()
        )
        .as_bytes(),
    )
}

/// The file or folder a path names; never one outside its mount.
fn find(path: &str, mounts: &Mounts) -> Option<PathBuf> {
    let path = percent_decoded(path)?;
    let (prefix, folder) = mounts.iter().find(|(prefix, _)| path.starts_with(prefix))?;
    let relative = Path::new(&path[prefix.len()..]);
    if !relative
        .components()
        .all(|part| matches!(part, Component::Normal(_)))
    {
        return None;
    }
    let file = folder.join(relative);
    let file = if path.ends_with('/') {
        file.join("index.html")
    } else {
        file
    };
    fs::exists(&file).unwrap_or(false).then_some(file)
}

fn percent_decoded(path: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = path.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        if byte == b'%' {
            let code = std::str::from_utf8(rest.get(..2)?).ok()?;
            bytes.push(u8::from_str_radix(code, 16).ok()?);
            rest = &rest[2..];
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

fn media_type(file: &Path) -> &'static str {
    match file
        .extension()
        .and_then(|extension| extension.to_str())
        .unwrap_or_default()
    {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "json" | "map" => "application/json",
        "md" | "txt" | "ts" => "text/plain; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    fn ask(address: SocketAddr, request: &str) -> String {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        let mut reply = String::new();
        stream.read_to_string(&mut reply).unwrap();
        reply
    }

    fn crate_served() -> SocketAddr {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
        serve(
            0,
            vec![("/", folder.join("src")), ("/deep/folder/", folder)],
        )
        .unwrap()
    }

    #[test]
    fn serves_files_with_their_type_and_length() {
        let reply = ask(
            crate_served(),
            "GET /deep/folder/Cargo.toml?x#y HTTP/1.1\r\n\r\n",
        );
        let (head, body) = reply.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 200 OK"));
        assert!(head.contains(&format!("Content-Length: {}", body.len())));
        assert!(head.contains("Access-Control-Allow-Origin: *"));
        assert_eq!(body, include_str!("../Cargo.toml"));
        assert_eq!(media_type(Path::new("engine_bg.wasm")), "application/wasm");
        assert_eq!(
            media_type(Path::new("glasshouse.js")),
            "text/javascript; charset=utf-8"
        );
    }

    #[test]
    fn head_has_the_length_and_no_body() {
        let reply = ask(crate_served(), "HEAD /http.rs HTTP/1.1\r\n\r\n");
        assert!(reply.contains(&format!(
            "Content-Length: {}",
            include_str!("http.rs").len()
        )));
        assert!(reply.ends_with("\r\n\r\n"));
    }

    #[test]
    fn an_unchanged_file_is_not_sent_again() {
        let address = crate_served();
        let first = ask(address, "GET /http.rs HTTP/1.1\r\n\r\n");
        let tag = first
            .lines()
            .find_map(|line| line.strip_prefix("ETag: "))
            .unwrap();
        let second = ask(
            address,
            &format!("GET /http.rs HTTP/1.1\r\nIf-None-Match: {tag}\r\n\r\n"),
        );
        assert!(second.starts_with("HTTP/1.1 304"));
    }

    #[test]
    fn one_connection_answers_many_requests() {
        let reply = ask(
            crate_served(),
            "HEAD /http.rs HTTP/1.1\r\n\r\nHEAD /missing HTTP/1.1\r\n\r\n",
        );
        assert_eq!(reply.matches("HTTP/1.1 ").count(), 2);
        assert!(reply.contains("404 Not Found"));
    }

    #[test]
    fn never_leaves_its_folder() {
        for path in [
            "/../Cargo.toml",
            "/%2e%2e/Cargo.toml",
            "//etc/passwd",
            "/%",
            "/missing",
        ] {
            let reply = ask(crate_served(), &format!("GET {path} HTTP/1.1\r\n\r\n"));
            assert!(reply.starts_with("HTTP/1.1 404"), "{path}: {reply}");
        }
    }
}
