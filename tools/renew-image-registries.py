"""Renews components/network/image-registries.ts, the accounts in which AWS publishes SageMaker images.

Reads the image lists in the package sagemaker-core, which the SageMaker Python SDK uses to find images.
Usage: python3 tools/renew-image-registries.py
"""

import collections
import datetime
import io
import json
import pathlib
import subprocess
import sys
import tempfile
import zipfile

TARGET = pathlib.Path(__file__).parent.parent / "components" / "network" / "image-registries.ts"
PARTITIONS_WITHOUT_CLOISTER = ("us-iso", "eu-iso", "eusc-")


def download():
    """The newest wheel: its file name and its content."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", folder, "sagemaker-core"], check=True)
        (wheel,) = pathlib.Path(folder).glob("*.whl")
        return wheel.name, wheel.read_bytes()


def registries_in(value):
    """All pairs of region and account in an image list."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from inner.items() if key == "registries" else registries_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from registries_in(inner)


def row(region, accounts):
    """One region in the format of prettier."""
    line = f'  "{region}": "{" ".join(accounts)}",'
    return line if len(line) <= 140 else line.replace(": ", ":\n    ", 1)


def main():
    name, content = download()
    accounts = collections.defaultdict(set)
    with zipfile.ZipFile(io.BytesIO(content)) as wheel:
        for file in wheel.namelist():
            if "/image_uri_config/" in file and file.endswith(".json"):
                for region, account in registries_in(json.loads(wheel.read(file))):
                    if not region.startswith(PARTITIONS_WITHOUT_CLOISTER):
                        accounts[region].add(account)
    version = "-".join(name.split("-")[:2]).replace("_", "-")
    rows = "\n".join(row(region, sorted(accounts[region])) for region in sorted(accounts))
    TARGET.write_text(
        f"""// Lists the accounts in which AWS publishes SageMaker images, by region. Data only.
// Written by tools/renew-image-registries.py on {datetime.date.today().isoformat()} from {version}.

/** Accounts separated by spaces. Source: image lists of the SageMaker Python SDK; AWS "Docker Registry Paths". */
const registries: Record<string, string> = {{
{rows}
}};

/** Accounts in which AWS publishes SageMaker images for a region; empty for a region that the list does not contain. */
export const imageRegistries = (region: string): string[] => registries[region]?.split(" ") ?? [];
""",
        encoding="utf-8",
    )


if __name__ == "__main__":
    main()
