"""Runs executions of state machines with moto's interpreter. Their AWS calls go to the gateway, with the session of their role.

Started by tools/sandbox/server when the first execution starts. Reads one request per line of standard input, as JSON, and writes
one line per answer, and one per execution that ends. Exits when its standard input is closed.
"""

import datetime
import json
import os
import re
import sys
import threading

import boto3
from botocore.config import Config
from moto.stepfunctions.parser.asl.utils import boto_client, json_path

# By role.
credentials: dict = {}
config = Config(parameter_validation=False, retries={"total_max_attempts": 1}, read_timeout=3600)


def boto_client_for(region, service, state_credentials=None):
    role = getattr(state_credentials, "role_arn", None)
    key, secret, token = credentials[role] if role in credentials else next(iter(credentials.values()))
    return boto3.client(
        service, region_name=region, config=config, aws_access_key_id=key, aws_secret_access_key=secret, aws_session_token=token
    )


# Other modules of moto import this function by its name.
boto_client.boto_client_for = boto_client_for

from moto.stepfunctions.parser.asl.eval.callback.callback import (  # noqa: E402
    CallbackOutcomeFailure,
    CallbackOutcomeSuccess,
)
from moto.stepfunctions.parser.asl.eval.evaluation_details import (  # noqa: E402
    AWSExecutionDetails,
    EvaluationDetails,
    ExecutionDetails,
    StateMachineDetails,
)
from moto.stepfunctions.parser.asl.eval.program_state import ProgramEnded, ProgramError, ProgramTimedOut  # noqa: E402
from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser  # noqa: E402
from moto.stepfunctions.parser.backend.execution_worker import ExecutionWorker  # noqa: E402

from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import state_task_service_aws_sdk  # noqa: E402

# In AWS SDK integrations, members begin with a capital letter in AWS, also where the API has a small letter. moto sends and
# returns the names of the API. Errors have the names of services in the AWS SDK for Java 2.x.
# Source: AWS Step Functions "Learning to use AWS service SDK integrations".
AwsSdk = state_task_service_aws_sdk.StateTaskServiceAwsSdk
state_task_service_aws_sdk._SERVICE_ERROR_NAMES.update(
    {"codebuild": "CodeBuild", "lambda": "Lambda", "s3": "S3", "servicecatalog": "ServiceCatalog", "sqs": "Sqs", "sts": "Sts"}
)


def operation_of(self):
    client = boto3.client(self._get_boto_service_name(), region_name="us-east-1", config=config)
    return client.meta.service_model.operation_model(client.meta.method_to_api_mapping[self._get_boto_service_action()])


def normalise_parameters(self, parameters, boto_service_name=None, service_action_name=None) -> None:
    shape = operation_of(self).input_shape
    if shape is not None:
        self._to_boto_request(parameters, shape)


def normalise_response(self, response, boto_service_name=None, service_action_name=None) -> None:
    shape = operation_of(self).output_shape
    if shape is not None:
        self._from_boto_response(response, shape)


AwsSdk._normalise_parameters = normalise_parameters
AwsSdk._normalise_response = normalise_response

moto_extract_json = json_path.extract_json


def extract_json(path: str, data):
    """moto returns a list for a path with an index before its last member. AWS returns the value of a path that names one value."""
    value = moto_extract_json(path, data)
    if re.search(r"\*|\.\.|\?|\[[^\]'\"]*[:,]", path):
        return value
    return json_path.parse(path).find(data)[0].value


for module in list(sys.modules.values()):
    if getattr(module, "extract_json", None) is moto_extract_json:
        module.extract_json = extract_json

running: dict = {}
output = threading.Lock()


def text(value) -> str:
    """The JSON of a value, which can contain times of answers of AWS."""
    return json.dumps(value, default=lambda item: item.timestamp() if hasattr(item, "timestamp") else str(item))


def write(value: dict) -> None:
    with output:
        print(text(value), flush=True)


class Ended:
    """Reports the end of an execution."""

    def __init__(self, arn: str):
        self.arn = arn

    def terminated(self) -> None:
        env = running.pop(self.arn).env
        state = env.program_state()
        result = {"status": "ABORTED"}
        if isinstance(state, ProgramEnded):
            result = {"status": "SUCCEEDED", "output": text(env.states.get_input())}
        elif isinstance(state, ProgramTimedOut):
            result = {"status": "TIMED_OUT"}
        elif isinstance(state, ProgramError):
            result = {"status": "FAILED", **{name: state.error.get(name) for name in ("error", "cause")}}
        write({"ended": self.arn, **result, "events": env.event_manager.get_event_history()})


def start(job: dict) -> None:
    credentials[job["role"]] = job["credentials"]
    details = EvaluationDetails(
        aws_execution_details=AWSExecutionDetails(account=job["account"], region=job["region"], role_arn=job["role"]),
        execution_details=ExecutionDetails(
            arn=job["arn"],
            name=job["name"],
            role_arn=job["role"],
            inpt=json.loads(job["input"]),
            start_time=datetime.datetime.now(datetime.timezone.utc).isoformat(),
        ),
        state_machine_details=StateMachineDetails(
            arn=job["machine"], name=job["machineName"], typ="STANDARD", definition=job["definition"]
        ),
    )
    running[job["arn"]] = ExecutionWorker(details, Ended(job["arn"]), None, {})
    running[job["arn"]].start()


def validate(job: dict) -> None:
    AmazonStateLanguageParser.parse(job["definition"])


def stop(job: dict) -> None:
    worker = running.get(job["arn"])
    if worker and worker.env:
        worker.stop(datetime.datetime.now(datetime.timezone.utc), job.get("error"), job.get("cause"))


def notify(job: dict) -> "str | None":
    """Passes the outcome of a task to the execution that waits for it. Returns the error code if none waits."""
    token = job["token"]
    for worker in list(running.values()):
        pool = worker.env and worker.env.callback_pool_manager
        if not pool:
            continue
        if job["do"] == "heartbeat":
            found = pool.heartbeat(callback_id=token)
        elif job["do"] == "success":
            found = pool.notify(callback_id=token, outcome=CallbackOutcomeSuccess(callback_id=token, output=job["output"]))
        else:
            outcome = CallbackOutcomeFailure(callback_id=token, error=job.get("error"), cause=job.get("cause"))
            found = pool.notify(callback_id=token, outcome=outcome)
        if found:
            return None
    return "TaskDoesNotExist"


for line in sys.stdin:
    request = json.loads(line)
    problem = None
    try:
        problem = {"start": start, "stop": stop, "validate": validate}.get(request["do"], notify)(request)
    except Exception as failure:  # reported to the gateway
        problem = f"{type(failure).__name__}: {failure}"
    write({"id": request["id"], "error": problem})
os._exit(0)
