//! Files that a user names: read whole up to a limit, whatever kind of file they are.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// A file's bytes; nothing where there are more than `most`, as on a device or a pipe that never ends.
pub fn read_up_to(path: &Path, most: u64) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(most + 1).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 <= most).then_some(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_end_is_not_read_to_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("f");
        std::fs::write(&file, "four").unwrap();
        assert_eq!(read_up_to(&file, 4).unwrap().unwrap(), b"four");
        assert!(read_up_to(&file, 3).unwrap().is_none());
        #[cfg(unix)]
        assert!(read_up_to(Path::new("/dev/zero"), 1000).unwrap().is_none());
    }
}
