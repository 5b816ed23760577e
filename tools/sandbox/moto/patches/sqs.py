"""Patches moto's SQS where the state in moto differs from AWS."""

from moto.sqs.models import Queue

# moto would invoke the functions of a queue's event source mappings, with Docker. The gateway delivers the messages.
moto_add_message = Queue.add_message


def add_message(self, message) -> None:
    mappings, self.lambda_event_source_mappings = self.lambda_event_source_mappings, {}
    try:
        moto_add_message(self, message)
    finally:
        self.lambda_event_source_mappings = mappings


Queue.add_message = add_message

# A dead-letter queue can restrict its source queues. A queue with a KMS key has no keys that SQS manages.
# AWS returns a redrive policy as it was written.
Queue.BASE_ATTRIBUTES.append("RedriveAllowPolicy")
Queue.redrive_allow_policy = None
moto_set_attributes = Queue._set_attributes


def set_attributes(self, attributes, now=None) -> None:
    policy = getattr(self, "policy", None)
    moto_set_attributes(self, attributes, now)
    # moto removes the policy of a queue when other attributes change.
    if "Policy" not in attributes:
        self.policy = policy
    if attributes.get("KmsMasterKeyId"):
        self.sqs_managed_sse_enabled = False
    if isinstance(attributes.get("RedrivePolicy"), str):
        self.redrive_policy_text = attributes["RedrivePolicy"]


Queue._set_attributes = set_attributes
moto_attributes = Queue.attributes.fget


def attributes(self):
    text = getattr(self, "redrive_policy_text", None)
    return {**moto_attributes(self), **({"RedrivePolicy": text} if self.redrive_policy and text else {})}


Queue.attributes = property(attributes)
