// Sends with libhoney as its README says; prints what came back, one JSON object a line.
'use strict';

const Libhoney = require('libhoney');

const honey = new Libhoney({
  apiHost: process.env.HONEYCOMB_API_ENDPOINT,
  writeKey: process.env.HONEYCOMB_API_KEY,
  dataset: process.env.HONEYCOMB_DATASET,
  responseCallback: (responses) => {
    for (const { status_code: status, metadata, error } of responses) {
      console.log(JSON.stringify({ status_code: status, metadata, error: error && String(error) }));
    }
  },
});

for (let number = 0; number < Number(process.env.EVENTS || 3); number += 1) {
  const event = honey.newEvent();
  event.add({ name: 'libhoney-js', number, duration_ms: number * 1.5 });
  event.timestamp = new Date(Date.UTC(2026, 10, 20, 12, 0, number % 60));
  event.metadata = number;
  event.sendPresampled();
}
honey.flush();
