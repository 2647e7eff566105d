# SPDX-License-Identifier: Apache-2.0
# Certificates as `linnet cert` would never make them, out of openssl: out of date, weak, without an authority.
import pathlib
import subprocess

# What `openssl ca` wants before it lets somebody choose dates.
CONFIG = """
[ca]
default_ca = own
[own]
database = {index}
new_certs_dir = {folder}
serial = {serial}
policy = any
default_md = sha256
copy_extensions = copy
unique_subject = no
[any]
commonName = supplied
"""


def openssl(*arguments, cwd=None):
    done = subprocess.run(["openssl", *map(str, arguments)], stdin=subprocess.DEVNULL, capture_output=True, timeout=60, cwd=cwd)
    assert done.returncode == 0, f"openssl {arguments}: {done.stderr.decode()}"
    return done.stdout.decode()


def sign(folder, name, ca=None, begin="20200101000000Z", end="20491231235959Z", digest="sha256"):
    """NAME.pem out of NAME.csr in `folder`, by the authority `ca` (its file without ".pem"), or by NAME-key.pem itself."""
    folder = pathlib.Path(folder).resolve()
    index, serial, config = (folder / f"{name}.{suffix}" for suffix in ("index", "serial", "cnf"))
    index.write_text("")
    config.write_text(CONFIG.format(index=index, serial=serial, folder=folder))
    by = ["-cert", f"{ca}.pem", "-keyfile", f"{ca}-key.pem"] if ca else ["-selfsign", "-keyfile", folder / f"{name}-key.pem"]
    openssl("ca", "-batch", "-notext", "-config", config, *by, "-rand_serial", "-md", digest, "-startdate", begin, "-enddate", end, "-in",
            folder / f"{name}.csr", "-out", folder / f"{name}.pem")


def issue(folder, name, ca=None, hosts="DNS:localhost,IP:127.0.0.1", key="ec", use=None, **how):
    """NAME.pem and NAME-key.pem in `folder`; `key`: "ec", or the bits of an RSA key; `use`: "serverAuth", "clientAuth"; `how`: see sign()."""
    folder = pathlib.Path(folder).resolve()
    own = folder / f"{name}-key.pem"
    kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"] if key == "ec" else ["-newkey", f"rsa:{key}"]
    openssl("req", "-new", *kind, "-nodes", "-keyout", own, "-out", folder / f"{name}.csr", "-subj", f"/CN={name}", "-addext", f"subjectAltName={hosts}",
            *(["-addext", f"extendedKeyUsage={use}"] if use else []))
    sign(folder, name, ca, **how)
    return folder / f"{name}.pem", own
