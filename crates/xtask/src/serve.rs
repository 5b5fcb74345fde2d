//! `cargo xtask serve`: everything from a fresh machine to a printed address.

use std::thread;
use std::time::Duration;

use crate::site::{self, Profile};
use crate::{Result, http};

const PORT: u16 = 8080;

/// The command.
pub fn run(args: &[String]) -> Result {
    let profile = Profile::from_args(args);
    let wanted = args.iter().position(|arg| arg == "--port").map(|at| {
        let number = args.get(at + 1).and_then(|text| text.parse::<u16>().ok());
        number.ok_or("--port wants a number from 0 to 65535.".to_owned())
    });
    let wanted = wanted.transpose()?;
    site::build(profile)?;

    let mounts = || vec![("/", site::dist())];
    let address = match wanted {
        Some(port) => http::serve(port, mounts())?,
        // Another program may hold the usual port: the next free one will do.
        None => (PORT..PORT + 20)
            .find_map(|port| http::serve(port, mounts()).ok())
            .map_or_else(|| http::serve(0, mounts()), Ok)?,
    };
    println!("Glasshouse: http://{address}/   (Ctrl-C ends it)");
    if args.iter().any(|arg| arg == "--watch") {
        watch(profile)
    } else {
        wait()
    }
}

fn wait() -> ! {
    loop {
        thread::park();
    }
}

/// Builds again whenever a source changes; a build that fails leaves the last good site in place.
fn watch(profile: Profile) -> Result {
    let mut built = site::fingerprint()?;
    loop {
        thread::sleep(Duration::from_secs(1));
        let now = site::fingerprint()?;
        if now != built {
            built = now;
            if let Err(sentence) = site::build(profile) {
                eprintln!("xtask: {sentence}");
            }
        }
    }
}
