// The settings file of a stack in the state bucket. The file and the state of the stack exist together.
import { type RunnerRequest, stateKeys } from "@cloister/components/catalog/engine/names";
import { type Objects } from "@cloister/components/functions/runtime/objects";
import { countText } from "../count-text";
import { Rejected } from "./reason";
import { type Config } from "./settings";
import { countResources, stateObject } from "./state-object";

/** The settings file of a stack, with the encrypted key of its secrets. */
export interface StackFile {
  config: Config;
  [key: string]: unknown;
}

/** The object in the state bucket that keeps the settings file of a stack. */
export interface KeptFile extends StackFile {
  /** Whether a termination destroyed all resources, and then removes the stack. Absent before. */
  destroyed?: true;
}

/** The file that Pulumi reads. */
export function stackFileOf(kept: KeptFile): StackFile {
  const file = { ...kept };
  delete file.destroyed;
  return file;
}

const restore = (bucket: string, key: string) =>
  `No resources were created, changed or deleted. The platform team must restore the earlier version of the object s3://${bucket}/${key}. Then repeat the operation.`;

/**
 * The settings file of the last operation. `undefined` if no operation created resources.
 * Without the state, the engine would create an empty stack: an update would deploy a second environment, and a termination would
 * destroy nothing. Without the file, an update could change the name of the environment.
 * Errors: `Rejected` if only one of both exists; `StateUnreadable`.
 */
export async function readKeptFile(
  request: RunnerRequest,
  { objects, stateBucket: bucket }: { objects: Pick<Objects, "read">; stateBucket: string },
): Promise<KeptFile | undefined> {
  const key = stateKeys.settings(request.accountId, request.provisionedProductId);
  const state = stateObject(bucket, request);
  const body = await objects.read({ bucket, key });
  if (!body) {
    const resources = await countResources(objects, state);
    if (resources === 0) return undefined;
    throw new Rejected(
      `The settings file of the environment is missing, and its state has ${countText(resources, "resource")}. ${restore(bucket, key)}`,
    );
  }
  const kept = JSON.parse(body.toString("utf8")) as KeptFile;
  if (kept.destroyed || (await objects.read(state))) return kept;
  throw new Rejected(`The state of the environment is missing. ${restore(bucket, state.key)}`);
}
