"""Sends with libhoney as its README says: HONEYCOMB_API_KEY, HONEYCOMB_API_ENDPOINT and HONEYCOMB_DATASET from the environment.

Prints what came back, one JSON object a line.
"""

import datetime
import json
import os

import libhoney

client = libhoney.Client(
    writekey=os.environ["HONEYCOMB_API_KEY"],
    dataset=os.environ["HONEYCOMB_DATASET"],
    api_host=os.environ["HONEYCOMB_API_ENDPOINT"],
    block_on_response=True,
)
client.add_field("service", "backend-flask")
for number in range(int(os.environ.get("EVENTS", "3"))):
    event = client.new_event({"name": "libhoney-py", "number": number, "duration_ms": number * 1.5, "ok": True})
    event.created_at = datetime.datetime(2026, 11, 20, 12, 0, number % 60)
    event.sample_rate = 1
    event.metadata = number
    event.send_presampled()
client.close()
responses = client.responses()
while (response := responses.get(timeout=10)) is not None:
    print(json.dumps({name: response[name] for name in ("status_code", "error", "metadata")}, default=str))
