"""A process of a fleet under load: fifty requests a second, each of which the SDK decides on."""

import time

from aws_xray_sdk.core import xray_recorder

xray_recorder.configure(service="Cruddur")
while True:
    with xray_recorder.in_segment("Cruddur"):
        pass
    time.sleep(0.02)
