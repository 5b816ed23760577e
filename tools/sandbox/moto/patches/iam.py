"""Patches moto's IAM where the state in moto differs from AWS."""

from moto.core.responses import ActionResult
from moto.iam.exceptions import EntityAlreadyExists
from moto.iam.models import SERVICE_NAME_CONVERSION, IAMBackend, SAMLProvider
from moto.iam.responses import IamResponse
from moto.moto_api._internal import mock_random


# A SAML provider has tags and an id. Its name is unique, and only an existing SAML provider can be deleted.
moto_init_saml_provider = SAMLProvider.__init__
moto_create_saml_provider = IAMBackend.create_saml_provider
moto_delete_saml_provider = IAMBackend.delete_saml_provider
moto_answer_create_saml_provider = IamResponse.create_saml_provider


def init_saml_provider(self, *args, **more) -> None:
    moto_init_saml_provider(self, *args, **more)
    self.saml_provider_uuid = "".join(mock_random.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", k=26))
    self.tags = []


def create_saml_provider(self, name: str, saml_metadata_document: str) -> SAMLProvider:
    if name in self.saml_providers:
        raise EntityAlreadyExists(f"SAML provider {name} already exists.")
    return moto_create_saml_provider(self, name, saml_metadata_document)


def answer_create_saml_provider(self) -> ActionResult:
    answer = moto_answer_create_saml_provider(self)
    tags = list(self.backend._tag_verification(self._get_param("Tags", [])).values())
    self.backend.get_saml_provider(answer.result["SAMLProviderArn"]).tags = tags
    return ActionResult({**answer.result, "Tags": tags})


def delete_saml_provider(self, saml_provider_arn: str) -> None:
    self.get_saml_provider(saml_provider_arn)
    moto_delete_saml_provider(self, saml_provider_arn)


def update_saml_provider(self, saml_provider_arn: str, saml_metadata_document: "str | None") -> SAMLProvider:
    provider = self.get_saml_provider(saml_provider_arn)
    provider.saml_metadata_document = saml_metadata_document or provider.saml_metadata_document
    return provider


SAMLProvider.__init__ = init_saml_provider
IAMBackend.create_saml_provider = create_saml_provider
IAMBackend.delete_saml_provider = delete_saml_provider
IAMBackend.update_saml_provider = update_saml_provider
IamResponse.create_saml_provider = answer_create_saml_provider

# The name of a service-linked role. Source: AWS Config "Using Service-Linked Roles for AWS Config".
SERVICE_NAME_CONVERSION["config"] = "Config"
