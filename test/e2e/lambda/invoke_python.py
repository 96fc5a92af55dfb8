"""Runs a function for Python as AWS Lambda would: invoke_python.py <directory> <module.function>, the event on standard input."""
import importlib
import json
import os
import sys
import time
import traceback

directory, handler = sys.argv[1:3]
# Beside this file is what Lambda adds to the path of functions whose code is in the template.
sys.path[:0] = [directory, os.path.dirname(os.path.abspath(__file__))]


class Context:
    log_stream_name = 'e2e'
    aws_request_id = 'e2e'
    function_name = 'e2e'
    end = time.time() + int(os.environ['E2E_LAMBDA_TIMEOUT_MILLIS']) / 1000

    def get_remaining_time_in_millis(self):
        return int((self.end - time.time()) * 1000)


out, sys.stdout = sys.stdout, sys.stderr
try:
    module, name = handler.rsplit('.', 1)
    result = getattr(importlib.import_module(module), name)(json.load(sys.stdin), Context())
    print('\nRESULT ' + json.dumps(result), file=out)
except Exception as error:
    traceback.print_exc()
    failure = {'errorMessage': str(error), 'errorType': type(error).__name__, 'trace': traceback.format_exc().splitlines()}
    print('\nERROR ' + json.dumps(failure), file=out)
