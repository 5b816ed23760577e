// Reads the state of an environment as an object, without its settings file.
import { type RunnerRequest } from "@cloister/components/catalog/engine/names";
import { stackOf } from "@cloister/components/catalog/runtime/request";
import { type Location, type Objects } from "@cloister/components/functions/runtime/objects";
import { type Deployment, pendingCreates } from "./resume/state";

/** The object that has the state of a stack. */
export const stateObject = (bucket: string, request: RunnerRequest): Location => ({
  bucket,
  key: `.pulumi/stacks/cloister-environment/${stackOf(request)}.json`,
});

/**
 * Number of AWS resources in the state, with resources whose creation started. Pure.
 * Component resources, and resources of the Pulumi engine such as providers and stashes, do not exist in AWS.
 * Source: Pulumi `pkg/backend/diy`, `sdk/go/common/apitype` (`CheckpointV3`).
 */
function countIn(text: string): number {
  const { checkpoint } = JSON.parse(text) as { checkpoint?: { latest?: Deployment | null } };
  if (!checkpoint) throw new Error("The object has no checkpoint.");
  const state = checkpoint.latest ?? {};
  const all = [...(state.resources ?? []), ...pendingCreates(state)];
  return all.filter(({ type, custom }) => custom === true && !type.startsWith("pulumi:")).length;
}

/** The object is not a state. */
export class StateUnreadable extends Error {
  override readonly name = "StateUnreadable";
  constructor({ bucket, key }: Location, options: ErrorOptions) {
    super(
      `The state of the environment cannot be read: s3://${bucket}/${key}. No resources were created, changed or deleted. The platform team must restore an earlier version of this object. Then repeat the operation.`,
      options,
    );
  }
}

/** Number of AWS resources of a stack: 0 if the stack does not exist. Errors: `StateUnreadable`; errors of S3. */
export async function countResources(objects: Pick<Objects, "read">, location: Location): Promise<number> {
  const body = await objects.read(location);
  if (!body) return 0;
  try {
    return countIn(body.toString("utf8"));
  } catch (error) {
    throw new StateUnreadable(location, { cause: error });
  }
}
