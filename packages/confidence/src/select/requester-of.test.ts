/** For whom a state is imported: secrets, clients, environments. @module */
import { create } from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import { ResolverStateSchema } from "../../gen/aplomb/confidence/v1/resolver_state_pb.js";
import { credential, type StateInit } from "../../test/state-builder.js";
import type { ImportOptions } from "../import-options.js";
import { requesterOf } from "./requester-of.js";

const c1 = { name: "clients/c1" };
const c10 = { name: "clients/c10" };
const of1 = credential("clients/c1/credentials/k", "secret-of-c1", ["environments/prod", "environments/test"]);
const of10 = credential("clients/c10/clientCredentials/k", "secret-of-c10");

function requester(state: StateInit, options: object) {
  return requesterOf(create(ResolverStateSchema, state), options as ImportOptions);
}

describe("by secret", () => {
  test.each([
    { what: "its client and environments", clients: [c1, c10], secret: "secret-of-c1", client: "clients/c1" },
    { what: "c10 after c1 keeps its secret", clients: [c1, c10], secret: "secret-of-c10", client: "clients/c10" },
    { what: "c1 after c10 takes its secret", clients: [c10, c1], secret: "secret-of-c10", client: "clients/c1" },
    { what: "c1 alone has that of c10", clients: [c1], secret: "secret-of-c10", client: "clients/c1" },
    { what: "a client without a name has all", clients: [c1, { name: "" }], secret: "secret-of-c1", client: "" },
    { what: "a client's name cut short has them too", clients: [{ name: "cl" }], secret: "secret-of-c1", client: "cl" },
  ])("$what", ({ clients, secret, client }) => {
    const environments = secret === "secret-of-c1" ? of1.environments : [];
    expect(requester({ clients, credentials: [of1, of10] }, { clientSecret: secret })).toEqual({
      client,
      environments,
    });
  });

  test("of two credentials with one secret the last holds", () => {
    const credentials = [of1, credential("clients/c1/credentials/j", "secret-of-c1", ["environments/dev"])];
    const { environments } = requester({ clients: [c1], credentials }, { clientSecret: "secret-of-c1" });
    expect(environments).toEqual(["environments/dev"]);
  });

  test.each([
    { what: "a text that is empty", secret: "" },
    { what: "a text like any other", secret: "s" },
  ])("a secret is $what", ({ secret }) => {
    const state = { clients: [c1], credentials: [credential("clients/c1/credentials/k", secret)] };
    expect(requester(state, { clientSecret: secret })).toEqual({ client: "clients/c1", environments: [] });
  });

  test("a credential without a secret has none, not the empty one", () => {
    const state = { clients: [c1], credentials: [{ name: "clients/c1/credentials/k" }] };
    expect(() => requester(state, { clientSecret: "" })).toThrow("it has none that can be used");
  });

  test.each([
    { secret: "secret-of-nobody", said: 'the state has no credential "sec…ody"; it has those of clients/c1' },
    { secret: "1234567", said: 'the state has no credential "123…567"' },
    { secret: "123456", said: 'the state has no credential "***"' },
    { secret: "", said: 'the state has no credential "***"' },
    { secret: "secret-of-other", said: 'it is of "clients/other/k", which belongs to no client of the state' },
    { secret: 7, said: "not a text" },
  ])("unknown: $secret", ({ secret, said }) => {
    const state = { clients: [c1], credentials: [of1, credential("clients/other/k", "secret-of-other")] };
    expect(() => requester(state, { clientSecret: secret })).toThrow(`OPTION: clientSecret: ${said}`);
  });

  test("in a state without clients no credential can be used", () => {
    const said = 'it is of "clients/c1/credentials/k", which belongs to no client of the state';
    expect(() => requester({ credentials: [of1] }, { clientSecret: "secret-of-c1" })).toThrow(said);
    expect(() => requester({ credentials: [of1] }, { clientSecret: "x" })).toThrow("it has none that can be used");
  });

  test("an option that is undefined is not given", () => {
    const state = { clients: [c1], credentials: [of1] };
    const { client } = requester(state, { clientSecret: "secret-of-c1", client: undefined });
    expect(client).toBe("clients/c1");
    const byName = { client: "clients/c1", environments: [] };
    expect(requester(state, { ...byName, clientSecret: undefined })).toEqual(byName);
  });
});

describe("by client", () => {
  const state = { clients: [c1, c10], flags: [{ name: "flags/f", clients: ["clients/listed"] }] };
  test.each(["clients/c1", "clients/c10", "clients/listed"])("%s", (client) => {
    const options = { client, environments: ["environments/any"] };
    expect(requester(state, options)).toEqual(options);
  });

  test.each([
    {
      options: { client: "c1", environments: [] },
      said: 'client: the state does not know "c1"; it has clients/c1, clients/c10',
    },
    { options: { client: "clients/c1" }, said: "environments: not a list of texts" },
    { options: { client: "clients/c1", environments: "prod" }, said: "environments: not a list of texts" },
    { options: { client: "clients/c1", environments: [1] }, said: "environments: not a list of texts" },
    { options: {}, said: "client: not a text; give client and environments, or a clientSecret" },
    { options: { client: "c1", environments: [], clientSecret: "s" }, said: "clientSecret: give it alone" },
  ])("$said", ({ options, said }) => {
    expect(() => requester(state, options)).toThrow(`OPTION: ${said}`);
  });

  test("in a state without clients", () => {
    expect(() => requester({}, { client: "c", environments: [] })).toThrow("it has no clients: is it complete?");
  });

  test("in a state with many clients not all of them are offered", () => {
    const clients = Array.from({ length: 30 }, (_, i) => ({ name: `clients/${i}` }));
    expect(() => requester({ clients }, { client: "c", environments: [] })).toThrow(/clients\/8, clients\/9, …$/);
  });
});
