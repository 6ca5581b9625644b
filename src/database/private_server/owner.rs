//! Who the private server runs as, and the directories that belong to it.

use std::fs::Metadata;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use nix::unistd::{Gid, Uid, User};

use super::StartError;

/// The user that PostgreSQL runs as. It refuses to run as root, so that root hands over to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner(Option<(Uid, Gid)>);

impl Owner {
    /// Ourselves; as root whoever the data belong to already, else the user `postgres`, else
    /// `nobody`.
    pub fn choose(data_dir: &Path) -> Result<Self, StartError> {
        if !Uid::effective().is_root() {
            return Ok(Self(None));
        }
        let owner = std::fs::metadata(data_dir.join("postgres")).map(|data| (data.uid(), data.gid()));
        if let Ok((uid, gid)) = owner
            && uid != 0
        {
            return Ok(Self(Some((Uid::from_raw(uid), Gid::from_raw(gid)))));
        }
        for name in ["postgres", "nobody"] {
            if let Ok(Some(user)) = User::from_name(name) {
                return Ok(Self(Some((user.uid, user.gid))));
            }
        }
        Err(StartError::NoUserForRoot)
    }

    /// Fails with what to do where PostgreSQL would refuse a directory: it belongs to somebody else, or others may read it.
    ///
    /// # Errors
    /// [`StartError::Rights`].
    pub fn check_rights(&self, directory: &Path) -> Result<(), StartError> {
        let Ok(found) = std::fs::metadata(directory) else { return Ok(()) };
        let user = self.0.map_or_else(Uid::effective, |(uid, _)| uid);
        check_owner(directory, &found, user)?;
        if found.mode() & 0o027 != 0 {
            let what = format!("its permissions {:04o} let others in", found.mode() & 0o7777);
            return rights(directory, what, format!("chmod 0700 {}", directory.display()));
        }
        Ok(())
    }

    /// Fails with what to do where this user cannot take a directory over.
    ///
    /// # Errors
    /// [`StartError::Rights`].
    pub fn check_may_own(&self, directory: &Path) -> Result<(), StartError> {
        match std::fs::metadata(directory) {
            Ok(found) if self.0.is_none() => check_owner(directory, &found, Uid::effective()),
            _ => Ok(()),
        }
    }

    /// Makes `command` run as this user, in a process group of its own, so that Ctrl-C in a
    /// terminal reaches the program alone and requests in flight keep their database.
    pub fn run_as(&self, command: &mut Command) {
        command.process_group(0);
        if let Some((uid, gid)) = self.0 {
            command.uid(uid.as_raw()).gid(gid.as_raw());
        }
    }

    /// Makes the directory with owner-only permissions where it is missing, and hands it over.
    pub fn own_directory(&self, directory: &Path) -> std::io::Result<()> {
        // What leads to it is nobody's secret, and the server's user has to pass.
        std::fs::create_dir_all(directory)?;
        std::fs::set_permissions(directory, std::fs::Permissions::from_mode(0o700))?;
        if let Some((uid, gid)) = self.0 {
            chown(directory, Some(uid.as_raw()), Some(gid.as_raw()))?;
        }
        Ok(())
    }

    /// Fails with a clear message where a parent directory keeps this user out, as `/root` does.
    pub fn check_reach(&self, directory: &Path) -> Result<(), StartError> {
        if self.0.is_none() {
            return Ok(());
        }
        let mut command = Command::new("/bin/sh");
        command.args(["-c", r#"cd "$0""#]).arg(directory).current_dir("/");
        self.run_as(&mut command);
        let output = command.output().map_err(|error| StartError::io("running /bin/sh", error))?;
        if output.status.success() { Ok(()) } else { Err(StartError::OutOfReach(directory.to_path_buf())) }
    }
}

/// A user as people write it: by name, where there is one.
fn name_of(uid: Uid) -> String {
    User::from_uid(uid).ok().flatten().map_or_else(|| uid.to_string(), |user| user.name)
}

fn check_owner(directory: &Path, found: &Metadata, user: Uid) -> Result<(), StartError> {
    if found.uid() == user.as_raw() {
        return Ok(());
    }
    let (own, others) = (name_of(user), name_of(Uid::from_raw(found.uid())));
    let what = format!("it belongs to {others}, and the server runs as {own}");
    rights(directory, what, format!("chown -R {own} {}", directory.display()))
}

fn rights(directory: &Path, what: String, remedy: String) -> Result<(), StartError> {
    Err(StartError::Rights { directory: directory.to_path_buf(), what, remedy })
}
