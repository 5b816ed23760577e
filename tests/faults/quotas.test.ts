import { boto3 } from "../sandbox/boto3";
import { javascript } from "../sandbox/javascript";
import { type Client, run } from "../sandbox/run";
import { largeQuotas } from "../sandbox/scenarios/quotas";
import { setUp, type Stage } from "../helpers/engine";

// Quotas of the sandbox that need more than a hundred calls, with the AWS SDK for JavaScript and with boto3.
// tests/unit/sandbox/quotas.test.ts tests the same checks with lists of resources.

describe("large quotas", function () {
  this.timeout(600_000);
  let stage: Stage;
  const clients = {} as { javascript: Client; boto3: ReturnType<typeof boto3> };

  before(async () => {
    stage = await setUp("quotas");
    clients.javascript = javascript(stage.world);
    clients.boto3 = boto3(stage.world, stage.toolchain.python);
  });
  after(async () => {
    clients.boto3.close();
    await stage.end();
  });

  for (const client of ["javascript", "boto3"] as const)
    for (const scenario of largeQuotas)
      it(`${scenario.title} by ${client}`, () => run(scenario, clients[client], client, stage.world.hubAccount));
});
