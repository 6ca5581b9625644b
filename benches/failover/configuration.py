"""The files of deploy/high-availability as they are, for each machine of the rig. Changed are the folders, and the watchdog is off."""

import json
import pathlib
import shutil

import yaml

from measure.machine import REPOSITORY, program

FILES = REPOSITORY / "deploy" / "high-availability"
# The machines of the files, with the names that they have there.
MACHINES = {"one": "10.0.0.1", "two": "10.0.0.2", "three": "10.0.0.3"}
FIRST = "10.0.0.1"
PASSWORD = "choose-a-fourth"
DATABASE = "offer_cases"


def of_machine(value, name):
    """What stands in a file of the first machine, for another one. What names the others, too, is the same on all."""
    if isinstance(value, dict):
        return {key: of_machine(inner, name) for key, inner in value.items()}
    if isinstance(value, list):
        return [of_machine(inner, name) for inner in value]
    if not isinstance(value, str) or MACHINES["two"] in value:
        return value
    return value.replace(FIRST + ":", MACHINES[name] + ":").replace(FIRST + ",", MACHINES[name] + ",")


def read(file, name):
    """A file of the first machine, for this one."""
    text = yaml.safe_load((FILES / file).read_text(encoding="utf-8"))
    return {**of_machine(text, name), "name": name}


def write(path, value):
    """Writes settings where the program reads them; JSON is YAML, too."""
    path.write_text(json.dumps(value, indent=1), encoding="utf-8")
    return path


def etcd(folder, name):
    """The file of etcd."""
    return write(folder / "etcd.yml", {**read("etcd.yml", name), "data-dir": str(folder / "etcd")})


def patroni(folder, name):
    """The file of Patroni."""
    settings = read("patroni.yml", name)
    post_init = folder / "post-init"
    shutil.copy(FILES / "post-init", post_init)
    post_init.chmod(0o755)
    settings["bootstrap"]["post_init"] = str(post_init)
    settings["watchdog"]["mode"] = "off"
    settings["postgresql"] |= {
        "data_dir": str(folder / "data"),
        "pgpass": str(folder / "pgpass"),
        "bin_dir": str(pathlib.Path(program("initdb")).resolve().parent),
    }
    settings["postgresql"]["parameters"]["unix_socket_directories"] = str(folder)
    return write(folder / "patroni.yml", settings)


def url(hosts, database=DATABASE, parameters=""):
    """How the service or a client reaches the database."""
    return f"postgres://{DATABASE}:{PASSWORD}@{hosts}/{database}{parameters}"


# The URLs of deploy/README.md, step 4.
THROUGH_HAPROXY = url("127.0.0.1:5000")
REPLICAS = url("127.0.0.1:5001")
SEVERAL_HOSTS = url(",".join(MACHINES.values()), parameters="?target_session_attrs=read-write")
