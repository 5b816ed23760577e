"""Stops the notebook instance that it runs on when nobody has worked for a while.

Work is what kernels and terminals do; a browser that is only open is not. Called by a timer, as root; ends with an error, and stops nothing, when
Jupyter can't be asked.
"""

import argparse
import datetime
import glob
import json
import ssl
import sys
import urllib.error
import urllib.request

RUNTIME = "/home/ec2-user/.local/share/jupyter/runtime/jpserver-*.json"
METADATA = "/opt/ml/metadata/resource-metadata.json"


def moment(text):
    """A time as Jupyter writes it, `2026-11-25T10:00:00.000000Z`."""
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


def is_idle(now, minutes, started, kernels, terminals):
    """Whether the last activity is `minutes` ago, and no kernel is at work. The start counts: people need time to come."""
    if any(kernel.get("execution_state") in ("busy", "starting", "restarting") for kernel in kernels):
        return False
    last = max([started] + [moment(one["last_activity"]) for one in kernels + terminals if one.get("last_activity")])
    return now - last >= datetime.timedelta(minutes=minutes)


def servers(texts):
    """Addresses and tokens by what Jupyter notes of its running servers. Always of this machine, whatever is noted there: people can write it."""
    found = []
    for text in texts:
        try:
            noted = json.loads(text)
            scheme = "https" if noted.get("secure") else "http"
            found.append((f"{scheme}://localhost:{int(noted['port'])}{noted.get('base_url', '/')}", str(noted.get("token", ""))))
        except (ValueError, KeyError, TypeError, AttributeError):
            continue
    return found + [("https://localhost:8443/", "")]


def ask(address, token, what):
    # The certificate is the instance's own, and the way does not leave it.
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    request = urllib.request.Request(f"{address}api/{what}", headers={"Authorization": f"token {token}"} if token else {})
    with urllib.request.urlopen(request, timeout=20, context=context) as answer:
        return json.load(answer)


def terminals_of(address, token):
    """Its terminals; none where they are switched off."""
    try:
        return ask(address, token, "terminals")
    except urllib.error.HTTPError as error:
        if error.code == 404:
            return []
        raise


def activity():
    """Kernels and terminals of the first server that answers."""
    texts = []
    for path in sorted(glob.glob(RUNTIME)):
        with open(path, encoding="utf-8") as file:
            texts.append(file.read())
    problems = []
    for address, token in servers(texts):
        try:
            return ask(address, token, "kernels"), terminals_of(address, token)
        except (OSError, ValueError) as error:
            problems.append(f"{address}: {error}")
    sys.exit("Jupyter can't be asked, so nothing is stopped: " + "; ".join(problems))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=int, required=True)
    minutes = parser.parse_args().minutes
    now = datetime.datetime.now(datetime.timezone.utc)
    with open("/proc/uptime", encoding="ascii") as file:
        started = now - datetime.timedelta(seconds=float(file.read().split()[0]))
    kernels, terminals = activity()
    if not is_idle(now, minutes, started, kernels, terminals):
        return
    import boto3

    with open(METADATA, encoding="utf-8") as file:
        me = json.load(file)
    region = me["ResourceArn"].split(":")[3]
    print(f"{now.isoformat()} no activity for {minutes} minutes: {me['ResourceName']} stops", flush=True)
    boto3.client("sagemaker", region_name=region).stop_notebook_instance(NotebookInstanceName=me["ResourceName"])


if __name__ == "__main__":
    main()
