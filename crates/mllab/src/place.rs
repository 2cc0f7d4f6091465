//! A lab's folder is replaced as a whole when its run completes, never half-written, and nothing that is not ours is replaced.
//!
//! All files are written to a hidden folder beside it, which then takes its place in one step where the system can
//! exchange two folders, else in two renames that the next start repairs. A lock keeps two runs of one lab apart. Each
//! folder carries a mark ([`MARK`]); one without it is somebody else's and is left alone unless the call says `--force`.

use crate::ending::{Failure, shown_path};
use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

/// The file by which a folder is known as ours.
const MARK: &str = ".mllab";
const MARK_TEXT: &str = "mllab wrote this folder and replaces it as a whole when it runs again.\n";

/// The right to replace one folder; others wait until it is dropped.
pub struct Place {
    folder: PathBuf,
    fresh: PathBuf,
    old: PathBuf,
    force: bool,
    _lock: File,
}

impl Place {
    /// Claims `<out>/<name>`, repairing what an interrupted run left. With `force` also what does not carry our mark is
    /// replaced.
    ///
    /// # Errors
    ///
    /// A place that cannot be written, that another run is writing, or that holds what is not ours.
    pub fn claim(out: &Path, name: &str, force: bool) -> Result<Self, Failure> {
        let cannot =
            |path: &Path, error: &io::Error| Failure::failed(format!("cannot write to {}: {error}", shown_path(path)));
        fs::create_dir_all(out).map_err(|error| cannot(out, &error))?;
        let lock_path = out.join(format!(".{name}.lock"));
        let lock = open_lock(&lock_path).map_err(|error| cannot(&lock_path, &error))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(fs::TryLockError::WouldBlock) => {
                let folder = out.join(name);
                return Err(Failure::failed(format!(
                    "another run is writing {}; wait for it or say --out",
                    shown_path(&folder)
                )));
            }
            Err(fs::TryLockError::Error(error)) => return Err(cannot(&lock_path, &error)),
        }
        let place = Place {
            folder: out.join(name),
            fresh: out.join(format!(".{name}.new")),
            old: out.join(format!(".{name}.old")),
            force,
            _lock: lock,
        };
        for folder in [&place.folder, &place.fresh, &place.old] {
            place.ours(folder)?;
        }
        place.repair().map_err(|error| cannot(&place.folder, &error))?;
        Ok(place)
    }

    /// Writes `files` (paths relative to the folder, with their bytes) and puts them in the folder's place.
    ///
    /// # Errors
    ///
    /// What the system says, or what has come to stand there meanwhile; the earlier folder is then still whole.
    pub fn replace(&self, files: &[(String, Vec<u8>)]) -> Result<(), Failure> {
        self.ours(&self.folder)?;
        let write = || -> io::Result<()> {
            fs::create_dir(&self.fresh)?;
            fs::write(self.fresh.join(MARK), MARK_TEXT)?;
            for (path, bytes) in files {
                let path = self.fresh.join(path);
                if let Some(parent) = path.parent() {
                    fs::create_dir_all(parent)?;
                }
                fs::write(path, bytes)?;
            }
            self.exchange()
        };
        write().map_err(|error| {
            let _ = remove(&self.fresh);
            Failure::failed(format!("cannot write {}: {error}", shown_path(&self.folder)))
        })
    }

    /// Refuses what stands at a path and does not carry our mark: nothing of it may be replaced or removed.
    fn ours(&self, path: &Path) -> Result<(), Failure> {
        let what = match fs::symlink_metadata(path) {
            Err(_) => return Ok(()),
            Ok(about) if about.is_symlink() => "is a link".to_string(),
            Ok(about) if !about.is_dir() => "is no folder".to_string(),
            Ok(_) => {
                let mut inside = fs::read_dir(path).into_iter().flatten().flatten();
                let Some(first) = inside.next() else { return Ok(()) };
                if self.force || path.join(MARK).is_file() || was_ours(path) {
                    return Ok(());
                }
                format!("holds {} and no mark of mllab", shown_path(Path::new(&first.file_name())))
            }
        };
        let way = if what.starts_with("holds") { ", or --force to replace the folder" } else { "" };
        Err(Failure::failed(format!("{} {what}; say another --out{way}", shown_path(path))))
    }

    /// Where the results are.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    fn exchange(&self) -> io::Result<()> {
        if !self.folder.try_exists()? {
            return fs::rename(&self.fresh, &self.folder);
        }
        if swap(&self.fresh, &self.folder).is_err() {
            fs::rename(&self.folder, &self.old)?;
            fs::rename(&self.fresh, &self.folder)?;
        }
        // What is left is the earlier result; it is out of the way either way.
        let _ = remove(&self.fresh);
        let _ = remove(&self.old);
        Ok(())
    }

    fn repair(&self) -> io::Result<()> {
        if self.old.try_exists()? {
            if self.folder.try_exists()? {
                remove(&self.old)?;
            } else {
                fs::rename(&self.old, &self.folder)?;
            }
        }
        remove(&self.fresh)
    }
}

/// Removes a folder of ours where there is one, its mark last: ended halfway, it still says whose it is.
fn remove(folder: &Path) -> io::Result<()> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            fs::remove_dir_all(entry.path())?;
        } else if entry.file_name() != MARK {
            fs::remove_file(entry.path())?;
        }
    }
    fs::remove_dir_all(folder)
}

/// Whether a folder is a lab's result from before folders were marked: its record names the lab that it is called after.
fn was_ours(path: &Path) -> bool {
    let read = |name: &str| -> Option<serde_json::Value> {
        serde_json::from_str(&fs::read_to_string(path.join(name)).ok()?).ok()
    };
    let named = path.file_name().and_then(|name| name.to_str());
    let record = read("report.json").or_else(|| read("bench.json"));
    read("run.json").is_some_and(|run| run["threads"].is_u64())
        && record.is_some_and(|record| record["lab"].as_str().is_some_and(|lab| Some(lab) == named))
}

