/** What the endpoint needs of a tracer: a part of OpenTelemetry's, so that one of those can be given as it is. @module */

/** A piece of work that takes time. */
export interface TraceSpan {
  setAttribute(name: string, value: string | number): unknown;
  /** Code 2 is OpenTelemetry's ERROR. */
  setStatus(status: { code: 2 }): unknown;
  end(): void;
}

/** Begins spans; `trace.getTracer("aplomb")` of @opentelemetry/api is one. */
export interface SpanTracer {
  startSpan(name: string, options: { attributes: Record<string, string | number> }): TraceSpan;
}

/** Traces a piece of work, whether it succeeds or not. Without a tracer it is only done. */
export async function traced<T>(
  tracer: SpanTracer | undefined,
  name: string,
  attributes: Record<string, string | number>,
  work: () => Promise<T>,
): Promise<T> {
  if (tracer === undefined) return work();
  const span = tracer.startSpan(name, { attributes });
  try {
    return await work();
  } catch (error) {
    span.setStatus({ code: 2 });
    throw error;
  } finally {
    span.end();
  }
}
