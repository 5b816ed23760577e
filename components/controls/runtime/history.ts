// Keeps a record of each finding in the bucket of the evaluator, so that repeated events report nothing twice.
import { createHash } from "node:crypto";
import { type Objects } from "../../functions/runtime/objects";
import { type RemovedModel, type Violation } from "../compare";
import { type Described } from "../facts";
import { type Finding } from "./finding";

/** The latest finding about a resource. */
export interface Latest {
  /** Id of the finding. */
  id: string;
  /** What was found, as a hash. */
  contents: string;
  /** The first, second or later time that the resource is noncompliant. */
  occurrence: number;
  /** False: the resource met its list again. */
  isOpen: boolean;
  /** Time of the last correction. */
  correctedAt?: string;
}

export interface History {
  /** The latest finding about a resource that was created at one time. */
  latest(resource: ResourceId): Promise<Latest | undefined>;
  setLatest(resource: ResourceId, latest: Latest): Promise<void>;
  /** The record of a finding, if it was reported. */
  read(finding: Pick<Finding, "id">): Promise<Finding | undefined>;
  write(finding: Finding): Promise<void>;
  /** Records a model before the evaluator deletes it, because endpoints can still use it. */
  rememberModel(name: string, model: RemovedModel): Promise<void>;
  /** Models with this name that the evaluator deleted. Records expire. */
  removedModels(name: string, now: Date): Promise<RemovedModel[]>;
}

/** Days for which the evaluator remembers a model that it deleted. */
export const modelDays = 90;
/** The latest deleted models of one name. */
const mostModels = 200;

const hash = (text: string) => createHash("sha256").update(text).digest("hex");

type ResourceId = Pick<Described, "arn" | "createdAt">;

export const contentsOf = (violations: readonly Violation[]): string =>
  hash([...new Set(violations.map(({ control, found }) => `${control} ${found}`))].sort().join("\n"));

/** A finding is one noncompliant resource, created at one time, with one set of violations, for the nth time. */
export const findingId = ({ arn, createdAt }: ResourceId, contents: string, occurrence: number): string =>
  hash([arn, createdAt, contents, String(occurrence)].join("\n")).slice(0, 40);

const findingKey = ({ id }: Pick<Finding, "id">) => `findings/${id}.json`;
const resourceKey = ({ arn, createdAt }: ResourceId) => `resources/${hash(`${arn}\n${createdAt}`)}.json`;
const modelKey = (name: string) => `models/${hash(name)}.json`;

export function historyIn(objects: Objects, bucket: string): History {
  const read = async (key: string): Promise<unknown> => {
    const body = await objects.read({ bucket, key });
    return body && (JSON.parse(body.toString("utf8")) as unknown);
  };
  const modelsOf = async (name: string) => ((await read(modelKey(name))) as { models: RemovedModel[] } | undefined)?.models ?? [];
  const write = (key: string, value: object) => objects.write({ bucket, key }, JSON.stringify(value));
  return {
    latest: async (resource) => (await read(resourceKey(resource))) as Latest | undefined,
    setLatest: (resource, latest) => write(resourceKey(resource), latest),
    read: async (finding) => (await read(findingKey(finding))) as Finding | undefined,
    write: (finding) => write(findingKey(finding), finding),
    async rememberModel(name, model) {
      const others = (await modelsOf(name)).filter(({ createdAt }) => createdAt !== model.createdAt);
      await write(modelKey(name), { models: [...others, model].slice(-mostModels) });
    },
    async removedModels(name, now) {
      const oldest = now.getTime() - modelDays * 24 * 3600_000;
      return (await modelsOf(name)).filter(({ removedAt }) => Date.parse(removedAt) >= oldest);
    },
  };
}
