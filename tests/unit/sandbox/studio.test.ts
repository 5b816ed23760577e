// Tests how long an update of a domain in the sandbox rejects other changes. The scenarios in tests/sandbox test calls without a pause.
import assert from "node:assert/strict";
import { registeredServices } from "@cloister/sandbox/testing";

type Operations = Record<string, (input: object, context: object) => Promise<object> | object>;

describe("update of a Studio domain in the sandbox", () => {
  const { operations, initial } = registeredServices({} as never, {} as never, { models: "" } as never).find(
    ({ scope }) => scope === "sagemaker",
  ) as unknown as { operations: Operations; initial: () => { domains: object } };
  let state: ReturnType<typeof initial>;
  let seconds: number;
  const caller = { account: "111122223333", region: "eu-central-1" };
  const call = async (operation: string, input: object = {}): Promise<object> =>
    operations[operation]!({ DomainId: "d-1", ...input }, { state, caller, partition: "aws", now: () => seconds, id: () => "x" });
  const createProfile = () => call("CreateUserProfile", { UserProfileName: "bo" });

  beforeEach(async () => {
    seconds = 1_000;
    state = { ...initial(), domains: { "d-1": { DomainId: "d-1", AuthMode: "IAM", Status: "InService", DomainArn: "arn" } } };
    await call("UpdateDomain", { DefaultSpaceSettings: {} });
  });

  it("rejects changes at once", () => assert.rejects(createProfile, /ResourceInUse|is being updated/));

  it("ends when its status was read", async () => {
    await call("DescribeDomain");
    await createProfile();
  });

  it("ends after a minute, because nothing reads the status before the next deployment", async () => {
    seconds += 59;
    await assert.rejects(createProfile, /is being updated/);
    seconds += 1;
    await createProfile();
  });
});
