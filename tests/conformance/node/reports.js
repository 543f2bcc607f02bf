// Reports a message and an error with rollbar.js as its README says; prints what came back, one JSON object a line.
'use strict';

const Rollbar = require('rollbar');

const rollbar = new Rollbar({
  accessToken: process.env.ROLLBAR_ACCESS_TOKEN,
  endpoint: `${process.env.ROLLBAR_ENDPOINT}item/`,
  environment: 'test',
});

function say(error, answer) {
  console.log(JSON.stringify({ error: error && String(error), uuid: answer && (answer.uuid || answer.result.uuid) }));
}

function fail() {
  throw new TypeError('deliberate failure');
}

rollbar.warning('Hello World!', { shard: 'blue', password: 'sesame' }, (...first) => {
  say(...first);
  try {
    fail();
  } catch (error) {
    rollbar.error(error, say);
  }
});
