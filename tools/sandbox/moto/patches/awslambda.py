"""Patches moto's Lambda where the state in moto differs from AWS."""

from moto.awslambda.exceptions import LambdaClientError
from moto.awslambda.models import LambdaFunction
from moto.awslambda.policy import Policy

# moto stores no logging configuration.
moto_init = LambdaFunction.__init__
moto_update_configuration = LambdaFunction.update_configuration
moto_get_configuration = LambdaFunction.get_configuration


def init(self, account_id, spec, region, version=1) -> None:
    moto_init(self, account_id, spec, region, version)
    self.logging_config = spec.get("LoggingConfig") or {}


def update_configuration(self, config_updates):
    self.logging_config = config_updates.get("LoggingConfig") or self.logging_config
    return moto_update_configuration(self, config_updates)


def get_configuration(self, on_create=False):
    default = {"LogFormat": "Text", "LogGroup": f"/aws/lambda/{self.function_name}"}
    return {**moto_get_configuration(self, on_create), "LoggingConfig": {**default, **self.logging_config}}


LambdaFunction.__init__ = init
LambdaFunction.update_configuration = update_configuration
LambdaFunction.get_configuration = get_configuration

# moto adds a second statement with the ID of an existing statement. The ID is unique in the policy of each function, version and
# alias, whose ARN is the resource. Source: AWS API AddPermission, ResourceConflictException.
moto_add_statement = Policy.add_statement


class StatementExists(LambdaClientError):
    code = 409

    def __init__(self, sid: str):
        message = f"The statement id ({sid}) provided already exists. Please provide a new statement id, or remove the existing statement."
        super().__init__("ResourceConflictException", message)


def add_statement(self, raw, qualifier=None):
    before = {(statement.get("Sid"), str(statement.get("Resource"))) for statement in self.statements}
    revision = self.revision
    statement, new_revision = moto_add_statement(self, raw, qualifier)
    if (statement.get("Sid"), str(statement.get("Resource"))) in before:
        self.statements.pop()
        self.revision = revision
        raise StatementExists(statement.get("Sid"))
    return statement, new_revision


Policy.add_statement = add_statement
