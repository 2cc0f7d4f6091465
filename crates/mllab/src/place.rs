//! A lab's folder is replaced as a whole when its run completes, never half-written.
//!
//! All files are written to a hidden folder beside it, which then takes its place in one step where the system can
//! exchange two folders, else in two renames that the next start repairs. A lock keeps two runs of one lab apart.

use crate::ending::Failure;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// The right to replace one folder; others wait until it is dropped.
pub struct Place {
    folder: PathBuf,
    fresh: PathBuf,
    old: PathBuf,
    _lock: File,
}

impl Place {
    /// Claims `<out>/<name>`, repairing what an interrupted run left.
    ///
    /// # Errors
    ///
    /// A place that cannot be written, or that another run is writing.
    pub fn claim(out: &Path, name: &str) -> Result<Self, Failure> {
        let cannot =
            |path: &Path, error: &io::Error| Failure::failed(format!("cannot write to {}: {error}", path.display()));
        fs::create_dir_all(out).map_err(|error| cannot(out, &error))?;
        let lock_path = out.join(format!(".{name}.lock"));
        let lock = File::create(&lock_path).map_err(|error| cannot(out, &error))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(fs::TryLockError::WouldBlock) => {
                let folder = out.join(name);
                return Err(Failure::failed(format!(
                    "another run is writing {}; wait for it or say --out",
                    folder.display()
                )));
            }
            Err(fs::TryLockError::Error(error)) => return Err(cannot(&lock_path, &error)),
        }
        let place = Place {
            folder: out.join(name),
            fresh: out.join(format!(".{name}.new")),
            old: out.join(format!(".{name}.old")),
            _lock: lock,
        };
        place.repair().map_err(|error| cannot(&place.folder, &error))?;
        Ok(place)
    }

    /// Writes `files` (paths relative to the folder, with their bytes) and puts them in the folder's place.
    ///
    /// # Errors
    ///
    /// What the system says; the earlier folder is then still whole.
    pub fn replace(&self, files: &[(String, Vec<u8>)]) -> Result<(), Failure> {
        let write = || -> io::Result<()> {
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
            let _ = fs::remove_dir_all(&self.fresh);
            Failure::failed(format!("cannot write {}: {error}", self.folder.display()))
        })
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
        let _ = fs::remove_dir_all(&self.fresh);
        let _ = fs::remove_dir_all(&self.old);
        Ok(())
    }

    fn repair(&self) -> io::Result<()> {
        if self.old.try_exists()? {
            if self.folder.try_exists()? {
                fs::remove_dir_all(&self.old)?;
            } else {
                fs::rename(&self.old, &self.folder)?;
            }
        }
        if self.fresh.try_exists()? {
            fs::remove_dir_all(&self.fresh)?;
        }
        Ok(())
    }
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
            let place = Place::claim(out.path(), "lab").unwrap();
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
        fs::create_dir(out.path().join(".lab.new")).unwrap();
        let place = Place::claim(out.path(), "lab").unwrap();
        assert_eq!(fs::read_to_string(place.folder().join("a.txt")).unwrap(), "earlier");
        assert!(!out.path().join(".lab.new").exists());
    }

    #[test]
    fn two_runs_of_one_lab_are_kept_apart() {
        let out = tempfile::tempdir().unwrap();
        let first = Place::claim(out.path(), "lab").unwrap();
        let refused = Place::claim(out.path(), "lab").err().unwrap();
        assert!(refused.message.contains("another run"), "{}", refused.message);
        drop(first);
        assert!(Place::claim(out.path(), "lab").is_ok());
    }
}
