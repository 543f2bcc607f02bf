// OpenTelemetry's exporters for Node, unmodified: one span in another, one log record, one counter.
// exporters.js URL http|proto none|gzip [HEADER=VALUE]: `http` is JSON, `proto` is protobuf.
"use strict";

const { trace, context, SpanKind, SpanStatusCode } = require("@opentelemetry/api");
const { resourceFromAttributes } = require("@opentelemetry/resources");
const { BasicTracerProvider, SimpleSpanProcessor } = require("@opentelemetry/sdk-trace-base");
const { LoggerProvider, SimpleLogRecordProcessor } = require("@opentelemetry/sdk-logs");
const { MeterProvider, PeriodicExportingMetricReader } = require("@opentelemetry/sdk-metrics");

const [url, encoding, compression, header] = process.argv.slice(2);
const { OTLPTraceExporter } = require(`@opentelemetry/exporter-trace-otlp-${encoding}`);
const { OTLPLogExporter } = require(`@opentelemetry/exporter-logs-otlp-${encoding}`);
const { OTLPMetricExporter } = require(`@opentelemetry/exporter-metrics-otlp-${encoding}`);

const resource = resourceFromAttributes({ "service.name": "node-shop", "service.version": "7" });
const headers = header ? Object.fromEntries([header.split("=")]) : {};
const options = (path) => ({ url: `${url}/v1/${path}`, headers, compression });

async function main() {
  const traces = new BasicTracerProvider({
    resource,
    spanProcessors: [new SimpleSpanProcessor(new OTLPTraceExporter(options("traces")))],
  });
  const tracer = traces.getTracer("conformance");
  const server = tracer.startSpan("GET /cart", {
    kind: SpanKind.SERVER,
    attributes: { "http.request.method": "GET", "http.response.status_code": 500, "cart.size": 3, "cart.total": 1.5 },
  });
  const inside = trace.setSpan(context.active(), server);
  const call = tracer.startSpan("GET", { kind: SpanKind.CLIENT, attributes: { "server.address": "pay.example" } }, inside);
  call.end();
  server.recordException(new Error("no money"));
  server.setStatus({ code: SpanStatusCode.ERROR });
  server.end();
  await traces.forceFlush();

  const logs = new LoggerProvider({
    resource,
    processors: [new SimpleLogRecordProcessor({ exporter: new OTLPLogExporter(options("logs")) })],
  });
  logs.getLogger("conformance").emit({ body: "hello", attributes: { n: 1 } });
  await logs.forceFlush();
  await logs.shutdown();

  const reader = new PeriodicExportingMetricReader({ exporter: new OTLPMetricExporter(options("metrics")) });
  const metrics = new MeterProvider({ resource, readers: [reader] });
  metrics.getMeter("conformance").createCounter("carts").add(2);
  await metrics.shutdown();
  await traces.shutdown();
  process.stdout.write(server.spanContext().traceId);
}

main().catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
});
