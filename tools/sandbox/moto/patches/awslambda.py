"""Patches moto's Lambda where the state in moto differs from AWS."""

from moto.awslambda.models import LambdaFunction

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
