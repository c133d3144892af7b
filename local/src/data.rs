//! The folder that holds everything the city knows between runs.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, bail};

/// Written into every folder of a city; nothing else is ever deleted.
const MARK: &str = "city.json";
const FORMAT: &str = "{\"format\":1}\n";
/// Held open for as long as a city runs.
const LOCK: &str = "lock";
/// A log above this many bytes is put aside at the start.
const LOG_LIMIT: u64 = 10 * 1024 * 1024;
/// What `--fresh` deletes.
const CONTENTS: [&str; 3] = ["aws", "logs", "pay"];
/// The folders in it.
const FOLDERS: [&str; 4] = ["aws", "aws/s3", "logs", "pay"];

/// Makes the folder ready; with `fresh`, empty. It belongs to this city for as long as the returned file is open.
pub fn prepare(folder: &Path, fresh: bool) -> anyhow::Result<fs::File> {
    let shown = folder.display();
    if folder.exists() && !folder.is_dir() {
        bail!("{shown} 不是資料夾：請以 --data 指定資料夾。\n{shown} is not a folder: name one with --data");
    }
    fs::create_dir_all(folder).with_context(|| {
        format!("無法建立資料夾 {shown}：請以 --data 指定可寫入的資料夾。\nthe folder {shown} cannot be made: name one you may write to with --data")
    })?;
    let mark = folder.join(MARK);
    let mut entries = fs::read_dir(folder).with_context(|| format!("the folder {shown} cannot be read"))?;
    // A start that was cut off may leave the lock alone.
    let is_empty = entries.all(|entry| entry.is_ok_and(|entry| entry.file_name() == LOCK));
    if !is_empty && !mark.exists() {
        bail!(
            "資料夾 {shown} 裡有別的東西，不是本機城市的資料：請以 --data 指定空資料夾（--fresh 只刪除本機城市的資料）。\n\
             the folder {shown} holds something else than a city: name an empty one with --data (--fresh deletes nothing but a city)"
        );
    }
    let lock = lock(folder)?;
    if fresh {
        clear(folder)?;
    } else if !is_empty && (fs::read_to_string(&mark).ok().as_deref() != Some(FORMAT) || is_mixed_up(folder))
    {
        bail!(
            "資料夾 {shown} 已損壞或來自其他版本：加上 --fresh 重新開始（會刪除其中資料），或以 --data 指定其他資料夾。\n\
             the folder {shown} is damaged or of another version: start over with --fresh (deletes its data), or name another with --data"
        );
    }
    fs::write(&mark, FORMAT).with_context(|| format!("the folder {shown} cannot be written to"))?;
    put_long_logs_aside(&folder.join("logs"))?;
    Ok(lock)
}

/// Whether something else stands where a folder of ours should be.
fn is_mixed_up(folder: &Path) -> bool {
    FOLDERS.iter().map(|name| folder.join(name)).any(|path| path.exists() && !path.is_dir())
}

fn put_long_logs_aside(logs: &Path) -> anyhow::Result<()> {
    let Ok(entries) = fs::read_dir(logs) else { return Ok(()) };
    for entry in entries {
        let entry = entry?;
        let path = entry.path();
        if entry.metadata()?.len() > LOG_LIMIT && path.extension().is_some_and(|kind| kind == "log") {
            fs::rename(&path, path.with_extension("log.old"))?;
        }
    }
    Ok(())
}

fn lock(folder: &Path) -> anyhow::Result<fs::File> {
    let shown = folder.display();
    let file = fs::File::create(folder.join(LOCK))
        .with_context(|| format!("資料夾 {shown} 無法寫入。\nthe folder {shown} cannot be written to"))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(_) => bail!(
            "資料夾 {shown} 已有另一座本機城市使用中：請先停止它，或以 --data 指定其他資料夾。\n\
             another local city is using {shown}: stop it, or name another folder with --data"
        ),
    }
}

fn clear(folder: &Path) -> anyhow::Result<()> {
    for name in CONTENTS {
        let path = folder.join(name);
        let gone = match fs::symlink_metadata(&path) {
            Ok(found) if found.is_dir() => fs::remove_dir_all(&path),
            Ok(_) => fs::remove_file(&path),
            Err(_) => Ok(()),
        };
        gone.with_context(|| {
            format!(
                "無法刪除 {0}：請檢查權限。\n{0} cannot be deleted: check its permissions",
                path.display()
            )
        })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders() {
        let base = tempfile::tempdir().unwrap();
        let city = base.path().join("city");
        prepare(&city, false).unwrap();
        fs::create_dir(city.join("aws")).unwrap();
        fs::write(city.join("aws").join("x"), "x").unwrap();
        let held = prepare(&city, false).unwrap();
        assert!(prepare(&city, true).unwrap_err().to_string().contains("another local city"));
        drop(held);
        prepare(&city, false).unwrap();
        assert!(city.join("aws").join("x").exists());
        prepare(&city, true).unwrap();
        assert!(!city.join("aws").exists());

        fs::write(city.join(MARK), "{").unwrap();
        assert!(prepare(&city, false).unwrap_err().to_string().contains("--fresh"));
        prepare(&city, true).unwrap();

        for name in ["aws", "logs", "pay"] {
            fs::remove_dir_all(city.join(name)).ok();
            fs::write(city.join(name), "no folder").unwrap();
            assert!(prepare(&city, false).unwrap_err().to_string().contains("--fresh"), "{name}");
            prepare(&city, true).unwrap();
        }

        let other = base.path().join("other");
        fs::create_dir(&other).unwrap();
        fs::write(other.join("letter"), "mine").unwrap();
        for fresh in [false, true] {
            assert!(prepare(&other, fresh).unwrap_err().to_string().contains("holds something else"));
        }
        assert!(other.join("letter").exists());
        assert!(prepare(&other.join("letter"), false).unwrap_err().to_string().contains("is not a folder"));
    }
}