/// Opens a lock without following a link to somebody's file, and without emptying what is there.
fn open_lock(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.custom_flags(rustix::fs::OFlags::NOFOLLOW.bits().cast_signed());
    }
    options.open(path)
}

/// Exchanges two folders in one step.
#[cfg(any(target_os = "linux", target_vendor = "apple"))]
fn swap(a: &Path, b: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    Ok(renameat_with(CWD, a, CWD, b, RenameFlags::EXCHANGE)?)
}

#[cfg(not(any(target_os = "linux", target_vendor = "apple")))]
fn swap(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str, text: &str) -> (String, Vec<u8>) {
        (name.into(), text.into())
    }

    #[test]
    fn a_folder_is_replaced_as_a_whole() {
        let out = tempfile::tempdir().unwrap();
        for round in ["one", "two"] {
            let place = Place::claim(out.path(), "lab", false).unwrap();
            place.replace(&[file("a.txt", round), file(&format!("sub/{round}.txt"), "")]).unwrap();
        }
        let folder = out.path().join("lab");
        assert_eq!(fs::read_to_string(folder.join("a.txt")).unwrap(), "two");
        assert!(!folder.join("sub/one.txt").exists() && folder.join("sub/two.txt").exists());
        let left: Vec<_> = fs::read_dir(out.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
        assert_eq!(left.len(), 2, "{left:?}");
    }

    #[test]
    fn what_an_interrupted_exchange_left_is_repaired() {
        let out = tempfile::tempdir().unwrap();
        fs::create_dir(out.path().join(".lab.old")).unwrap();
        fs::write(out.path().join(".lab.old/a.txt"), "earlier").unwrap();
        fs::write(out.path().join(".lab.old").join(MARK), "").unwrap();
        fs::create_dir(out.path().join(".lab.new")).unwrap();
        let place = Place::claim(out.path(), "lab", false).unwrap();
        assert_eq!(fs::read_to_string(place.folder().join("a.txt")).unwrap(), "earlier");
        assert!(!out.path().join(".lab.new").exists());
    }

    #[test]
    fn two_runs_of_one_lab_are_kept_apart() {
        let out = tempfile::tempdir().unwrap();
        let first = Place::claim(out.path(), "lab", false).unwrap();
        let refused = Place::claim(out.path(), "lab", false).err().unwrap();
        assert!(refused.message.contains("another run"), "{}", refused.message);
        drop(first);
        assert!(Place::claim(out.path(), "lab", false).is_ok());
    }

    #[test]
    fn what_is_not_ours_is_left_alone_unless_forced() {
        let out = tempfile::tempdir().unwrap();
        let at = |name: &str| out.path().join(name);
        for name in ["lab", ".lab.new", ".lab.old"] {
            fs::create_dir(at(name)).unwrap();
            fs::write(at(name).join("thesis.tex"), "years").unwrap();
            let refused = Place::claim(out.path(), "lab", false).err().unwrap().message;
            assert!(refused.contains("thesis.tex") && refused.contains("--force"), "{refused}");
            assert_eq!(fs::read_to_string(at(name).join("thesis.tex")).unwrap(), "years");
            fs::remove_dir_all(at(name)).unwrap();
        }
        fs::create_dir(at("lab")).unwrap();
        let place = Place::claim(out.path(), "lab", false).unwrap();
        fs::write(at("lab").join("thesis.tex"), "years").unwrap();
        assert!(place.replace(&[file("a.txt", "one")]).is_err(), "it came while the run was under way");
        assert_eq!(fs::read_to_string(at("lab").join("thesis.tex")).unwrap(), "years");
        drop(place);
        Place::claim(out.path(), "lab", true).unwrap().replace(&[file("a.txt", "one")]).unwrap();
        assert!(at("lab").join("a.txt").exists() && !at("lab").join("thesis.tex").exists());
    }

    #[test]
    fn a_result_from_before_the_mark_is_ours() {
        let out = tempfile::tempdir().unwrap();
        let folder = out.path().join("lab");
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("run.json"), "{\"threads\": 2}").unwrap();
        fs::write(folder.join("report.json"), "{\"lab\": \"other\"}").unwrap();
        assert!(Place::claim(out.path(), "lab", false).is_err(), "the record is another's");
        fs::write(folder.join("report.json"), "{\"lab\": \"lab\"}").unwrap();
        assert!(Place::claim(out.path(), "lab", false).is_ok());
    }

    #[cfg(unix)]
    #[test]
    fn links_and_files_are_neither_followed_nor_replaced() {
        use std::os::unix::fs::symlink;
        let out = tempfile::tempdir().unwrap();
        let at = |name: &str| out.path().join(name);
        fs::create_dir(at("theirs")).unwrap();
        fs::write(at("theirs/a.txt"), "kept").unwrap();
        symlink(at("theirs"), at("lab")).unwrap();
        let refused = Place::claim(out.path(), "lab", true).err().unwrap().message;
        assert!(refused.contains("is a link"), "{refused}");
        fs::remove_file(at("lab")).unwrap();
        fs::write(at("lab"), "a file").unwrap();
        assert!(Place::claim(out.path(), "lab", true).err().unwrap().message.contains("is no folder"));
        fs::remove_file(at("lab")).unwrap();
        fs::remove_file(at(".lab.lock")).unwrap();
        symlink(at("theirs/a.txt"), at(".lab.lock")).unwrap();
        assert!(Place::claim(out.path(), "lab", false).is_err());
        assert_eq!(fs::read_to_string(at("theirs/a.txt")).unwrap(), "kept");
    }
}
