/** That these tests run on the React they are meant to run on. @module */
import { version } from "react";
import { version as versionOfDom } from "react-dom";
import { expect, test } from "vitest";

const major = process.env.REACT_MAJOR ?? "19";

test(`React ${major} is the one that is tested here`, () => {
  expect([version, versionOfDom].map((text) => text.split(".")[0])).toEqual([major, major]);
});
