// The outputs of a core stack as a stack in the state bucket, because the state of the core stack is in another backend. Pure.
import { type Core } from "@cloister/components/catalog/runtime/artifact";
import { coreStackOf } from "./settings";

const project = "cloister-core";
const type = "pulumi:pulumi:Stack";

/**
 * The object from which the engine reads the outputs. Equal outputs have equal objects, so runners that create it at the
 * same time need no lock. An import takes the lock of the stack, and would fail in all runners but one.
 * Source: Pulumi `pkg/backend/diy`, `sdk/go/common/apitype` (`CheckpointV3`).
 */
export function coreCopy(core: Core): { key: string; body: string } {
  const stack = coreStackOf(core);
  const urn = `urn:pulumi:${stack}::${project}::${type}::${project}-${stack}`;
  const manifest = { time: "0001-01-01T00:00:00Z", magic: "", version: "" };
  const latest = { manifest, resources: [{ urn, custom: false, type, outputs: core.outputs }], metadata: {} };
  return {
    key: `.pulumi/stacks/${project}/${stack}.json`,
    body: JSON.stringify({ version: 3, checkpoint: { stack: `organization/${project}/${stack}`, latest } }),
  };
}
