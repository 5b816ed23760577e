"""Writes the settings of pip with a token of CodeArtifact, and renews the token until the app or instance ends."""

import argparse
import os
import sys
import time

import boto3

# The first line of a file that home.sh or this program wrote.
MARK = "# Written by Cloister at each start."
LIFETIME = 4 * 3600
INTERVAL = 3600
RETRY = 60
# The program ends soon after its file is gone.
SLICE = 10


def is_of_user(path):
    """Whether a user created the file, which then stays."""
    try:
        with open(path, encoding="utf-8") as file:
            return file.readline().rstrip("\n") != MARK
    except FileNotFoundError:
        return False


def write(path, text):
    """Replaces the file in one step. Only its owner can read it, also if root writes it."""
    folder = os.path.dirname(path)
    os.makedirs(folder, exist_ok=True)
    new = path + ".new"
    with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    if os.geteuid() == 0:
        home = os.stat(os.path.expanduser("~"))
        os.chown(new, home.st_uid, home.st_gid)
    os.replace(new, path)


def renew(options):
    """Gets a token and writes it. Returns whether pip has a token."""
    path = os.path.expanduser("~/.config/pip/pip.conf")
    if is_of_user(path):
        print(f"cloister: {path} is a file of the user and keeps its index", flush=True)
        return True
    try:
        client = boto3.client("codeartifact", region_name=options.region)
        answer = client.get_authorization_token(domain=options.domain, domainOwner=options.owner, durationSeconds=LIFETIME)
    except Exception as error:  # pylint: disable=broad-except
        print(f"cloister: no token for pip: {error}", file=sys.stderr, flush=True)
        return False
    scheme, rest = options.index.split("://", 1)
    write(path, f"{MARK}\n[global]\nindex-url = {scheme}://aws:{answer['authorizationToken']}@{rest}\n")
    return True


def main():
    parser = argparse.ArgumentParser()
    for name in ("region", "domain", "owner", "index"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--once", action="store_true")
    options = parser.parse_args()
    while True:
        renewed = renew(options)
        if options.once:
            sys.exit(0 if renewed else 1)
        until = time.time() + (INTERVAL if renewed else RETRY)
        while time.time() < until:
            time.sleep(SLICE)
            if not os.path.exists(__file__):
                return


if __name__ == "__main__":
    main()
