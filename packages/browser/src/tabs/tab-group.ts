/** Tabs of one origin with one leader: a lock chooses it, a channel reaches it. @module */
import type { Clock } from "@aplomb/client";
import { type CarriedError, carriedError, errorOf } from "./carried-error.js";

/** How long a leader may take to say that it heard. One that is frozen or gone says nothing. */
const HEARD_MS = 1_000;

/** What a tab asks its leader. */
export type Question =
  | { readonly what: "manifest"; readonly tab: string; readonly validator: string | undefined }
  | { readonly what: "bundle"; readonly sha256: string; readonly sizeBytes: number }
  | { readonly what: "publish"; readonly batch: Uint8Array; readonly sentAtMs: number | undefined };

/** What tabs say to each other. */
type Message =
  /** Each tab counts its questions from 1. */
  | { readonly kind: "ask"; readonly from: string; readonly number: number; readonly question: Question }
  | { readonly kind: "heard"; readonly to: string; readonly number: number; readonly leader: string }
  | ({ readonly kind: "answer"; readonly to: string; readonly number: number } & Answer)
  | { readonly kind: "leads"; readonly leader: string }
  | { readonly kind: "news"; readonly news: unknown };

interface Answer {
  readonly value?: unknown;
  readonly error?: CarriedError;
}

/** A question without an answer. */
interface OpenQuestion {
  readonly ask: Extract<Message, { kind: "ask" }>;
  /** Who said that it heard. */
  leader?: string;
  readonly cancel: () => void;
  readonly settle: (answer?: Answer) => void;
}

/** A tab's place among the others. */
export interface TabGroup {
  /** Unlike that of every other tab. */
  readonly tab: string;
  /** Whether this tab works for all of them. */
  readonly leads: boolean;
  /**
   * Asks the leader.
   *
   * @returns What it answered; undefined when nobody did, or the leader changed: the tab has to work for itself.
   * @throws RequestError or FlagError, as the leader's work did.
   */
  ask(question: Question, signal: AbortSignal): Promise<{ readonly value: unknown } | undefined>;
  /** Tells every other tab. */
  tell(news: unknown): void;
  /** Lets go of leadership, and hears nothing any more. */
  leave(): void;
}

/** What a group needs. */
export interface TabGroupParts {
  /** Tabs with the same name are one group. */
  readonly name: string;
  readonly tab: string;
  readonly clock: Clock;
  /** Called in the leader, for every question of another tab. */
  readonly answer: (question: Question) => Promise<unknown>;
  readonly heard: (news: unknown) => void;
  /** This tab leads from now on. */
  readonly elected: () => void;
}

/** Joins the group. The first tab to come leads; when it leaves or dies, the next in line does, at once. */
export function joinTabGroup({ name, tab, clock, answer, heard, elected }: TabGroupParts): TabGroup {
  const channel = new BroadcastChannel(name);
  const gone = new AbortController();
  const open = new Map<number, OpenQuestion>();
  /** The last question of each tab that was heard here: one may be asked twice while the leader changes. */
  const lastOf = new Map<string, number>();
  let asked = 0;
  let leads = false;

  const send = (message: Message): void => {
    if (!gone.signal.aborted) channel.postMessage(message);
  };

  /** What another leader had heard is lost; what none had heard, this one may not have either. */
  function follow(leader: string): void {
    for (const question of [...open.values()]) {
      if (question.leader === undefined && leader !== tab) send(question.ask);
      else if (question.leader !== leader) question.settle();
    }
  }

  async function work({ from: to, number, question }: Extract<Message, { kind: "ask" }>): Promise<void> {
    if (number <= (lastOf.get(to) ?? 0)) return;
    lastOf.set(to, number);
    send({ kind: "heard", to, number, leader: tab });
    try {
      send({ kind: "answer", to, number, value: await answer(question) });
    } catch (error) {
      send({ kind: "answer", to, number, error: carriedError(error) });
    }
  }

  channel.onmessage = ({ data }: MessageEvent<Message>) => {
    if (data.kind === "ask") leads && void work(data);
    else if (data.kind === "leads") follow(data.leader);
    else if (data.kind === "news") heard(data.news);
    else if (data.to === tab) {
      const question = open.get(data.number);
      if (data.kind === "answer") return question?.settle(data);
      question?.cancel();
      if (question) question.leader = data.leader;
    }
  };

  navigator.locks
    .request(name, { signal: gone.signal }, () => {
      leads = true;
      send({ kind: "leads", leader: tab });
      follow(tab);
      elected();
      return new Promise<void>((resolve) => gone.signal.addEventListener("abort", () => resolve()));
    })
    // Leaving while in line rejects the request.
    .catch(() => {});

  return {
    tab,
    get leads() {
      return leads;
    },
    async ask(question, signal) {
      const ask = { kind: "ask", from: tab, number: ++asked, question } as const;
      const answered = await new Promise<Answer | undefined>((settle) => {
        const cancel = clock.setTimer(() => settle(undefined), HEARD_MS);
        signal.addEventListener("abort", () => settle(undefined), { once: true });
        open.set(ask.number, { ask, cancel, settle });
        send(ask);
      });
      open.get(ask.number)?.cancel();
      open.delete(ask.number);
      if (answered?.error) throw errorOf(answered.error);
      return answered && { value: answered.value };
    },
    tell: (news) => send({ kind: "news", news }),
    leave() {
      leads = false;
      gone.abort();
      channel.close();
      for (const question of [...open.values()]) question.settle();
    },
  };
}
