/** Spans of requests and batches, by a tracer that only writes down; and that OpenTelemetry's would do. @module */
import { type Tracer, trace } from "@opentelemetry/api";
import { afterEach, expect, expectTypeOf, test } from "vitest";
import { batchBytes, connectClient, exposures } from "../../test/batches.js";
import { pageKey, startEndpoint, type TestEndpoint } from "../../test/endpoint.js";
import type { SpanTracer } from "../tracer.js";

let endpoint: TestEndpoint;
afterEach(() => endpoint.close());

test("a span for each request by its route, and one for each batch; what clients sent is in none", async () => {
  const ended: { name: string; attributes: Record<string, string | number>; isError: boolean }[] = [];
  const tracer: SpanTracer = {
    startSpan(name, { attributes }) {
      const span = { name, attributes: { ...attributes }, isError: false };
      return {
        setAttribute(key, value) {
          span.attributes[key] = value;
        },
        setStatus() {
          span.isError = true;
        },
        end: () => void ended.push(span),
      };
    },
  };
  endpoint = await startEndpoint({ tracer });
  const publish = () =>
    connectClient(endpoint.server.url, pageKey).publishExposures({
      batch: batchBytes({ exposures: exposures(3, { unit: "secret-unit" }) }),
      sentAtMs: BigInt(Date.now()),
    });
  await publish();
  await fetch(`${endpoint.server.url}/v1/web.test/manifest?secret`);
  await endpoint.store.close();
  await publish().catch(() => undefined);
  await expect.poll(() => ended.length).toBe(5);
  const route = "/aplomb.v1.ResolveService/PublishExposures";
  const spans = ended.map(({ name, attributes, isError }) => [name, attributes["http.response.status_code"], isError]);
  expect(spans).toEqual([
    ["store batch", undefined, false],
    [`POST ${route}`, 200, false],
    ["GET /v1/:audience/manifest", 404, false],
    ["store batch", undefined, true],
    [`POST ${route}`, 503, true],
  ]);
  expect(ended[0]?.attributes).toEqual({
    "aplomb.client": "web.test",
    "aplomb.audience": "web.test",
    "aplomb.rows": 3,
  });
  expect(JSON.stringify(ended)).not.toContain("secret");
});

test("a tracer of OpenTelemetry can be given as it is", async () => {
  expectTypeOf<Tracer>().toExtend<SpanTracer>();
  endpoint = await startEndpoint({ tracer: trace.getTracer("aplomb") });
  expect((await fetch(`${endpoint.server.url}/healthz`)).status).toBe(200);
});
