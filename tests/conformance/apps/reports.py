"""Reports to Rollbar with pyrollbar as its README says: ROLLBAR_ACCESS_TOKEN and ROLLBAR_ENDPOINT from the environment.

What is reported is named on the command line. Prints the uuids that pyrollbar gives, one a line; what the Flask app
reports has none that the app would know.
"""

import os
import sys

import rollbar


class DeliberateError(Exception):
    pass


def fail():
    password = "sesame"
    answer_to = 42
    raise DeliberateError("deliberate failure for telemetry")


def chain():
    try:
        {}["missing"]
    except KeyError as err:
        raise DeliberateError("wrapped failure") from err


def caught(function):
    try:
        function()
    except DeliberateError:
        return rollbar.report_exc_info()


def through_flask():
    """Requests that fail, and one that reports a message, in an app that follows the seeds."""
    import rollbar.contrib.flask
    from flask import Flask, got_request_exception

    app = Flask(__name__)
    got_request_exception.connect(rollbar.contrib.flask.report_exception, app)
    app.add_url_rule("/rollbar/test", "message", lambda: rollbar.report_message("Hello World!", "warning"))
    app.add_url_rule("/debug/raise", "raise", fail)
    app.add_url_rule("/debug/chain", "chain", chain)
    browser = app.test_client()
    headers = {"Accept": "*/*"}
    assert browser.get("/rollbar/test", headers=headers).status_code == 200
    assert browser.get("/debug/raise?q=1&password=sesame", headers=headers).status_code == 500
    assert browser.get("/debug/chain", headers=headers).status_code == 500
    assert browser.get("/nothing/here").status_code == 404


KINDS = {
    "message": lambda: rollbar.report_message("Hello World!", "warning"),
    "exception": lambda: caught(fail),
    "chain": lambda: caught(chain),
    "flask": through_flask,
}

rollbar.init(
    os.environ["ROLLBAR_ACCESS_TOKEN"], "test", endpoint=os.environ["ROLLBAR_ENDPOINT"], handler="blocking",
    root=os.path.dirname(os.path.realpath(__file__)),
)
for kind in sys.argv[1:]:
    if uuid := KINDS[kind]():
        print(uuid)
