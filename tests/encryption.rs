//! Connections to a named server: encrypted as `sslmode` says, and what is said where the server cannot be used.

use std::path::Path;
use std::time::Duration;

use diesel::dsl::sql;
use diesel::sql_types::Bool;
use offer_cases::database::{Address, Database};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};

use crate::harness::{Program, Server, TestDatabase, scratch_dir};

/// Whether a connection by this URL is encrypted; what is said where there is none.
async fn is_encrypted(url: &str) -> Result<bool, String> {
    use diesel_async::RunQueryDsl;
    let database = Database::new(Address::parse(url)?, 2, Duration::from_secs(30));
    let mut connection = database.connect().await.map_err(|error| error.to_string())?;
    let is = sql::<Bool>("(select ssl from pg_stat_ssl where pid = pg_backend_pid())");
    Ok(diesel::select(is).get_result(&mut connection).await.unwrap())
}

/// Somebody who signs certificates, whose own is in a file.
fn authority(directory: &Path, name: &str) -> (CertifiedIssuer<'static, KeyPair>, String) {
    let mut parameters = CertificateParams::new(Vec::new()).unwrap();
    parameters.distinguished_name.push(DnType::CommonName, name);
    parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(parameters, KeyPair::generate().unwrap()).unwrap();
    let file = directory.join(name);
    std::fs::write(&file, authority.pem()).unwrap();
    (authority, file.display().to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_are_encrypted_as_sslmode_says() {
    let plain = Server::seeded().await;
    if plain.text("postgres", "show ssl_library").await.is_empty() {
        return eprintln!("skipped: this PostgreSQL was built without TLS");
    }
    let scratch = scratch_dir();
    let (issuer, root) = authority(scratch.path(), "root.crt");
    let (_, other_root) = authority(scratch.path(), "other.crt");
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(vec!["localhost".to_owned()]).unwrap().signed_by(&key, &issuer).unwrap();
    let certificate = Server::write_file(scratch.path(), "server.crt", &certificate.pem());
    let key = Server::write_file(scratch.path(), "server.key", &key.serialize_pem());
    let allowed =
        Server::write_file(scratch.path(), "hba", "hostssl all all 127.0.0.1/32 trust\nlocal all all trust\n");
    let both = Server::write_file(scratch.path(), "both", "host all all 127.0.0.1/32 trust\n");
    let file = |name: &str, path: &Path| format!("{name} = '{}'\n", path.display());
    let settings = file("ssl_cert_file", &certificate) + &file("ssl_key_file", &key) + "ssl = on\n";
    let strict = Server::configured(&(settings.clone() + &file("hba_file", &allowed))).await;
    let lenient = Server::configured(&(settings + &file("hba_file", &both))).await;
    let port = |server: &Server| server.host().rsplit_once(':').unwrap().1.to_owned();
    for (server, host, parameters, expected) in [
        (&strict, "localhost", "", Ok(true)),
        (&strict, "localhost", "sslmode=prefer", Ok(true)),
        (&strict, "localhost", "sslmode=allow", Ok(true)),
        (&strict, "localhost", "sslmode=require", Ok(true)),
        (&strict, "localhost", "sslmode=disable", Err("no encryption")),
        (&strict, "localhost", &format!("sslmode=verify-full&sslrootcert={root}"), Ok(true)),
        (&strict, "127.0.0.1", &format!("sslmode=verify-full&sslrootcert={root}"), Err("certificate")),
        (&strict, "127.0.0.1", &format!("sslmode=verify-ca&sslrootcert={root}"), Ok(true)),
        (&strict, "localhost", &format!("sslmode=verify-ca&sslrootcert={other_root}"), Err("certificate")),
        (&strict, "localhost", &format!("sslmode=require&sslrootcert={other_root}"), Err("certificate")),
        (&lenient, "localhost", "sslmode=disable", Ok(false)),
        (&lenient, "localhost", "sslmode=allow", Ok(false)),
        (&lenient, "localhost", "sslmode=prefer", Ok(true)),
        (&plain, "localhost", "sslmode=prefer", Ok(false)),
        (&plain, "localhost", "sslmode=require", Err("does not support TLS")),
        (&plain, "localhost", &format!("sslmode=verify-full&sslrootcert={root}"), Err("does not support TLS")),
    ] {
        let url = format!("postgres://me@{host}:{}/cases?{parameters}", port(server));
        match (is_encrypted(&url).await, expected) {
            (Err(said), Err(expected)) => assert!(said.contains(expected), "{url}: {said}"),
            (found, expected) => assert_eq!(found, expected.map_err(str::to_owned), "{url}"),
        }
    }
    // All that asks the database does so, also what tells the server to stop.
    let url = format!("postgres://me@localhost:{}/cases?sslmode=verify-full&sslrootcert={root}", port(&strict));
    let exported = Program::command(&["export", "company=baidu"]).env("DATABASE_URL", url).output().unwrap();
    assert!(exported.status.success() && !exported.stdout.is_empty(), "{exported:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_database_lacks_is_told_at_once_before_anything_is_changed_in_it() {
    let database = TestDatabase::bare().await;
    let name = database.value("select current_database()").await;
    let role = format!("weak_{name}");
    let latin = format!("latin_{name}");
    database.execute(&format!("create role {role} login")).await;
    database
        .execute(&format!("create database {latin} encoding 'LATIN1' template template0 lc_collate 'C' lc_ctype 'C'"))
        .await;
    let weak = database.url().replace(&format!("dbname={name}"), &format!("dbname={latin}"));
    let user = weak.split(' ').find(|word| word.starts_with("user=")).unwrap().to_owned();
    let weak = weak.replace(&user, &format!("user={role}"));
    database.execute(&format!("revoke temporary on database {latin} from public")).await;
    let refused = Program::command(&["migrate"]).env("DATABASE_URL", &weak).output().unwrap();
    let said = String::from_utf8_lossy(&refused.stderr);
    for lacking in ["LATIN1", "UTF8", "grant create", "grant temporary"] {
        assert!(said.contains(lacking), "{lacking}: {said}");
    }
    assert_eq!(refused.status.code(), Some(1));
    database.execute(&format!("drop database {latin}")).await;
    database.execute(&format!("drop role {role}")).await;
}
