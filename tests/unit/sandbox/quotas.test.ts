// Tests quotas on the number of resources in the sandbox. The lists of resources are stand-ins for those in moto.
// tests/faults/quotas.test.ts creates the resources with independent clients.
import assert from "node:assert/strict";
import { type AwsError, endpointsAreWithin, peeringsAreWithin } from "@cloister/sandbox/testing";

type Item = Record<string, unknown>;
type Call = Parameters<typeof endpointsAreWithin>[0];

/** A call to a world with these resources. moto applies no filter of the VPC here, so a list has the resources of one VPC. */
const callWith = (input: Item, resources: Record<string, Item[]>) =>
  ({
    input,
    moto: (_service: string, operation: string) =>
      Promise.resolve(resources[operation] === undefined ? {} : answers[operation]!(resources[operation])),
  }) as unknown as Call;
const answers: Record<string, (items: Item[]) => Item> = {
  DescribeVpcEndpoints: (VpcEndpoints) => ({ VpcEndpoints }),
  DescribeVpcPeeringConnections: (VpcPeeringConnections) => ({ VpcPeeringConnections }),
};
const repeated = <T>(count: number, item: T): T[] => Array.from({ length: count }, () => item);
const codeOf = async (check: () => Promise<void> | void): Promise<string | undefined> => {
  try {
    await check();
    return undefined;
  } catch (error) {
    return (error as AwsError).code;
  }
};

describe("quotas of the sandbox", () => {
  const endpoints = (type: string, count: number, others: Item[] = []) =>
    codeOf(() =>
      endpointsAreWithin(
        callWith(
          { VpcId: "vpc-a", VpcEndpointType: type },
          { DescribeVpcEndpoints: [...repeated(count, { VpcEndpointType: type, State: "available" }), ...others] },
        ),
      ),
    );

  for (const [type, quota] of [
    ["Interface", 50],
    ["Gateway", 20],
  ] as const) {
    it(`allow the endpoint of type ${type} that reaches the quota`, async () =>
      assert.equal(
        await endpoints(type, quota - 1, [{ VpcEndpointType: type, State: "deleted" }, { VpcEndpointType: "Other" }]),
        undefined,
      ));
    it(`reject one more endpoint of type ${type}`, async () => assert.equal(await endpoints(type, quota), "VpcEndpointLimitExceeded"));
  }
  it("are not known for other types of endpoints", async () => assert.equal(await endpoints("Resource", 200), undefined));

  const peering = (requester: string, accepter: string, Code = "active") => ({
    RequesterVpcInfo: { VpcId: requester },
    AccepterVpcInfo: { VpcId: accepter },
    Status: { Code },
  });
  const accept = (others: Item[]) =>
    codeOf(() =>
      peeringsAreWithin(
        callWith(
          { VpcPeeringConnectionId: "pcx-1" },
          { DescribeVpcPeeringConnections: [peering("vpc-a", "vpc-hub", "pending-acceptance"), ...others] },
        ),
      ),
    );
  const full = "ActiveVpcPeeringConnectionPerVpcLimitExceeded";

  it("allow the peering connection that reaches the quota", async () =>
    assert.equal(await accept([...repeated(49, peering("vpc-b", "vpc-hub")), peering("vpc-b", "vpc-hub", "deleted")]), undefined));
  it("reject one more peering connection of the accepter", async () =>
    assert.equal(await accept(repeated(50, peering("vpc-b", "vpc-hub"))), full));
  it("reject one more peering connection of the requester", async () =>
    assert.equal(await accept(repeated(50, peering("vpc-a", "vpc-b"))), full));
  it("count each VPC alone", async () =>
    assert.equal(await accept([...repeated(30, peering("vpc-b", "vpc-hub")), ...repeated(30, peering("vpc-a", "vpc-c"))]), undefined));
});
