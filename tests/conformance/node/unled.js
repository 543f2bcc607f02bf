// Node's own HTTPS, through the proxy of the environment: prints the status and the text of each answer, one JSON array a line.
// Where Node does not read HTTPS_PROXY by itself (before 22.21 and 24), the tunnel is asked for here; the certificate is Node's to check in any case.
"use strict";

const http = require("node:http");
const https = require("node:https");

const proxy = new URL(process.env.HTTPS_PROXY);
const [major, minor] = process.versions.node.split(".").map(Number);
const reads = major >= 24 || (major === 22 && minor >= 21);

function connect(host) {
  return new Promise((resolve, reject) => {
    const asked = http.request({ host: proxy.hostname, port: proxy.port, method: "CONNECT", path: `${host}:443`, headers: { Host: `${host}:443` } });
    asked.on("connect", (answer, socket) => (answer.statusCode === 200 ? resolve(socket) : reject(new Error(answer.statusMessage))));
    asked.on("error", reject);
    asked.end();
  });
}

async function get(host, path, headers) {
  const socket = reads ? undefined : await connect(host);
  return new Promise((resolve, reject) => {
    const options = { host, path, headers, ...(socket ? { socket, agent: false, servername: host } : {}) };
    https
      .get(options, async (answer) => {
        let text = "";
        for await (const part of answer) text += part;
        resolve([answer.statusCode, text]);
      })
      .on("error", reject);
  });
}

async function main() {
  const headers = { "X-Honeycomb-Team": process.env.HONEYCOMB_API_KEY };
  for (const [host, path] of [["api.honeycomb.io", "/1/auth"], ["api.rollbar.com", "/api/1/status/ping"], ["example.com", "/"]]) {
    const answer = await get(host, path, headers).catch((error) => [error.message]);
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  }
}

main().then(() => process.exit());
