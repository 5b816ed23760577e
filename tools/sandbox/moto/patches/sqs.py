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
