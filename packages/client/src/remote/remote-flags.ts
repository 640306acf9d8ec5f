/** Asks the endpoint, with a small memory: pages load this when a bundle leaves flags to it. @module */
import { answeredDetails, type FlagAnswer, readResolveAnswer, writeResolveQuestion } from "@aplomb/core/remote";
import type { EndpointAccess } from "../host.js";
import { type ExchangeIo, exchange } from "../http/exchange.js";
import { requestError } from "../http/request-failure.js";
import type { RemoteAnswers, RemoteFlags, RemoteQuestion } from "../remote-flags.js";
import { RequestError } from "../retry/request-error.js";
import { sentContext } from "./sent-context.js";

const PATH = "/aplomb.v1.ResolveService/ResolveFlags";
const TYPE = "application/proto";
const ANSWER_BYTES = 1_048_576;
/** Schedules, and what the endpoint stores of a unit, may change an answer without a new bundle. */
const FRESH_MS = 60_000;
/** Contexts, or sets of flags, that are remembered; the oldest are forgotten. */
const MAX_REMEMBERED = 100;

interface Remembered {
  readonly answers: RemoteAnswers;
  readonly atMs: number;
}

/**
 * The endpoint's flags over plain fetch.
 *
 * @param allowed - Attributes that may leave, beside the targeting key.
 */
export function remoteFlags(io: ExchangeIo, access: EndpointAccess, allowed: readonly string[]): RemoteFlags {
  const remembered = new Map<string, Remembered>();

  function remember(name: string, answers: RemoteAnswers): RemoteAnswers {
    remembered.delete(name);
    remembered.set(name, { answers, atMs: io.clock.monotonicMs() });
    const [oldest] = remembered.size > MAX_REMEMBERED ? remembered.keys() : [];
    if (oldest !== undefined) remembered.delete(oldest);
    return answers;
  }

  return {
    async ask(question) {
      const context = sentContext(question.context, allowed);
      const { bundleVersion, flagKeys } = question;
      const name = JSON.stringify([bundleVersion, flagKeys, context]);
      const known = remembered.get(name);
      if (known && io.clock.monotonicMs() - known.atMs < FRESH_MS) return known.answers;
      try {
        const flags = await askEndpoint(io, access, { ...question, context });
        return remember(name, answersOf(flags, JSON.stringify(context), allowed));
      } catch (error) {
        // What was true a while ago is better than nothing.
        if (known) return known.answers;
        throw error;
      }
    },
  };
}

async function askEndpoint(
  io: ExchangeIo,
  { endpoint, clientKey, audience }: EndpointAccess,
  { flagKeys, context, timeoutMs }: RemoteQuestion & { readonly context: ReturnType<typeof sentContext> },
): Promise<readonly FlagAnswer[]> {
  const url = endpoint + PATH;
  const headers = {
    "content-type": TYPE,
    "connect-protocol-version": "1",
    authorization: `Bearer ${clientKey}`,
  };
  const body = writeResolveQuestion({ audience, flags: flagKeys, context }) as BodyInit;
  const init = { method: "POST", headers, body, signal: new AbortController().signal };
  const answer = await exchange(io, url, init, { bytes: ANSWER_BYTES, code: "LIMIT", totalMs: timeoutMs });
  if (answer.status !== 200) throw requestError(url, answer, io.clock.nowMs());
  // A portal's page is no answer.
  const type = answer.headers.get("content-type");
  if (type !== TYPE) throw new RequestError(`${url} answered 200 with ${type ?? "no type"}`);
  return readResolveAnswer(answer.body).flags;
}

/** Answers to whoever would have sent the same. */
function answersOf(flags: readonly FlagAnswer[], sent: string, allowed: readonly string[]): RemoteAnswers {
  const byKey = new Map(flags.map((answer) => [answer.flag, answer]));
  return {
    details(key, defaultValue, context) {
      const answer = byKey.get(key.split(".", 1)[0] ?? "");
      if (answer === undefined || JSON.stringify(sentContext(context, allowed)) !== sent) return undefined;
      return answeredDetails(answer, key, defaultValue);
    },
  };
}
