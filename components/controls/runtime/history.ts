// Keeps a record of each finding in the bucket of the evaluator, so that repeated events report nothing twice.
import { createHash } from "node:crypto";
import { type Objects } from "../../functions/runtime/objects";
import { type Described } from "../facts";
import { type Finding } from "./finding";

export interface History {
  /** The record of a finding, if it was reported. */
  read(finding: Pick<Finding, "id">): Promise<Finding | undefined>;
  write(finding: Finding): Promise<void>;
  /** Records a model before the evaluator deletes it, because endpoints can still use it. */
  rememberModel(name: string, at: Date): Promise<void>;
  /** Time at which the evaluator deleted a model with this name. `undefined` if it deleted none. */
  removedModel(name: string): Promise<Date | undefined>;
}

const hash = (text: string) => createHash("sha256").update(text).digest("hex");

/** A finding is one noncompliant resource, created at one time, with one set of controls that it violates. */
export const findingId = ({ arn, createdAt }: Pick<Described, "arn" | "createdAt">, controls: readonly string[]): string =>
  hash([arn, createdAt, ...[...new Set(controls)].sort()].join("\n")).slice(0, 40);

const findingKey = ({ id }: Pick<Finding, "id">) => `findings/${id}.json`;
const modelKey = (name: string) => `models/${hash(name)}.json`;

export function historyIn(objects: Objects, bucket: string): History {
  const read = async (key: string): Promise<unknown> => {
    const body = await objects.read({ bucket, key });
    return body && (JSON.parse(body.toString("utf8")) as unknown);
  };
  const write = (key: string, value: object) => objects.write({ bucket, key }, JSON.stringify(value));
  return {
    read: async (finding) => (await read(findingKey(finding))) as Finding | undefined,
    write: (finding) => write(findingKey(finding), finding),
    rememberModel: (model, at) => write(modelKey(model), { model, at: at.toISOString() }),
    async removedModel(name) {
      const found = (await read(modelKey(name))) as { at: string } | undefined;
      return found && new Date(found.at);
    },
  };
}
