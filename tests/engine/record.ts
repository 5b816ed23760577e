// Records the example organization as this checkout deploys it, for tests/engine/upgrade.test.ts in later versions:
//   node -r ts-node/register/transpile-only tests/engine/record.ts
import { chooseStacks, deployStack, findStacks } from "@cloister/cli";
import { bootstrapWorld } from "@cloister/cli/testing";
import { terminalProgress } from "@cloister/common";
import { setUp } from "../helpers/engine";
import { organization, record } from "../helpers/recorded";

async function main(): Promise<void> {
  const stage = await setUp("record");
  try {
    await bootstrapWorld(stage.session, stage.world, findStacks());
    for (const plan of chooseStacks(findStacks(), [])) await deployStack(stage.session, plan, { progress: terminalProgress() });
    record(stage.world.dir, organization);
  } finally {
    await stage.end();
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
