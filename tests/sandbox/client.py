"""Calls the sandbox with boto3: reads one call per line from standard input, as JSON, and writes one outcome per line.

Call: {"service", "operation", "input", "account"}; outcome: {"output"} or {"error", "message"}. Run by boto3.ts.
"""

import base64
import datetime
import json
import os
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

# No retries and no validation in the client: the tests check the errors from the sandbox.
CONFIG = Config(retries={"total_max_attempts": 1}, parameter_validation=False, s3={"addressing_style": "path"})
# S3 Control puts the account before the host, and no resolver can resolve <account>.127.0.0.1. The sandbox is the proxy for it.
# Python would not use the proxy, because NO_PROXY contains 127.0.0.1.
CONFIGS = {"s3control": CONFIG.merge(Config(proxies={"http": os.environ["AWS_ENDPOINT_URL"]}))}
HUB = os.environ["HUB_ACCOUNT"]

sessions = {HUB: boto3.Session()}
clients = {}


def session(account: str) -> boto3.Session:
    if account not in sessions:
        role = f"arn:aws:iam::{account}:role/OrganizationAccountAccessRole"
        given = sessions[HUB].client("sts").assume_role(RoleArn=role, RoleSessionName="boto3")["Credentials"]
        sessions[account] = boto3.Session(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])
    return sessions[account]


def client(service: str, account: str):
    key = (service, account)
    if key not in clients:
        clients[key] = session(account).client(service, config=CONFIGS.get(service, CONFIG))
    return clients[key]


def plain(value):
    """Converts values without a JSON form as the JavaScript client does."""
    if isinstance(value, (bytes, bytearray)):
        return base64.b64encode(value).decode()
    if isinstance(value, datetime.datetime):
        return value.isoformat()
    if hasattr(value, "read"):
        return value.read().decode()
    raise TypeError(type(value).__name__)


def answer(call: dict) -> dict:
    target = client(call["service"], call["account"])
    method = next(name for name, operation in target.meta.method_to_api_mapping.items() if operation == call["operation"])
    try:
        output = getattr(target, method)(**call["input"])
    except ClientError as error:
        # An answer to HEAD has no body: boto3 uses the status as the code, and the JavaScript client uses a name.
        code = error.response["Error"]["Code"]
        return {"error": {"404": "NotFound"}.get(code, code), "message": error.response["Error"].get("Message", "")}
    output.pop("ResponseMetadata", None)
    return {"output": output}


for line in sys.stdin:
    try:
        outcome = answer(json.loads(line))
    except Exception as error:  # reported to the test, which fails
        outcome = {"failed": f"{type(error).__name__}: {error}"}
    print(json.dumps(outcome, default=plain), flush=True)
