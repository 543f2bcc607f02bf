// A small Express app, instrumented as the guide of AWS's SDK for Node says.
// Where it listens is written to READY_FILE.
'use strict';

const fs = require('fs');
const http = require('http');
const AWSXRay = require('aws-xray-sdk-core');
const xrayExpress = require('aws-xray-sdk-express');
const express = require('express');

const client = AWSXRay.captureHTTPs(http);
const app = express();
app.use(xrayExpress.openSegment(process.env.SERVICE));

// The sampling rule that decided on this very request, none before the rules are there.
app.get('/ready', (request, response) => {
  const { xray } = AWSXRay.getSegment().aws || {};
  response.send((xray && xray.rule_name) || '');
});

app.get('/ok', (request, response) => {
  response.send('ok');
});

app.get('/fault', () => {
  throw new Error('deliberate failure');
});

app.get('/subsegment', (request, response) => {
  AWSXRay.captureFunc('inner', (subsegment) => {
    subsegment.addAnnotation('shard', 'green');
    subsegment.addMetadata('key', { size: 1 }, 'namespace');
  });
  AWSXRay.getSegment().addAnnotation('side', 'front');
  response.send('done');
});

app.get('/call', (request, response, next) => {
  client.get(`${process.env.BACKEND_URL}/api/activities/home`, (answer) => {
    answer.resume();
    answer.on('end', () => response.status(answer.statusCode).send('called'));
  }).on('error', next);
});

app.use(xrayExpress.closeSegment());

const server = app.listen(0, '127.0.0.1', () => {
  const ready = JSON.stringify({ url: `http://127.0.0.1:${server.address().port}` });
  fs.writeFileSync(process.env.READY_FILE, ready);
});
