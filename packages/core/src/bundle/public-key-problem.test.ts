/** Holds the list of refused keys to the curve: its points of small order are computed with nothing but the group law. @module */
import { Buffer } from "node:buffer";
import {
  BASE,
  bytesOfNumber,
  bytesOfPoint,
  coordinatesOf,
  createTestKey,
  FIELD,
  pointsOfSmallOrder,
  signRoot,
  timesPoint,
  verifyWithWebCrypto,
  weakKeys,
} from "@aplomb/testkit";
import { describe, expect, test } from "vitest";
import { bytesToHex } from "../hex.js";
import { publicKeyProblem, SMALL_ORDER } from "./public-key-problem.js";
import { openRoot, verifyNextRoot } from "./verify-root.js";

describe("B-17 publicKeyProblem", () => {
  test("knows the y of every point of small order, and of no other", () => {
    const points = pointsOfSmallOrder();
    expect(points.every((point) => bytesToHex(bytesOfPoint(timesPoint(point, 8n))) === `01${"00".repeat(31)}`)).toBe(
      true,
    );
    expect(new Set(SMALL_ORDER)).toEqual(
      new Set(points.map((point) => bytesToHex(bytesOfNumber(coordinatesOf(point).y)))),
    );
  });

  test.each(weakKeys().map((key) => ({ hex: bytesToHex(key), key })))("refuses $hex", ({ key }) => {
    expect(publicKeyProblem(key)).toMatch(/small order|not canonical/);
  });

  test("refuses every y beyond the field, with either sign", () => {
    for (let y = FIELD; y < 2n ** 255n; y++) {
      for (const sign of [0, 1]) expect(publicKeyProblem(bytesOfNumber(y, sign))).toContain("not canonical");
    }
  });

  test.each([
    { name: "the base point", key: bytesOfPoint(BASE), problem: undefined },
    { name: "the largest y but that of the point of order 2", key: bytesOfNumber(FIELD - 2n, 1), problem: undefined },
    { name: "31 bytes", key: new Uint8Array(31).fill(9), problem: "is not 32 bytes long" },
    { name: "33 bytes", key: new Uint8Array(33).fill(9), problem: "is not 32 bytes long" },
  ])("$name → $problem", ({ key, problem }) => {
    expect(publicKeyProblem(key)).toBe(problem);
  });

  test.each(weakKeys().map((publicKey) => ({ hex: bytesToHex(publicKey), publicKey })))(
    "a root that lists $hex, in any role, is refused: as the pinned one and as the next",
    async ({ publicKey }) => {
      const [root, next, honest] = await Promise.all(["root", "next", "honest"].map((name) => createTestKey(name)));
      if (!root || !next || !honest) return expect.unreachable();
      const weak = { ...next, publicKey };
      const trusted = openRoot(await signRoot({ rootKeys: [root], bundleKeys: [honest] }));
      for (const keys of [
        { rootKeys: [root, weak], bundleKeys: [honest] },
        { rootKeys: [root], bundleKeys: [honest, weak] },
        { rootKeys: [root], bundleKeys: [weak] },
      ]) {
        const envelope = await signRoot({ ...keys, version: 2n }, [root]);
        expect(() => openRoot(envelope)).toThrow(expect.objectContaining({ code: "ROOT" }));
        await expect(verifyNextRoot(envelope, trusted, verifyWithWebCrypto)).rejects.toMatchObject({ code: "ROOT" });
      }
    },
  );
});

test("looks at a key without changing it, in a Buffer either, whose slice is no copy", () => {
  const key = Buffer.alloc(32, 7);
  key[31] = 0x87;
  expect(publicKeyProblem(key)).toBeUndefined();
  expect(key[31]).toBe(0x87);
});
