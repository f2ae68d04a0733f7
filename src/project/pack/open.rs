//! Opens a pack: every file of it is held against its hash, and put into the cache where it is not there yet.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use zip::ZipArchive;

use super::super::manifest::Manifest;
use super::{Contents, LIST, NotOpened, VERSION, in_folder};
use crate::data::cache::{self, entries};
use crate::data::hexadecimal;
use crate::source::{Cannot, Wanted};

type Archive = ZipArchive<BufReader<File>>;

/// A list that is longer is none.
const MOST_OF_A_LIST: u64 = 1 << 24;
/// Files that claim to be so many times as long as the whole pack are a bomb; so long they may be whatever it is.
const MOST_PACKED: u64 = 1024;
const FREE: u64 = 1 << 24;

/// The folder in the cache that has what is in a pack.
///
/// # Errors
/// If the pack is damaged or newer than this program, or nothing can be put into the cache.
pub fn open(pack: &Path) -> Result<PathBuf, NotOpened> {
    let damaged = |why: String| NotOpened::damaged(pack, why);
    let mut file = File::open(pack).map_err(Cannot::of(Wanted::Read, pack))?;
    let length = file.metadata().map_err(Cannot::of(Wanted::Read, pack))?.len();
    if !ends_as_written(&mut file).unwrap_or(false) {
        return Err(damaged("it is cut short, or something stands behind its end".into()));
    }
    let mut archive = ZipArchive::new(BufReader::with_capacity(1 << 20, file))
        .map_err(|error| damaged(format!("it is cut short ({error})")))?;
    let mut list = Vec::new();
    let read = archive.by_name(LIST).map_err(std::io::Error::from);
    read.and_then(|entry| entry.take(MOST_OF_A_LIST).read_to_end(&mut list))
        .map_err(|error| damaged(format!("its `{LIST}` cannot be read ({error})")))?;
    let contents: Contents =
        serde_json::from_slice(&list).map_err(|error| damaged(format!("its `{LIST}` is no list ({error})")))?;
    if contents.version > VERSION {
        return Err(NotOpened::Newer { pack: pack.to_path_buf(), version: contents.mtlc_version });
    }
    let claimed = contents.files.values().fold(0, |sum: u64, file| sum.saturating_add(file.bytes));
    if claimed > length.saturating_mul(MOST_PACKED).max(FREE) {
        return Err(damaged(format!("it claims to hold {claimed} bytes, which a file of {length} cannot")));
    }
    if contents.version == 0 || contents.files.is_empty() {
        return Err(damaged(format!("its `{LIST}` does not say what is in it")));
    }
    if let Some(name) = contents.files.keys().find(|name| !is_a_name(name)) {
        return Err(damaged(format!("`{name}` is not the name of a file")));
    }
    if let Some(name) = not_listed(&archive, &contents) {
        return Err(damaged(format!("`{name}` is in it, and not in its `{LIST}`")));
    }
    // One that is missing is said by its name.
    if archive.len() > contents.files.len() + 1 {
        return Err(damaged("a file stands in it twice".into()));
    }
    // The list has the hash of every file, so that its own stands for all.
    let folder = cache::folder()?.join(entries::PACKS);
    let entry = folder.join(hexadecimal(&Sha256::digest(&list)));
    std::fs::create_dir_all(&folder).map_err(Cannot::of(Wanted::Make, &folder))?;
    let _making = entries::making(&entry).map_err(Cannot::of(Wanted::Lock, &entry))?;
    entries::using(&entry);
    let whole = contents.files.iter().all(|(name, file)| {
        File::open(entry.join(name)).and_then(|kept| copied(kept, &mut std::io::sink())).is_ok_and(|kept| kept == *file)
    });
    if whole {
        // What was put there before is what this pack should hold; whether it does is another question.
        each(pack, &mut archive, &contents, |_| Ok(Box::new(std::io::sink())))?;
        return Ok(entry);
    }
    // Nobody else makes this entry now: what is there was left by a process that was killed.
    let scratch = folder.join(format!("{}{}", entries::SCRATCH, hexadecimal(&Sha256::digest(&list))));
    let _ = std::fs::remove_dir_all(&scratch);
    let put = std::fs::create_dir_all(&scratch)
        .map_err(|error| NotOpened::Cannot(Cannot::of(Wanted::Make, &scratch)(error)))
        .and_then(|()| each(pack, &mut archive, &contents, |name| Ok(Box::new(File::create(scratch.join(name))?))))
        .and_then(|()| {
            let _ = std::fs::remove_dir_all(&entry);
            Ok(std::fs::rename(&scratch, &entry).map_err(Cannot::of(Wanted::Write, &entry))?)
        });
    if put.is_err() {
        let _ = std::fs::remove_dir_all(&scratch);
    }
    put?;
    cache::keep_within_bound();
    Ok(entry)
}

/// What a run of a pack is of, its spec and imports by where they would lie in the folder that it was opened into.
pub fn placed(manifest: &Manifest, folder: &Path) -> Manifest {
    manifest.moved(|path| in_folder(folder, path))
}

/// Goes through the files of a pack, each of which must be what the list says.
fn each(
    pack: &Path,
    archive: &mut Archive,
    contents: &Contents,
    mut to: impl FnMut(&str) -> std::io::Result<Box<dyn Write>>,
) -> Result<(), NotOpened> {
    for (name, file) in &contents.files {
        let missing = |error: zip::result::ZipError| {
            NotOpened::damaged(pack, format!("`{name}` is missing or cut short ({error})"))
        };
        let entry = archive.by_name(name).map_err(missing)?;
        let read = to(name).and_then(|mut to| copied(entry.take(file.bytes + 1), &mut to));
        let read = read.map_err(|error| NotOpened::damaged(pack, format!("`{name}` cannot be read ({error})")))?;
        if read != *file {
            return Err(NotOpened::damaged(pack, format!("`{name}` is not what was packed")));
        }
    }
    Ok(())
}

/// An entry that no hash speaks for.
fn not_listed(archive: &Archive, contents: &Contents) -> Option<String> {
    let other = |name: &&str| *name != LIST && !contents.files.contains_key(*name);
    archive.file_names().find(other).map(str::to_string)
}

/// Whether the last of a file is the record that ends an archive, without a remark: behind it anything could stand.
fn ends_as_written(file: &mut File) -> std::io::Result<bool> {
    /// The signature, and behind all else the length of a remark.
    const RECORD: usize = 22;
    let mut last = [0; RECORD];
    file.seek(SeekFrom::End(-(RECORD as i64)))?;
    file.read_exact(&mut last)?;
    file.seek(SeekFrom::Start(0))?;
    Ok(last.starts_with(b"PK\x05\x06") && last.ends_with(&[0, 0]))
}

/// Copies a file, and says what it is.
pub(super) fn copied(mut from: impl Read, to: &mut dyn Write) -> std::io::Result<super::Listed> {
    let (mut hash, mut bytes, mut part) = (Sha256::new(), 0, vec![0; 1 << 16]);
    loop {
        match from.read(&mut part)? {
            0 => break,
            read => {
                hash.update(&part[..read]);
                to.write_all(&part[..read])?;
                bytes += read as u64;
            }
        }
    }
    to.flush()?;
    Ok(super::Listed { bytes, sha256: hexadecimal(&hash.finalize()) })
}

/// A name without any folder in it.
fn is_a_name(name: &str) -> bool {
    let one = Path::new(name).components().collect::<Vec<_>>();
    matches!(one.as_slice(), [std::path::Component::Normal(only)] if *only == name) && !name.contains(['\\', ':'])
}
