//! What is said on the command line.

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::time::Duration;

/// How to call the program.
pub const USAGE: &str = "\
cargo run -p local -- [選項 options]

  --port PORT               8080 以外的埠；0 是任一空埠     another port than 8080; 0 takes a free one
  --host ADDRESS            127.0.0.1 以外的位址            another address than 127.0.0.1
  --data DIR                .city 以外的資料夾              another folder than .city
  --fresh                   刪除資料，重新開始              delete the data and start over
  --no-build                不編譯函式                      do not build the functions
  --no-seed                 不匯入服務項目                  do not import the service items
  --clock-offset SECONDS    函式的時鐘快（慢）幾秒          the functions' clock is ahead (behind)
  --retry-after SECONDS     佇列失敗的訊息幾秒後再試        failed queue messages come back after this";

/// The options.
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Args {
    pub port: u16,
    pub host: IpAddr,
    /// `.city` in the workspace when `None`.
    pub data: Option<PathBuf>,
    pub fresh: bool,
    pub build: bool,
    pub seed: bool,
    pub clock_offset: Option<i64>,
    pub retry_after: Option<Duration>,
    pub help: bool,
}

impl Default for Args {
    fn default() -> Self {
        Self {
            port: 8080,
            host: IpAddr::V4(Ipv4Addr::LOCALHOST),
            data: None,
            fresh: false,
            build: true,
            seed: true,
            clock_offset: None,
            retry_after: None,
            help: false,
        }
    }
}

impl Args {
    /// Reads the words after the program's name.
    pub fn parse(words: impl IntoIterator<Item = String>) -> Result<Self, String> {
        let mut args = Self::default();
        let mut words = words.into_iter();
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or_else(|| format!("{word} 需要一個值 needs a value"));
            match word.as_str() {
                "--port" => args.port = number(&word, &value()?)?,
                "--host" => args.host = number(&word, &value()?)?,
                "--data" => args.data = Some(PathBuf::from(value()?)),
                "--fresh" => args.fresh = true,
                "--no-build" => args.build = false,
                "--no-seed" => args.seed = false,
                "--clock-offset" => args.clock_offset = Some(number(&word, &value()?)?),
                "--retry-after" => args.retry_after = Some(Duration::from_secs(number(&word, &value()?)?)),
                "--help" | "-h" => args.help = true,
                _ => return Err(format!("不認得 {word}　{word} is not an option")),
            }
        }
        Ok(args)
    }
}

fn number<T: std::str::FromStr>(word: &str, value: &str) -> Result<T, String> {
    value.parse().map_err(|_| format!("{word} 的值不對：{value}　{value} is no value for {word}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Args, String> {
        Args::parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn reads_options() {
        assert_eq!(parse(""), Ok(Args::default()));
        let args = parse("--port 0 --data x --fresh --no-build --clock-offset -5 --retry-after 1").unwrap();
        assert_eq!((args.port, args.fresh, args.build), (0, true, false));
        assert_eq!((args.clock_offset, args.retry_after), (Some(-5), Some(Duration::from_secs(1))));
        for line in ["--port", "--port x", "--port 70000", "--what", "--clock-offset 1.5"] {
            assert!(parse(line).is_err(), "{line}");
        }
    }
}
