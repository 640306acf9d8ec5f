/** Holds a file's content to the published JSON Schemas. @module */
import { Ajv, type ValidateFunction } from "ajv";
import allocationSchema from "../../schema/allocation.schema.json" with { type: "json" };
import clientsSchema from "../../schema/clients.schema.json" with { type: "json" };
import conditionSchema from "../../schema/condition.schema.json" with { type: "json" };
import flagSchema from "../../schema/flag.schema.json" with { type: "json" };
import groupSchema from "../../schema/group.schema.json" with { type: "json" };
import projectSchema from "../../schema/project.schema.json" with { type: "json" };
import segmentSchema from "../../schema/segment.schema.json" with { type: "json" };
import type { Allocation } from "../allocation.js";
import type { ClientsFile } from "../clients-file.js";
import type { FlagFile } from "../flag-file.js";
import type { GroupFile } from "../group-file.js";
import type { Problem } from "../problem.js";
import type { ProjectFile } from "../project.js";
import type { SegmentFile } from "../segment-file.js";
import type { SourceFile } from "../source-file.js";
import { schemaProblems } from "./schema-problem.js";

const ajv: Ajv = new Ajv({ allErrors: true, verbose: true, allowUnionTypes: true });
// What an error message says would be right: the schema's words for people, beside those for hovers in an editor.
ajv.addKeyword("expected");
ajv.addSchema(conditionSchema, "condition.schema.json");

/** A file's content once the schema holds, and else what is wrong with it. */
export interface SchemaResult<T> {
  readonly content?: T;
  readonly problems: readonly Problem[];
}

/** A source as a flag file. */
export const checkFlagSchema: (source: SourceFile) => SchemaResult<FlagFile> = checkerOf(
  ajv.compile<FlagFile>(flagSchema),
);

/** A source as a segment file. */
export const checkSegmentSchema: (source: SourceFile) => SchemaResult<SegmentFile> = checkerOf(
  ajv.compile<SegmentFile>(segmentSchema),
);

/** A source as a group file. */
export const checkGroupSchema: (source: SourceFile) => SchemaResult<GroupFile> = checkerOf(
  ajv.compile<GroupFile>(groupSchema),
);

/** A source as allocation.lock. */
export const checkAllocationSchema: (source: SourceFile) => SchemaResult<Allocation> = checkerOf(
  ajv.compile<Allocation>(allocationSchema),
);

/** A source as aplomb.yaml. */
export const checkProjectSchema: (source: SourceFile) => SchemaResult<ProjectFile> = checkerOf(
  ajv.compile<ProjectFile>(projectSchema),
);

/** A source as a file of clients. */
export const checkClientsSchema: (source: SourceFile) => SchemaResult<ClientsFile> = checkerOf(
  ajv.compile<ClientsFile>(clientsSchema),
);

function checkerOf<T>(holds: ValidateFunction<T>): (source: SourceFile) => SchemaResult<T> {
  return (source) => {
    const { content } = source;
    if (holds(content)) return { content, problems: [] };
    return { problems: schemaProblems(source, holds.errors ?? []) };
  };
}
