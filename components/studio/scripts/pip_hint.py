import logging
import os
import sys


class Hint(logging.Handler):
    """Reports how to request a package, after the message of pip that its index has no matching package."""

    def emit(self, record):
        message = record.getMessage()
        if "No matching distribution found for" in message:
            package = message.rsplit(" for ", 1)[1].split(" (")[0]
            sys.stderr.write(f"cloister: {package} is not an approved package. Request it: {REQUESTS}\n")


# The name of the command, or the module after -m.
if any(os.path.basename(argument).startswith("pip") for argument in getattr(sys, "orig_argv", sys.argv)[:4]):
    logging.getLogger("pip").addHandler(Hint(logging.ERROR))
